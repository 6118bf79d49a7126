extension Padding {
  /// Where the zeros go of which an odd number is needed.
  public enum Bias: Sendable, CaseIterable {
    /// One more at the end (ONNX's `SAME_UPPER`, TensorFlow's `SAME`).
    case end
    /// One more at the beginning (ONNX's `SAME_LOWER`).
    case beginning
  }

  /// The padding with which a convolution layer has `ceil(size / stride)` outputs along each axis.
  ///
  /// - Throws: ``LayerError/invalidParameter(name:requirement:actual:)`` if a size, stride or
  ///   dilation is out of range.
  public static func same(
    rows: Int, columns: Int, kernelRows: Int, kernelColumns: Int, stride: Extent = Extent(1),
    dilation: Extent = Extent(1), bias: Bias = .end
  ) throws(LayerError) -> Padding {
    let total = Extent(
      rows: try needed(rows, kernelRows, stride.rows, dilation.rows),
      columns: try needed(columns, kernelColumns, stride.columns, dilation.columns))
    return split(total, bias)
  }

  /// `total` zeros along each axis, half of them on each side.
  static func split(_ total: Extent, _ bias: Bias) -> Padding {
    let less = Extent(rows: total.rows / 2, columns: total.columns / 2)
    let more = Extent(rows: total.rows - less.rows, columns: total.columns - less.columns)
    return bias == .end
      ? Padding(top: less.rows, left: less.columns, bottom: more.rows, right: more.columns)
      : Padding(top: more.rows, left: more.columns, bottom: less.rows, right: less.columns)
  }

  private static func needed(
    _ length: Int, _ kernel: Int, _ stride: Int, _ dilation: Int
  ) throws(LayerError) -> Int {
    try checkSizes(length, kernel, stride, dilation)
    let outputs = (length + stride - 1) / stride
    return max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - length)
  }
}

extension TransposedConvolutionLayer {
  /// Creates the layer whose output has `outputSize` rows and columns.
  ///
  /// What the full output has beyond them is cut off on both sides, as equally as possible; what it
  /// lacks is output padding.
  ///
  /// - Throws: ``LayerError/invalidParameter(name:requirement:actual:)`` if a parameter is out of
  ///   range, or the output is too large for the output padding to make up for.
  public init(
    inputSize: Extent, kernelSize: Extent, outputSize: Extent, stride: Extent = Extent(1),
    dilation: Extent = Extent(1), groups: Int = 1, outputPadding: Extent = Extent(0),
    bias: Padding.Bias = .beginning
  ) throws(LayerError) {
    func surplus(
      _ input: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ extra: Int, _ output: Int
    ) throws(LayerError) -> Int {
      try checkSizes(input, kernel, stride, dilation)
      try checkParameter("the output size", output, from: 1)
      return (input - 1) * stride + dilation * (kernel - 1) + 1 + extra - output
    }
    let rows = try surplus(
      inputSize.rows, kernelSize.rows, stride.rows, dilation.rows, outputPadding.rows,
      outputSize.rows)
    let columns = try surplus(
      inputSize.columns, kernelSize.columns, stride.columns, dilation.columns,
      outputPadding.columns, outputSize.columns)
    try self.init(
      stride: stride,
      padding: .split(Extent(rows: max(rows, 0), columns: max(columns, 0)), bias),
      dilation: dilation, groups: groups,
      outputPadding: Extent(
        rows: outputPadding.rows + max(-rows, 0), columns: outputPadding.columns + max(-columns, 0))
    )
  }
}

private func checkSizes(
  _ length: Int, _ kernel: Int, _ stride: Int, _ dilation: Int
) throws(LayerError) {
  try checkParameter("a size", length, from: 1)
  try checkParameter("the size of the kernel", kernel, from: 1)
  try checkParameter("the stride", stride, from: 1)
  try checkParameter("the dilation", dilation, from: 1)
}
