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

  init(_ layer: CorrelationLayer, input: FeatureMapShape) throws(LayerError) {
    let (kernelSize, stride, padding) = (layer.kernelSize, layer.stride, layer.padding)
    let displacementStride = layer.displacementStride
    self.kernelSize = kernelSize
    self.stride = stride
    self.displacementStride = displacementStride
    isProduct = layer.comparison == .product
    self.input = input
    let available = ConvolutionLayer.Extent { $0(input.size) + 2 * padding }
    let needed = ConvolutionLayer.Extent { 2 * $0(layer.maxDisplacement) + kernelSize }
    guard available.rows >= needed.rows, available.columns >= needed.columns else {
      throw .noOutput(input: input, needed: needed, available: available)
    }
    func axis(_ along: (ConvolutionLayer.Extent) -> Int) -> CorrelationAxis {
      let maxDisplacement = along(layer.maxDisplacement)
      let steps = (along(available) - along(needed)) / stride
      let radius = maxDisplacement / displacementStride
      return CorrelationAxis(
        length: along(input.size), outputs: steps + 1, radius: radius,
        first: maxDisplacement - padding, span: steps * stride + kernelSize,
        reach: radius * displacementStride)
    }
    vertical = axis { $0.rows }
    horizontal = axis { $0.columns }
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
