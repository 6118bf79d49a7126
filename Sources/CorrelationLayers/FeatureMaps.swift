internal import Synchronization

/// A batch of images with channels: `images x channels x rows x columns` numbers, columns fastest.
public struct FeatureMaps<Scalar: LayerScalar>: Sendable, Equatable {
  /// The size of the batch.
  public let shape: FeatureMapShape
  /// The numbers: image by image, channel by channel, row by row.
  public private(set) var elements: [Scalar]

  /// Creates feature maps of `shape` from their numbers.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)``.
  public init(shape: FeatureMapShape, elements: [Scalar]) throws(LayerError) {
    guard elements.count == shape.elementCount else {
      throw .wrongElementCount(expected: shape.elementCount, actual: elements.count)
    }
    self.init(checked: shape, elements)
  }

  /// Creates feature maps of `shape` whose numbers are all `value`.
  public init(shape: FeatureMapShape, repeating value: Scalar) {
    self.init(checked: shape, [Scalar](repeating: value, count: shape.elementCount))
  }

  init(checked shape: FeatureMapShape, _ elements: [Scalar]) {
    self.shape = shape
    self.elements = elements
  }

  /// The number at a place.
  ///
  /// - Precondition: the place lies within the shape.
  public subscript(image: Int, channel: Int, row: Int, column: Int) -> Scalar {
    get { elements[offset(image, channel, row, column)] }
    set { elements[offset(image, channel, row, column)] = newValue }
  }

  private func offset(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Int {
    precondition(
      0..<shape.images ~= image && 0..<shape.channels ~= channel && 0..<shape.rows ~= row
        && 0..<shape.columns ~= column,
      "(\(image), \(channel), \(row), \(column)) lies outside \(shape)")
    return ((image * shape.channels + channel) * shape.rows + row) * shape.columns + column
  }

  /// Whether no number is a NaN or an infinity.
  func isFinite(workers: Int) -> Bool {
    // Parts that are read in about the time that it takes to wake a thread.
    let part = 1 << 18
    let isInfinite = Atomic<Bool>(false)
    parallel(units: (elements.count + part - 1) / part, workers: workers) { unit, _ in
      let end = min((unit + 1) * part, elements.count)
      unsafe elements.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        if unsafe !Scalar._layerKernels.allFinite(start + unit * part, end - unit * part) {
          isInfinite.store(true, ordering: .relaxed)
        }
      }
    }
    return !isInfinite.load(ordering: .relaxed)
  }
}
