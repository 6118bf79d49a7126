internal import ComputeSupport
public import FourierTransform
internal import Synchronization

/// A batch of images with channels: `images x channels x rows x columns` numbers, columns fastest.
public struct FeatureMaps<Scalar: FourierScalar>: Sendable, Equatable {
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
}

/// Whether none of the numbers of several maps is a NaN or an infinity.
func areFinite<Scalar: FourierScalar>(_ maps: [FeatureMaps<Scalar>], threads: Int) -> Bool {
  // Parts that take about as long to read as a thread takes to wake up.
  let part = 1 << 17
  let parts = maps.map { ($0.elements.count + part - 1) / part }
  let areFinite = Atomic<Bool>(true)
  forEachPiece(parts.reduce(0, +), threads: threads) { unit, _ in
    var (unit, index) = (unit, 0)
    while unit >= parts[index] {
      unit -= parts[index]
      index += 1
    }
    unsafe maps[index].elements.withUnsafeBufferPointer { elements in
      guard let start = elements.baseAddress else { return }
      let count = min(part, elements.count - unit * part)
      if unsafe Scalar.kernels.allFinite(start + unit * part, count) == 0 {
        areFinite.store(false, ordering: .relaxed)
      }
    }
  }
  return areFinite.load(ordering: .relaxed)
}
