/// One axis of a correlation layer applied to an input of a certain length.
struct CorrelationAxis: Sendable {
  /// The length of the input.
  let length: Int
  /// The number of windows.
  let outputs: Int
  /// How many displacements there are in each direction.
  let radius: Int
  /// The first element of the first window: negative inside the padding.
  let first: Int
  /// How many elements there are from the first element of the first window to the last of the last.
  let span: Int
  /// The largest multiple of the displacement stride that is a displacement.
  let reach: Int

  /// The number of displacements.
  var displacements: Int { 2 * radius + 1 }
}

/// A correlation layer applied to inputs of a certain shape: all that its methods need to know.
struct CorrelationGeometry: Sendable {
  let layer: CorrelationLayer
  let inputShape: FeatureMapShape
  let outputShape: FeatureMapShape
  let vertical: CorrelationAxis
  let horizontal: CorrelationAxis

  /// The number of elements that an output is the mean of.
  var windowCount: Int { layer.kernelSize * layer.kernelSize * inputShape.channels }

  init(_ layer: CorrelationLayer, _ shape: FeatureMapShape) throws(LayerError) {
    self.layer = layer
    inputShape = shape
    vertical = try Self.axis(layer, shape, shape.rows, layer.maxDisplacement.rows, "rows")
    horizontal = try Self.axis(
      layer, shape, shape.columns, layer.maxDisplacement.columns, "columns")
    outputShape = try FeatureMapShape(
      images: shape.images,
      channels: checkedElementCount([vertical.displacements, horizontal.displacements]),
      rows: vertical.outputs, columns: horizontal.outputs)
    try storableElementCount([
      outputShape.images, outputShape.channels, outputShape.rows, outputShape.columns,
    ])
    // The padded inputs that the methods make have to be countable, too.
    for axis in [vertical, horizontal] {
      _ = try checkedElementCount([axis.span + 2 * axis.reach + axis.length])
    }
    try storableElementCount([
      max(shape.channels, 1), vertical.span + 2 * vertical.reach + vertical.length,
      horizontal.span + 2 * horizontal.reach + horizontal.length,
    ])
  }

  private static func axis(
    _ layer: CorrelationLayer, _ shape: FeatureMapShape, _ length: Int, _ maxDisplacement: Int,
    _ name: String
  ) throws(LayerError) -> CorrelationAxis {
    let available = length + 2 * layer.padding
    let room = available - 2 * (maxDisplacement + (layer.kernelSize - 1) / 2)
    guard room >= 1 else {
      throw .noOutput(
        input: shape, needed: available - room + 1, available: available, axis: name)
    }
    let outputs = (room - 1) / layer.stride + 1
    let radius = maxDisplacement / layer.displacementStride
    return CorrelationAxis(
      length: length, outputs: outputs, radius: radius,
      first: maxDisplacement - layer.padding,
      span: (outputs - 1) * layer.stride + layer.kernelSize,
      reach: radius * layer.displacementStride)
  }
}
