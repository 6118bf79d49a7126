/// One axis of a correlation layer applied to an input of a certain length.
struct CorrelationAxis: Sendable {
  /// The length of the input.
  let length: Int
  /// The number of patches.
  let outputs: Int
  /// How many displacements there are in each direction.
  let radius: Int
  /// The first element of the first patch: negative inside the padding.
  let first: Int
  /// How many elements there are from the first element of the first patch to the last of the last.
  let span: Int
  /// The largest multiple of the displacement stride that is a displacement.
  let reach: Int

  /// The number of displacements.
  var displacements: Int { 2 * radius + 1 }
  /// The elements of the first input that patches hold.
  var patches: Range<Int> { first..<first + span }
  /// The elements of the second input that patches meet by all displacements.
  var surroundings: Range<Int> { first - reach..<first + span + reach }
}

/// A correlation layer applied to inputs of a certain shape: all that its methods need to know.
struct CorrelationGeometry: Sendable {
  let kernelSize: Int
  let stride: Int
  let displacementStride: Int
  /// Whether elements are multiplied: else it is their absolute difference.
  let isProduct: Bool
  let input: FeatureMapShape
  let output: FeatureMapShape
  let vertical: CorrelationAxis
  let horizontal: CorrelationAxis

  /// The number of elements that an output is the mean of.
  var patchCount: Int { kernelSize * kernelSize * input.channels }

  init(
    kernelSize: Int, maxDisplacement: ConvolutionLayer.Extent, stride: Int,
    displacementStride: Int, padding: Int, isProduct: Bool, input: FeatureMapShape
  ) throws(LayerError) {
    self.kernelSize = kernelSize
    self.stride = stride
    self.displacementStride = displacementStride
    self.isProduct = isProduct
    self.input = input
    let available = (rows: input.rows + 2 * padding, columns: input.columns + 2 * padding)
    let needed = (
      rows: 2 * maxDisplacement.rows + kernelSize, columns: 2 * maxDisplacement.columns + kernelSize
    )
    guard available.rows >= needed.rows, available.columns >= needed.columns else {
      throw .noOutput(
        input: input, needed: .init(rows: needed.rows, columns: needed.columns),
        available: .init(rows: available.rows, columns: available.columns))
    }
    func axis(_ length: Int, _ maxDisplacement: Int, steps: Int) -> CorrelationAxis {
      let radius = maxDisplacement / displacementStride
      return CorrelationAxis(
        length: length, outputs: steps / stride + 1, radius: radius,
        first: maxDisplacement - padding, span: steps / stride * stride + kernelSize,
        reach: radius * displacementStride)
    }
    vertical = axis(input.rows, maxDisplacement.rows, steps: available.rows - needed.rows)
    horizontal = axis(
      input.columns, maxDisplacement.columns, steps: available.columns - needed.columns)
    output = try FeatureMapShape(
      images: input.images,
      channels: checkedElementCount([vertical.displacements, horizontal.displacements]),
      rows: vertical.outputs, columns: horizontal.outputs)
    try storableElementCount([output.images, output.channels, output.rows, output.columns])
    // The padded inputs that the methods make have to be countable, too.
    let padded = [vertical, horizontal].map { $0.span + 2 * $0.reach + $0.length }
    for length in padded { _ = try checkedElementCount([length]) }
    try storableElementCount([max(input.channels, 1)] + padded)
  }

  /// The output of one displacement and one image, counted in planes.
  func outputPlane(image: Int, row: Int, column: Int) -> Int {
    (image * vertical.displacements + row) * horizontal.displacements + column
  }
}
