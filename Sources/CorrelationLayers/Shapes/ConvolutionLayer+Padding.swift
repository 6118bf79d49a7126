extension ConvolutionLayer {
  /// How many zeros surround a feature map on each side; a literal stands for the same number on
  /// all sides.
  public struct Padding: Hashable, Codable, Sendable {
    /// Rows of zeros above the first row.
    public var top: Int
    /// Columns of zeros before the first column.
    public var left: Int
    /// Rows of zeros below the last row.
    public var bottom: Int
    /// Columns of zeros behind the last column.
    public var right: Int

    /// Creates a padding.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
      self.top = top
      self.left = left
      self.bottom = bottom
      self.right = right
    }
  }
}

extension ConvolutionLayer.Padding: ExpressibleByIntegerLiteral {
  /// Creates a padding that is the same on opposite sides.
  public init(rows: Int, columns: Int) {
    self.init(top: rows, left: columns, bottom: rows, right: columns)
  }

  /// Creates a padding that is the same on all sides.
  public init(integerLiteral all: Int) { self.init(rows: all, columns: all) }

  /// The padding with which a convolution layer has `ceil(size / stride)` outputs along each axis.
  ///
  /// - Parameter extraAtStart: Where the zero more goes if an odd number is needed: at the end, as in
  ///   ONNX's `SAME_UPPER` and TensorFlow's `SAME`, or at the start, as in ONNX's `SAME_LOWER`.
  /// - Throws: ``LayerError`` if a size, stride or dilation is out of range.
  public static func same(
    inputSize: ConvolutionLayer.Extent, kernelSize: ConvolutionLayer.Extent,
    stride: ConvolutionLayer.Extent = 1, dilation: ConvolutionLayer.Extent = 1,
    extraAtStart: Bool = false
  ) throws(LayerError) -> Self {
    func needed(
      _ length: Int, _ kernel: Int, _ stride: Int, _ dilation: Int
    ) throws(LayerError) -> Int {
      try checkSizes(length, kernel, stride, dilation)
      let outputs = (length + stride - 1) / stride
      return max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - length)
    }
    return Self(
      rows: try needed(inputSize.rows, kernelSize.rows, stride.rows, dilation.rows),
      columns: try needed(inputSize.columns, kernelSize.columns, stride.columns, dilation.columns),
      extraAtStart: extraAtStart)
  }

  /// So many zeros along each axis, half of them on each side.
  init(rows: Int, columns: Int, extraAtStart: Bool) {
    let larger = (rows: (rows + 1) / 2, columns: (columns + 1) / 2)
    let smaller = (rows: rows / 2, columns: columns / 2)
    self =
      extraAtStart
      ? Self(top: larger.rows, left: larger.columns, bottom: smaller.rows, right: smaller.columns)
      : Self(top: smaller.rows, left: smaller.columns, bottom: larger.rows, right: larger.columns)
  }
}

/// Checks what an axis of a layer with weights is made of.
func checkSizes(
  _ length: Int, _ kernel: Int, _ stride: Int, _ dilation: Int
) throws(LayerError) {
  try check(.inputSize, length)
  try check(.kernelSize, kernel)
  try check(.stride, stride)
  try check(.dilation, dilation)
}
