internal import ComputeSupport

/// One axis of a convolution layer applied to an input of a certain length.
struct ConvolutionAxis: Sendable {
  /// The length of the input.
  let length: Int
  /// The number of outputs.
  var outputs: Int
  /// The number of weights.
  let kernel: Int
  let stride: Int
  let dilation: Int
  /// The zeros before the input.
  let padding: Int

  /// How many elements of the padded input one patch spans.
  var reach: Int { dilation * (kernel - 1) + 1 }
  /// How many elements of the padded input all patches span.
  var span: Int { (outputs - 1) * stride + reach }
  /// The elements of the padded input that are the input's and lie in patches.
  var filled: Range<Int> { (padding..<padding + length).clamped(to: 0..<span) }

  init(length: Int, kernel: Int, stride: Int, dilation: Int, before: Int, after: Int) {
    let steps = length + before + after - dilation * (kernel - 1) - 1
    self.init(
      length: length, kernel: kernel, stride: stride, dilation: dilation, padding: before,
      outputs: steps < 0 ? 0 : steps / stride + 1)
  }

  /// An axis with some of the outputs that its input has room for. A negative `padding` leaves out
  /// as many elements at the beginning.
  init(length: Int, kernel: Int, stride: Int, dilation: Int, padding: Int, outputs: Int) {
    self.length = length
    self.outputs = outputs
    self.kernel = kernel
    // One patch takes no steps, however long they would be.
    self.stride = outputs > 1 ? stride : 1
    self.dilation = dilation
    self.padding = padding
  }

  /// The same axis with a patch at each element.
  var withUnitStride: Self {
    Self(
      length: length, kernel: kernel, stride: 1, dilation: dilation, padding: padding,
      outputs: span - reach + 1)
  }
}

/// A convolution layer applied to inputs and weights of certain shapes: all that its methods need
/// to know.
struct ConvolutionGeometry: Sendable {
  let groups: Int
  let input: FeatureMapShape
  let weights: FeatureMapShape
  private(set) var output: FeatureMapShape
  private(set) var vertical: ConvolutionAxis
  private(set) var horizontal: ConvolutionAxis
  /// Where the outputs go.
  let outputStrides: OutputStrides

  /// The number of input channels of a group.
  var groupChannels: Int { weights.channels }
  /// The number of kernels of a group.
  var groupKernels: Int { weights.images / groups }
  /// The number of weights of a kernel: of products in an output.
  var tapCount: Int { weights.channels * weights.planeCount }

  init(
    _ layer: ConvolutionLayer, input: FeatureMapShape, weights: FeatureMapShape
  ) throws(LayerError) {
    try check(.kernelSize, min(weights.rows, weights.columns, weights.channels))
    guard weights.images % layer.groups == 0 else {
      throw .unevenGroups(groups: layer.groups, count: weights.images)
    }
    let channels = try checkedElementCount([weights.channels, layer.groups])
    guard input.channels == channels else {
      throw .wrongChannelCount(expected: channels, actual: input.channels)
    }
    groups = layer.groups
    self.input = input
    self.weights = weights
    // Padded lengths and reaches are bounded before they are multiplied by one another.
    for (length, kernel, dilation) in [
      (input.rows, weights.rows, layer.dilation.rows),
      (input.columns, weights.columns, layer.dilation.columns),
    ] { _ = try checkedElementCount([kernel, dilation, 4]) + checkedElementCount([length, 4]) }
    vertical = ConvolutionAxis(
      length: input.rows, kernel: weights.rows, stride: layer.stride.rows,
      dilation: layer.dilation.rows, before: layer.padding.top, after: layer.padding.bottom)
    horizontal = ConvolutionAxis(
      length: input.columns, kernel: weights.columns, stride: layer.stride.columns,
      dilation: layer.dilation.columns, before: layer.padding.left, after: layer.padding.right)
    guard vertical.outputs >= 1, horizontal.outputs >= 1 else {
      throw .noOutput(
        input: input, needed: .init(rows: vertical.reach, columns: horizontal.reach),
        available: .init(
          rows: input.rows + layer.padding.top + layer.padding.bottom,
          columns: input.columns + layer.padding.left + layer.padding.right))
    }
    output = try FeatureMapShape(
      images: input.images, channels: weights.images, rows: vertical.outputs,
      columns: horizontal.outputs)
    outputStrides = OutputStrides(output)
    try storableElementCount([output.images, output.channels, output.rows, output.columns])
    try checkPaddedInput()
  }

  /// A layer that another one's gradients are computed by.
  init(
    groups: Int, input: FeatureMapShape, weights: FeatureMapShape, vertical: ConvolutionAxis,
    horizontal: ConvolutionAxis, outputStrides: OutputStrides
  ) throws(LayerError) {
    self.groups = groups
    self.input = input
    self.weights = weights
    self.vertical = vertical
    self.horizontal = horizontal
    self.outputStrides = outputStrides
    output = try FeatureMapShape(
      images: input.images, channels: weights.images, rows: vertical.outputs,
      columns: horizontal.outputs)
    try checkPaddedInput()
  }

  /// The padded input has to be held in memory.
  private func checkPaddedInput() throws(LayerError) {
    try storableElementCount([
      max(input.channels, 1), vertical.span + vertical.stride,
      horizontal.span + horizontal.stride + readBeyond,
    ])
  }

  /// The pairs of image and group, `image * groups + group`, in parts for which padded inputs of
  /// `elementCount` each have at most 2²⁶ elements (256 MB in single precision), or one has more.
  func slabs(elementCount: Int) -> [Range<Int>] {
    (0..<input.images * groups).pieces(of: max(1, (1 << 26) / max(elementCount, 1)))
  }

  /// The same layer without the last rows and columns of its output.
  ///
  /// - Precondition: `shape` is not larger than the output.
  func cropped(to shape: FeatureMapShape) -> Self {
    precondition(shape.rows <= output.rows && shape.columns <= output.columns)
    var result = self
    result.output = shape
    result.vertical.outputs = shape.rows
    result.horizontal.outputs = shape.columns
    return result
  }
}
