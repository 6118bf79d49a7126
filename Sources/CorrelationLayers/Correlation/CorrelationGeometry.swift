// SPDX-License-Identifier: MIT

/// One axis of a correlation layer applied to an input of a certain length.
struct CorrelationAxis: Sendable {
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

  var displacements: Int { 2 * radius + 1 }
  /// The elements of the first input that patches hold.
  var patches: Range<Int> { first..<first + span }
  /// The elements of the second input that patches meet by all displacements.
  var surroundings: Range<Int> { first - reach..<first + span + reach }
}

/// A correlation layer applied to inputs of a certain shape: all that its methods need to know.
struct CorrelationGeometry: Sendable {
  private let layer: CorrelationLayer
  let input: FeatureMapShape
  let output: FeatureMapShape
  let vertical: CorrelationAxis
  let horizontal: CorrelationAxis

  var kernelSize: Int { layer.kernelSize }
  var stride: Int { layer.stride }
  var displacementStride: Int { layer.displacementStride }
  /// Whether elements are multiplied: else it is their absolute difference.
  var isProduct: Bool { layer.comparison == .product }
  /// The number of elements that an output is the mean of.
  var patchCount: Int { kernelSize * kernelSize * input.channels }

  init(_ layer: CorrelationLayer, input: FeatureMapShape) throws(LayerError) {
    self.layer = layer
    self.input = input
    let available = ConvolutionLayer.Extent { $0(input.size) + 2 * layer.padding }
    let needed = ConvolutionLayer.Extent { 2 * $0(layer.maxDisplacement) + layer.kernelSize }
    guard available.rows >= needed.rows, available.columns >= needed.columns else {
      throw .noOutput(input: input, needed: needed, available: available)
    }
    func axis(_ along: (ConvolutionLayer.Extent) -> Int) -> CorrelationAxis {
      let maxDisplacement = along(layer.maxDisplacement)
      let steps = (along(available) - along(needed)) / layer.stride
      let radius = maxDisplacement / layer.displacementStride
      return CorrelationAxis(
        length: along(input.size), outputs: steps + 1, radius: radius,
        first: maxDisplacement - layer.padding, span: steps * layer.stride + layer.kernelSize,
        reach: radius * layer.displacementStride)
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
