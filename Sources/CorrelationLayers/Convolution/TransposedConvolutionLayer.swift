public import FourierTransform
internal import ComputeSupport

/// The transposed convolution layer ("fractionally strided", wrongly "deconvolution"): the transpose
/// of the matrix of a ``ConvolutionLayer``, which spreads each element of the input over the output
/// in the shape of the kernel.
///
/// The weights have as many kernels as the input has channels: input channels x output channels /
/// groups x rows x columns. There are `(rows - 1)·s - top - bottom + d·(R - 1) + 1 + outputPadding`
/// rows, and columns likewise.
public struct TransposedConvolutionLayer: Hashable, Sendable {
  /// The convolution layer that this one is the transpose of: from this one's output to its input.
  public let transpose: ConvolutionLayer
  /// How many rows and columns there are at the end of the output beyond those that are needed:
  /// which of the shapes that the transpose maps to the same one is meant.
  public let outputPadding: Extent

  /// Creates a layer; the padding is what is cut off the output.
  ///
  /// - Throws: ``LayerError/invalidParameter(name:requirement:actual:)`` if a parameter of the
  ///   transpose is out of range, or the output padding is negative or not below the larger of
  ///   stride and dilation.
  public init(
    stride: Extent = Extent(1), padding: Padding = Padding(0), dilation: Extent = Extent(1),
    groups: Int = 1, outputPadding: Extent = Extent(0)
  ) throws(LayerError) {
    transpose = try ConvolutionLayer(
      stride: stride, padding: padding, dilation: dilation, groups: groups)
    for (value, limit) in [
      (outputPadding.rows, max(stride.rows, dilation.rows)),
      (outputPadding.columns, max(stride.columns, dilation.columns)),
    ] {
      guard 0..<limit ~= value else {
        throw .invalidParameter(
          name: "the output padding",
          requirement: "at least 0 and below the larger of stride and dilation, \(limit)",
          actual: value)
      }
    }
    self.outputPadding = outputPadding
  }

  /// The shape of the output for an input and weights of these shapes.
  ///
  /// - Throws: ``LayerError`` if the channels do not go with the weights and groups, the padding cuts
  ///   everything off, or there are too many elements.
  public func outputShape(
    for input: FeatureMapShape, weights: FeatureMapShape
  ) throws(LayerError) -> FeatureMapShape {
    guard input.channels == weights.images else {
      throw .wrongChannels(role: "the input", expected: weights.images, actual: input.channels)
    }
    guard input.rows >= 1, input.columns >= 1, weights.rows >= 1, weights.columns >= 1 else {
      throw .noOutput(
        input: input, needed: 1,
        available: min(input.rows, input.columns, weights.rows, weights.columns),
        axis: "rows and columns of input and weights")
    }
    func length(
      _ count: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ cut: Int, _ extra: Int,
      _ axis: String
    ) throws(LayerError) -> Int {
      let full =
        try checkedElementCount([count, stride]) - stride
        + checkedElementCount([kernel, dilation]) - dilation + 1 + extra
      guard full - cut >= 1 else {
        throw .noOutput(input: input, needed: cut + 1, available: full, axis: axis)
      }
      return full - cut
    }
    let padding = transpose.padding
    return try FeatureMapShape(
      images: input.images,
      channels: checkedElementCount([weights.channels, transpose.groups]),
      rows: length(
        input.rows, weights.rows, transpose.stride.rows, transpose.dilation.rows,
        padding.top + padding.bottom, outputPadding.rows, "rows"),
      columns: length(
        input.columns, weights.columns, transpose.stride.columns, transpose.dilation.columns,
        padding.left + padding.right, outputPadding.columns, "columns"))
  }

  /// The layer's output: see ``ConvolutionLayer/forward(_:weights:bias:method:threads:)``.
  ///
  /// - Throws: ``LayerError`` if the shapes do not go together.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, weights: FeatureMaps<Scalar>, bias: [Scalar]? = nil,
    method: ConvolutionLayer.Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let shape = try outputShape(for: input.shape, weights: weights.shape)
    try checkBias(bias, kernels: shape.channels)
    return try geometry(shape, input.shape, weights.shape).adjoint(
      input, weights, bias: bias, method: method, threads: threadCount(threads))
  }

  /// The gradient of a loss with respect to the input: the convolution of the output gradient.
  ///
  /// - Throws: ``LayerError`` if the shapes do not go together.
  public func inputGradient<Scalar: FourierScalar>(
    _ outputGradient: FeatureMaps<Scalar>, weights: FeatureMaps<Scalar>,
    inputShape: FeatureMapShape, method: ConvolutionLayer.Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    try check(outputGradient, inputShape, weights.shape)
    // The transpose may have more rows than the input, by what the output padding adds: none, as
    // it stays below the stride, unless the dilation is larger.
    let full = try transpose.forward(
      outputGradient, weights: weights, method: method, threads: threads)
    return full.resized(to: inputShape)
  }

  /// The gradient of a loss with respect to the weights.
  ///
  /// - Throws: ``LayerError`` if the shapes do not go together.
  public func weightGradient<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, outputGradient: FeatureMaps<Scalar>,
    weightShape: FeatureMapShape, method: ConvolutionLayer.Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    try check(outputGradient, input.shape, weightShape)
    let shape = try transpose.outputShape(for: outputGradient.shape, weights: weightShape)
    return try transpose.weightGradient(
      outputGradient, outputGradient: input.resized(to: shape), weightShape: weightShape,
      method: method, threads: threads)
  }

  private func check<Scalar>(
    _ gradient: FeatureMaps<Scalar>, _ input: FeatureMapShape, _ weights: FeatureMapShape
  ) throws(LayerError) {
    let shape = try outputShape(for: input, weights: weights)
    guard gradient.shape == shape else {
      throw .wrongShape(role: "the output gradient", expected: shape, actual: gradient.shape)
    }
  }

  /// The transpose's geometry, with an output of exactly the shape of this layer's input.
  private func geometry(
    _ output: FeatureMapShape, _ input: FeatureMapShape, _ weights: FeatureMapShape
  ) throws(LayerError) -> ConvolutionGeometry {
    try ConvolutionGeometry(transpose, input: output, weights: weights).cropped(to: input)
  }
}

extension FeatureMaps {
  /// The first rows and columns, with zeros behind the last where there are not enough.
  fileprivate func resized(to shape: FeatureMapShape) -> Self {
    guard shape != self.shape else { return self }
    var result = FeatureMaps(shape: shape, repeating: 0)
    for image in 0..<shape.images {
      for channel in 0..<shape.channels {
        for row in 0..<min(shape.rows, self.shape.rows) {
          for column in 0..<min(shape.columns, self.shape.columns) {
            result[image, channel, row, column] = self[image, channel, row, column]
          }
        }
      }
    }
    return result
  }
}
