// SPDX-License-Identifier: MIT

internal import ComputeSupport

/// One axis of a convolution layer applied to an input of a certain length.
struct ConvolutionAxis: Sendable {
  let length: Int
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

  /// A negative `padding` leaves out as many elements at the beginning.
  init(length: Int, kernel: Int, stride: Int, dilation: Int, padding: Int, outputs: Int) {
    self.length = length
    self.outputs = outputs
    self.kernel = kernel
    // One patch takes no steps, however long they would be.
    self.stride = outputs > 1 ? stride : 1
    self.dilation = dilation
    self.padding = padding
  }
}

/// A convolution layer for inputs and weights of certain shapes.
struct ConvolutionGeometry: Sendable {
  let groups: Int
  let input: FeatureMapShape
  let weights: FeatureMapShape
  private(set) var output: FeatureMapShape
  private(set) var vertical: ConvolutionAxis
  private(set) var horizontal: ConvolutionAxis
  /// Where the outputs go.
  let outputStrides: OutputStrides

  var groupChannels: Int { weights.channels }
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
    let available = ConvolutionLayer.Extent { along in
      along(input.size) + along(layer.padding.total)
    }
    func axis(
      before padding: Int, _ along: (ConvolutionLayer.Extent) -> Int
    ) throws(LayerError) -> ConvolutionAxis {
      let (length, kernel, stride) = (along(input.size), along(weights.size), along(layer.stride))
      let dilation = along(layer.dilation)
      // Padded lengths and reaches are bounded before they are multiplied by one another.
      _ = try checkedElementCount([kernel, dilation, 4]) + checkedElementCount([length, 4])
      let steps = along(available) - dilation * (kernel - 1) - 1
      return ConvolutionAxis(
        length: length, kernel: kernel, stride: stride, dilation: dilation, padding: padding,
        outputs: steps < 0 ? 0 : steps / stride + 1)
    }
    let vertical = try axis(before: layer.padding.top) { $0.rows }
    let horizontal = try axis(before: layer.padding.left) { $0.columns }
    guard vertical.outputs >= 1, horizontal.outputs >= 1 else {
      throw .noOutput(
        input: input, needed: .init(rows: vertical.reach, columns: horizontal.reach),
        available: available)
    }
    try self.init(
      groups: layer.groups, input: input, weights: weights, vertical: vertical,
      horizontal: horizontal)
  }

  /// Outputs are neighbours, unless there are `outputStrides`: of layers that compute gradients.
  init(
    groups: Int, input: FeatureMapShape, weights: FeatureMapShape, vertical: ConvolutionAxis,
    horizontal: ConvolutionAxis, outputStrides: OutputStrides? = nil
  ) throws(LayerError) {
    self.groups = groups
    self.input = input
    self.weights = weights
    self.vertical = vertical
    self.horizontal = horizontal
    output = try FeatureMapShape(
      images: input.images, channels: weights.images, rows: vertical.outputs,
      columns: horizontal.outputs)
    self.outputStrides =
      outputStrides
      ?? OutputStrides(
        imageStride: output.channels * output.planeCount, channelStride: output.planeCount,
        rowStride: output.columns)
    try storableElementCount([output.images, output.channels, output.rows, output.columns])
    // The padded input has to be held in memory, too.
    try storableElementCount([
      max(input.channels, 1), vertical.span + vertical.stride,
      horizontal.span + horizontal.stride + readBeyond,
    ])
  }

  func kernels(ofGroup group: Int) -> Range<Int> {
    group * groupKernels..<(group + 1) * groupKernels
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
