// SPDX-License-Identifier: MIT

public import FourierTransform
internal import ComputeSupport

/// The transposed convolution layer ("fractionally strided", wrongly "deconvolution"): the transpose
/// of the matrix of a ``ConvolutionLayer``, which spreads each element of the input over the output
/// in the shape of the kernel.
///
/// The weights have as many kernels as the input has channels: input channels x output channels /
/// groups x rows x columns. There are `(rows - 1)·s - top - bottom + d·(R - 1) + 1 + outputPadding`
/// rows, and columns likewise.
public struct TransposedConvolutionLayer: Hashable, Codable, Sendable {
  /// The convolution layer that this one is the transpose of: from this one's output to its input.
  public let transpose: ConvolutionLayer
  /// How many rows and columns there are at the end of the output beyond those that are needed:
  /// which of the shapes that the transpose maps to the same one is meant.
  public let outputPadding: ConvolutionLayer.Extent

  /// Creates a layer; the padding is what is cut off the output.
  ///
  /// - Throws: ``LayerError/outOfRange(_:allowed:actual:)`` if a parameter of the transpose is out of
  ///   range, or the output padding is negative or not below the larger of stride and dilation.
  public init(
    stride: ConvolutionLayer.Extent = 1, padding: ConvolutionLayer.Padding = 0,
    dilation: ConvolutionLayer.Extent = 1, groups: Int = 1,
    outputPadding: ConvolutionLayer.Extent = 0
  ) throws(LayerError) {
    try self.init(
      transposing: ConvolutionLayer(
        stride: stride, padding: padding, dilation: dilation, groups: groups),
      outputPadding: outputPadding)
  }

  /// Creates the layer whose output has `outputSize` rows and columns.
  ///
  /// What the full output has beyond them is cut off on both sides, as equally as possible; what it
  /// lacks is output padding.
  ///
  /// - Throws: ``LayerError/outOfRange(_:allowed:actual:)`` if a parameter is out of range, or the
  ///   output is too large for the output padding to make up for.
  package init(
    inputSize: ConvolutionLayer.Extent, kernelSize: ConvolutionLayer.Extent,
    outputSize: ConvolutionLayer.Extent, stride: ConvolutionLayer.Extent = 1,
    dilation: ConvolutionLayer.Extent = 1, groups: Int = 1,
    outputPadding: ConvolutionLayer.Extent = 0, extraAtStart: Bool = true
  ) throws(LayerError) {
    let surplus = try ConvolutionLayer.Extent { along throws(LayerError) in
      try checkSizes(along(inputSize), along(kernelSize), along(stride), along(dilation))
      try check(.outputSize, along(outputSize))
      return (along(inputSize) - 1) * along(stride) + along(dilation) * (along(kernelSize) - 1) + 1
        + along(outputPadding) - along(outputSize)
    }
    try self.init(
      stride: stride,
      padding: .init(total: .init { max(0, $0(surplus)) }, extraAtStart: extraAtStart),
      dilation: dilation, groups: groups,
      outputPadding: .init { $0(outputPadding) + max(0, -$0(surplus)) })
  }

  /// Creates the layer with a padding whose output has `outputSize` rows and columns: one of those
  /// that the transpose maps to the input's size, as PyTorch's `output_size`.
  ///
  /// - Throws: ``LayerError/outOfRange(_:allowed:actual:)`` if a parameter is out of range, or there
  ///   is no such output.
  package init(
    inputSize: ConvolutionLayer.Extent, kernelSize: ConvolutionLayer.Extent,
    outputSize: ConvolutionLayer.Extent, stride: ConvolutionLayer.Extent,
    padding: ConvolutionLayer.Padding, dilation: ConvolutionLayer.Extent, groups: Int
  ) throws(LayerError) {
    let transpose = try ConvolutionLayer(
      stride: stride, padding: padding, dilation: dilation, groups: groups)
    let lacking = try ConvolutionLayer.Extent { along throws(LayerError) in
      try checkSizes(along(inputSize), along(kernelSize), along(stride), along(dilation))
      let least =
        (along(inputSize) - 1) * along(stride) + along(dilation) * (along(kernelSize) - 1) + 1
        - along(padding.total)
      try check(
        .outputSize, along(outputSize), from: max(least, 1),
        to: max(least, 1) + max(along(stride), along(dilation)) - 1)
      return along(outputSize) - least
    }
    try self.init(transposing: transpose, outputPadding: lacking)
  }

  /// Decodes a layer.
  ///
  /// - Throws: as the initializers from parameters, and what the decoder throws.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      transposing: values.decode(ConvolutionLayer.self, forKey: .transpose),
      outputPadding: values.decode(ConvolutionLayer.Extent.self, forKey: .outputPadding))
  }

  private init(
    transposing transpose: ConvolutionLayer, outputPadding: ConvolutionLayer.Extent
  ) throws(LayerError) {
    _ = try ConvolutionLayer.Extent { along throws(LayerError) in
      let limit = max(along(transpose.stride), along(transpose.dilation))
      try check(.outputPadding, along(outputPadding), from: 0, to: limit - 1)
      return limit
    }
    self.transpose = transpose
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
      throw .wrongChannelCount(expected: weights.images, actual: input.channels)
    }
    guard input.rows >= 1, input.columns >= 1, weights.rows >= 1, weights.columns >= 1 else {
      throw .noOutput(
        input: input, needed: 1,
        available: .init { min($0(input.size), $0(weights.size)) })
    }
    let full = try ConvolutionLayer.Extent { along throws(LayerError) in
      let (stride, dilation) = (along(transpose.stride), along(transpose.dilation))
      return try checkedElementCount([along(input.size), stride]) - stride
        + checkedElementCount([along(weights.size), dilation]) - dilation + 1
        + along(outputPadding)
    }
    let cut = transpose.padding.total
    guard full.rows > cut.rows, full.columns > cut.columns else {
      throw .noOutput(
        input: input, needed: .init(rows: cut.rows + 1, columns: cut.columns + 1), available: full)
    }
    return try FeatureMapShape(
      images: input.images, channels: checkedElementCount([weights.channels, transpose.groups]),
      rows: full.rows - cut.rows, columns: full.columns - cut.columns)
  }

  /// The layer's output: see
  /// ``ConvolutionLayer/forward(_:weights:bias:method:threads:)->FeatureMaps<Scalar>``.
  ///
  /// - Throws: ``LayerError`` if the shapes do not go together.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, weights: FeatureMaps<Scalar>, bias: [Scalar]? = nil,
    method: ConvolutionLayer.Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let geometry = try geometry(input, weights, bias)
    return try FeatureMaps(written: geometry.input, isWritten: false) { out throws(LayerError) in
      try ConvolutionJob(
        geometry: geometry, input: input, weights: weights, bias: bias, out: out,
        threads: threadCount(threads)
      ).runAdjoint(method: method)
    }
  }

  /// Writes the output of ``forward(_:weights:bias:method:threads:)->FeatureMaps<Scalar>``
  /// into the caller's memory.
  ///
  /// - Throws: as there, and ``LayerError/wrongElementCount(expected:actual:)``.
  public func forward<Scalar: FourierScalar, Out>(
    _ input: FeatureMaps<Scalar>, weights: FeatureMaps<Scalar>, bias: [Scalar]? = nil,
    method: ConvolutionLayer.Method? = nil, threads: Int? = nil, into output: inout Out
  ) throws(LayerError)
  where Out: MutableContiguousSamples & ~Copyable & ~Escapable, Out.Element == Scalar {
    let geometry = try geometry(input, weights, bias)
    try write(geometry.input, into: &output) { out throws(LayerError) in
      out.fill(0, out.count, with: 0)
      try ConvolutionJob(
        geometry: geometry, input: input, weights: weights, bias: bias, out: out,
        threads: threadCount(threads)
      ).runAdjoint(method: method)
    }
  }

  /// The gradient of a loss with respect to the input: the convolution of the output gradient.
  ///
  /// - Throws: ``LayerError`` if the shapes do not go together.
  public func inputGradient<Scalar: FourierScalar>(
    outputGradient: FeatureMaps<Scalar>, weights: FeatureMaps<Scalar>,
    inputShape: FeatureMapShape, method: ConvolutionLayer.Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    try outputGradient.checkIsGradient(of: outputShape(for: inputShape, weights: weights.shape))
    // The transpose may have more rows than the input where the dilation exceeds the stride.
    let full = try transpose.forward(
      outputGradient, weights: weights, method: method, threads: threads)
    return full.resized(to: inputShape)
  }

  /// The gradient of a loss with respect to the weights.
  ///
  /// - Throws: ``LayerError`` if the shapes do not go together.
  public func weightGradient<Scalar: FourierScalar>(
    input: FeatureMaps<Scalar>, outputGradient: FeatureMaps<Scalar>,
    weightShape: FeatureMapShape, method: ConvolutionLayer.Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    try outputGradient.checkIsGradient(of: outputShape(for: input.shape, weights: weightShape))
    let shape = try transpose.outputShape(for: outputGradient.shape, weights: weightShape)
    return try transpose.weightGradient(
      input: outputGradient, outputGradient: input.resized(to: shape), weightShape: weightShape,
      method: method, threads: threads)
  }

  /// The transpose's geometry, with an output of exactly the shape of this layer's input.
  func geometry<Scalar>(
    _ input: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, _ bias: [Scalar]?
  ) throws(LayerError) -> ConvolutionGeometry {
    let output = try outputShape(for: input.shape, weights: weights.shape)
    try checkBias(bias, kernels: output.channels)
    return try ConvolutionGeometry(transpose, input: output, weights: weights.shape)
      .cropped(to: input.shape)
  }
}

extension FeatureMaps {
  /// The first rows and columns, with zeros behind the last where there are not enough.
  func resized(to shape: FeatureMapShape) -> Self {
    guard shape != self.shape else { return self }
    var result = FeatureMaps(shape: shape, repeating: 0)
    for plane in 0..<shape.images * shape.channels {
      for row in 0..<min(shape.rows, self.shape.rows) {
        let target = (plane * shape.rows + row) * shape.columns
        let source = (plane * self.shape.rows + row) * self.shape.columns
        for column in 0..<min(shape.columns, self.shape.columns) {
          result.elements[target + column] = elements[source + column]
        }
      }
    }
    return result
  }
}
