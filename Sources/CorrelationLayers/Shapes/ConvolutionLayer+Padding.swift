// SPDX-License-Identifier: MIT

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
  /// - Parameters:
  ///   - inputSize: The rows and columns of the input.
  ///   - kernelSize: Those of the kernel.
  ///   - stride: The layer's stride.
  ///   - dilation: The layer's dilation.
  ///   - extraAtStart: Where the zero more goes if an odd number is needed: at the end, as in ONNX's
  ///     `SAME_UPPER` and TensorFlow's `SAME`, or at the start, as in ONNX's `SAME_LOWER`.
  /// - Throws: ``LayerError`` if a size, stride or dilation is out of range.
  public static func same(
    inputSize: ConvolutionLayer.Extent, kernelSize: ConvolutionLayer.Extent,
    stride: ConvolutionLayer.Extent = 1, dilation: ConvolutionLayer.Extent = 1,
    extraAtStart: Bool = false
  ) throws(LayerError) -> Self {
    let total = try ConvolutionLayer.Extent { along throws(LayerError) in
      let (length, stride, dilation) = (along(inputSize), along(stride), along(dilation))
      try checkSizes(length, along(kernelSize), stride, dilation)
      let outputs = (length + stride - 1) / stride
      return max(0, (outputs - 1) * stride + dilation * (along(kernelSize) - 1) + 1 - length)
    }
    return Self(total: total, extraAtStart: extraAtStart)
  }

  /// So many zeros along each axis, half of them on each side.
  init(total: ConvolutionLayer.Extent, extraAtStart: Bool) {
    let larger = ConvolutionLayer.Extent { ($0(total) + 1) / 2 }
    let smaller = ConvolutionLayer.Extent { $0(total) / 2 }
    let (start, end) = extraAtStart ? (larger, smaller) : (smaller, larger)
    self.init(top: start.rows, left: start.columns, bottom: end.rows, right: end.columns)
  }

  /// The zeros along each axis.
  var total: ConvolutionLayer.Extent { .init(rows: top + bottom, columns: left + right) }
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
