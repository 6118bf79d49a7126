/// Where the outputs of a layer go in the memory of the result.
///
/// They need not be neighbours: each phase of a transposed convolution gives every `stride`-th row
/// and column of its output, and the gradient with respect to weights has kernels outermost.
struct OutputStrides: Sendable {
  private let origin: Int
  private let imageStride: Int
  private let channelStride: Int
  private let rowStride: Int
  /// The distance between neighbouring outputs of a row.
  let columnStride: Int

  init(origin: Int, imageStride: Int, channelStride: Int, rowStride: Int, columnStride: Int = 1) {
    self.origin = origin
    self.imageStride = imageStride
    self.channelStride = channelStride
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// The places of feature maps of `shape`.
  init(_ shape: FeatureMapShape) {
    self.init(
      origin: 0, imageStride: shape.channels * shape.planeCount, channelStride: shape.planeCount,
      rowStride: shape.columns)
  }

  /// The place of the first output of a row.
  func row(_ row: Int, channel: Int, image: Int) -> Int {
    origin + image * imageStride + channel * channelStride + row * rowStride
  }

  /// Whether rows of `columns` outputs follow one another without gaps.
  func isDense(columns: Int) -> Bool { columnStride == 1 && rowStride == columns }
}
