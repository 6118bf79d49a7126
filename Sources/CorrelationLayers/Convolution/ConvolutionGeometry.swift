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

  /// How many elements of the padded input one window spans.
  var reach: Int { dilation * (kernel - 1) + 1 }
  /// How many elements of the padded input all windows span.
  var span: Int { (outputs - 1) * stride + reach }

  init(
    length: Int, kernel: Int, stride: Int, dilation: Int, before: Int, after: Int
  ) {
    self.length = length
    self.kernel = kernel
    self.dilation = dilation
    padding = before
    let room = length + before + after - dilation * (kernel - 1) - 1
    outputs = room < 0 ? 0 : room / stride + 1
    // One window takes no steps, however long they would be.
    self.stride = outputs > 1 ? stride : 1
  }

  /// An axis with some of the outputs that its input has room for. A negative `padding` leaves out
  /// as many elements at the beginning.
  init(length: Int, kernel: Int, stride: Int, dilation: Int, padding: Int, outputs: Int) {
    self.length = length
    self.outputs = outputs
    self.kernel = kernel
    self.stride = outputs > 1 ? stride : 1
    self.dilation = dilation
    self.padding = padding
  }

  /// The same axis with a window at each element.
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
  let places: OutputStrides

  /// The number of input channels of a group.
  var groupChannels: Int { weights.channels }
  /// The number of kernels of a group.
  var groupKernels: Int { weights.images / groups }
  /// The number of weights of a kernel: of products in an output.
  var tapCount: Int { weights.channels * weights.planeCount }

  init(
    _ layer: ConvolutionLayer, input: FeatureMapShape, weights: FeatureMapShape
  ) throws(LayerError) {
    guard weights.rows >= 1, weights.columns >= 1, weights.channels >= 1 else {
      throw .invalidParameter(
        name: "the number of channels, rows and columns of the weights",
        requirement: "at least 1",
        actual: min(weights.rows, weights.columns, weights.channels))
    }
    guard weights.images % layer.groups == 0 else {
      throw .invalidParameter(
        name: "the number of kernels", requirement: "a multiple of the \(layer.groups) groups",
        actual: weights.images)
    }
    let channels = try checkedElementCount([weights.channels, layer.groups])
    guard input.channels == channels else {
      throw .wrongChannels(role: "the input", expected: channels, actual: input.channels)
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
    for (axis, after, name) in [
      (vertical, layer.padding.bottom, "rows"), (horizontal, layer.padding.right, "columns"),
    ] {
      guard axis.outputs >= 1 else {
        throw .noOutput(
          input: input, needed: axis.reach, available: axis.length + axis.padding + after,
          axis: name)
      }
    }
    output = try FeatureMapShape(
      images: input.images, channels: weights.images, rows: vertical.outputs,
      columns: horizontal.outputs)
    places = OutputStrides(output)
    try storableElementCount([output.images, output.channels, output.rows, output.columns])
    try checkPaddedInput()
  }

  /// A layer that another one's gradients are computed by.
  init(
    groups: Int, input: FeatureMapShape, weights: FeatureMapShape, vertical: ConvolutionAxis,
    horizontal: ConvolutionAxis, places: OutputStrides
  ) throws(LayerError) {
    self.groups = groups
    self.input = input
    self.weights = weights
    self.vertical = vertical
    self.horizontal = horizontal
    self.places = places
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
