// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import FourierTransform

/// A batch of images with channels: `images x channels x rows x columns` numbers, columns fastest.
///
/// Layers take `Float`, `Double` and, where results are sums of products, integers.
public struct FeatureMaps<Scalar: Numeric & BitwiseCopyable & Sendable>: Sendable, Equatable {
  /// The size of the batch.
  public let shape: FeatureMapShape
  private var storage: [Scalar]

  /// The numbers: image by image, channel by channel, row by row; as many as the shape has.
  public var elements: [Scalar] {
    get { storage }
    // In place: an observer of stored elements would make a copy of all for each that is set.
    _modify {
      defer { precondition(storage.count == shape.elementCount, "feature maps keep their size") }
      yield &storage
    }
  }

  /// Creates feature maps of `shape` from an array of their numbers, which is not copied.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)``.
  public init(shape: FeatureMapShape, elements: [Scalar]) throws(LayerError) {
    guard elements.count == shape.elementCount else {
      throw .wrongElementCount(expected: shape.elementCount, actual: elements.count)
    }
    self.init(checked: shape, elements)
  }

  /// Creates feature maps of `shape` from their numbers.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)``.
  public init<Samples>(
    shape: FeatureMapShape, elements: borrowing Samples
  ) throws(LayerError)
  where Samples: ContiguousSamples & ~Copyable & ~Escapable, Samples.Element == Scalar {
    let span = elements.span
    let copy = makeArray(count: span.count) { copyElements(span, into: &$0) }
    try self.init(shape: shape, elements: copy)
  }

  /// Creates feature maps of `shape` whose numbers are all `value`.
  public init(shape: FeatureMapShape, repeating value: Scalar) {
    self.init(checked: shape, [Scalar](repeating: value, count: shape.elementCount))
  }

  init(checked shape: FeatureMapShape, _ elements: [Scalar]) {
    self.shape = shape
    storage = elements
  }

  /// Feature maps that `body` writes: all of them, or without `isWritten` where there are zeros. It
  /// is not called if there are no elements.
  init(
    written shape: FeatureMapShape, isWritten: Bool = true,
    _ body: (SharedBuffer<Scalar>) throws(LayerError) -> Void
  ) throws(LayerError) {
    self.init(
      checked: shape,
      try makeSharedArray(count: shape.elementCount, isWritten: isWritten, body))
  }

  /// The number at a place.
  ///
  /// - Precondition: the place lies within the shape.
  public subscript(image: Int, channel: Int, row: Int, column: Int) -> Scalar {
    get { storage[offset(image, channel, row, column)] }
    set { storage[offset(image, channel, row, column)] = newValue }
  }

  private func offset(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Int {
    precondition(
      0..<shape.images ~= image && 0..<shape.channels ~= channel && 0..<shape.rows ~= row
        && 0..<shape.columns ~= column,
      "(\(image), \(channel), \(row), \(column)) lies outside \(shape)")
    return ((image * shape.channels + channel) * shape.rows + row) * shape.columns + column
  }

  /// The numbers, for reading.
  var span: Span<Scalar> { @_lifetime(borrow self) get { storage.span } }
}
