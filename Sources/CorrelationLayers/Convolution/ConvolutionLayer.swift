// SPDX-License-Identifier: MIT

public import FourierTransform
internal import ComputeSupport

/// The convolution layer of neural networks: each kernel slides, as it is, over all channels of the
/// images of a batch.
///
/// With weights of M kernels, C / groups channels, R rows and S columns, groups of channels and of
/// kernels that belong together, stride s, dilation d and an input that is zero outside its borders,
///
///     output[n, m, y, x] = bias[m] + Σ_{c, u, v} weights[m, c, u, v]
///         · input[n, g(m)·C/groups + c, y·s + u·d - top, x·s + v·d - left]
///
/// for `floor((rows + top + bottom - d·(R - 1) - 1) / s) + 1` rows, and columns likewise. It is a
/// correlation: the kernel is not turned. A signal with channels is a feature map with one row.
public struct ConvolutionLayer: Hashable, Codable, Sendable {
  /// A way of computing the layer.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// Weighted sums of shifted rows of the padded input.
    case direct
    /// The patches under the kernel, copied out as the columns of a matrix, times the matrix of the
    /// weights.
    case im2col
    /// Products of spectra, tile by tile: for large kernels.
    case fft
  }

  /// The distance between neighbouring patches.
  public let stride: Extent
  /// The zeros around the input.
  public let padding: Padding
  /// The distance between the elements of the input that neighbouring weights meet.
  public let dilation: Extent
  /// The number of groups of channels that do not meet; as many as channels is "depthwise".
  public let groups: Int

  /// Creates a layer.
  ///
  /// - Throws: ``LayerError/outOfRange(_:allowed:actual:)`` if a stride, a dilation or the number of
  ///   groups is below 1, or a padding is negative.
  public init(
    stride: Extent = 1, padding: Padding = 0, dilation: Extent = 1, groups: Int = 1
  ) throws(LayerError) {
    for value in [stride.rows, stride.columns] { try check(.stride, value) }
    for value in [dilation.rows, dilation.columns] { try check(.dilation, value) }
    for value in [padding.top, padding.left, padding.bottom, padding.right] {
      try check(.padding, value, from: 0)
    }
    try check(.groups, groups)
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// Decodes a layer.
  ///
  /// - Throws: as ``init(stride:padding:dilation:groups:)``, and what the decoder throws.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      stride: values.decode(Extent.self, forKey: .stride),
      padding: values.decode(Padding.self, forKey: .padding),
      dilation: values.decode(Extent.self, forKey: .dilation),
      groups: values.decode(Int.self, forKey: .groups))
  }

  /// The shape of the output for an input and weights of these shapes.
  ///
  /// - Throws: ``LayerError`` if the channels do not go with the weights and groups, no patch fits,
  ///   or there are too many elements.
  public func outputShape(
    for input: FeatureMapShape, weights: FeatureMapShape
  ) throws(LayerError) -> FeatureMapShape {
    try ConvolutionGeometry(self, input: input, weights: weights).output
  }

  /// The method that the forward pass takes where none is named, for finite numbers of these shapes:
  /// the one that is predicted to be the fastest on one thread.
  ///
  /// - Throws: as ``outputShape(for:weights:)``.
  public func plannedMethod(
    for input: FeatureMapShape, weights: FeatureMapShape
  ) throws(LayerError) -> Method {
    try ConvolutionGeometry(self, input: input, weights: weights).costs().cheapest
  }

  /// The layer's output.
  ///
  /// By the methods `direct` and `im2col`, the error of an output is at most about
  /// 256 + n / 256 units of rounding times Σ |weight · input| over its n products; by `fft` it
  /// grows with the norms of the tile and the kernel, up to half the type's digits of that sum. So a
  /// huge number, a NaN or an infinity reaches exactly the outputs that it is a part of. Sums of
  /// zeros are zero, and whole numbers give whole numbers by `direct` and `im2col` where the
  /// type has the sums, by `fft` where its error is proved to be below a half: for a tile x and
  /// kernel w of N elements and C channels, (16 log₂N + C + 32) u ‖x‖ ‖w‖ with u = 2⁻²⁴ (2⁻⁵³).
  ///
  /// - Parameters:
  ///   - input: The images.
  ///   - weights: The kernels: kernels x channels / groups x rows x columns.
  ///   - bias: A number for each kernel, added to its outputs.
  ///   - method: How to compute it; by default the fastest, as predicted.
  ///   - threads: How many threads may work on it; by default one for each processor. The result's
  ///     bits do not depend on it.
  /// - Throws: ``LayerError``: shapes that do not go together, or no output.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, weights: FeatureMaps<Scalar>, bias: [Scalar]? = nil,
    method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let geometry = try geometry(input, weights, bias)
    return try FeatureMaps(written: geometry.output) { out throws(LayerError) in
      try ConvolutionJob(
        geometry: geometry, input: input, weights: weights, bias: bias, out: out,
        threads: threadCount(threads)
      ).run(method: method)
    }
  }

  /// Writes the output of ``forward(_:weights:bias:method:threads:)->FeatureMaps<Scalar>``
  /// into the caller's memory.
  ///
  /// - Throws: as there, and ``LayerError/wrongElementCount(expected:actual:)``.
  public func forward<Scalar: FourierScalar, Out>(
    _ input: FeatureMaps<Scalar>, weights: FeatureMaps<Scalar>, bias: [Scalar]? = nil,
    method: Method? = nil, threads: Int? = nil, into output: inout Out
  ) throws(LayerError)
  where Out: MutableContiguousSamples & ~Copyable & ~Escapable, Out.Element == Scalar {
    let geometry = try geometry(input, weights, bias)
    try write(geometry.output, into: &output) { out throws(LayerError) in
      try ConvolutionJob(
        geometry: geometry, input: input, weights: weights, bias: bias, out: out,
        threads: threadCount(threads)
      ).run(method: method)
    }
  }

  /// The gradient of a loss with respect to the input, given that with respect to the output: the
  /// transposed convolution of the output gradient with the same weights.
  ///
  /// - Parameters:
  ///   - outputGradient: The gradient with respect to the output.
  ///   - weights: The layer's weights.
  ///   - inputShape: The shape of the layer's input.
  ///   - method: How to compute it; by default the fastest, as predicted.
  ///   - threads: How many threads may work on it; by default one for each processor.
  /// - Throws: ``LayerError`` if the shapes do not go together.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func inputGradient<Scalar: FourierScalar>(
    outputGradient: FeatureMaps<Scalar>, weights: FeatureMaps<Scalar>,
    inputShape: FeatureMapShape, method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let geometry = try ConvolutionGeometry(self, input: inputShape, weights: weights.shape)
    try outputGradient.checkIsGradient(of: geometry.output)
    return try FeatureMaps(written: geometry.input, isWritten: false) { out throws(LayerError) in
      try ConvolutionJob(
        geometry: geometry, input: outputGradient, weights: weights, out: out,
        threads: threadCount(threads)
      ).runAdjoint(method: method)
    }
  }

  /// The gradient of a loss with respect to the weights, given that with respect to the output.
  ///
  /// - Parameters:
  ///   - input: The layer's input.
  ///   - outputGradient: The gradient with respect to the output.
  ///   - weightShape: The shape of the layer's weights.
  ///   - method: How to compute it; by default the fastest, as predicted.
  ///   - threads: How many threads may work on it; by default one for each processor.
  /// - Throws: ``LayerError`` if the shapes do not go together.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func weightGradient<Scalar: FourierScalar>(
    input: FeatureMaps<Scalar>, outputGradient: FeatureMaps<Scalar>,
    weightShape: FeatureMapShape, method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let geometry = try ConvolutionGeometry(self, input: input.shape, weights: weightShape)
    try outputGradient.checkIsGradient(of: geometry.output)
    return try geometry.weightGradient(
      input, outputGradient, method: method, threads: threadCount(threads))
  }

  /// The gradient of a loss with respect to the bias: the sum of each channel of `outputGradient`.
  public static func biasGradient<Scalar: FourierScalar>(
    outputGradient: FeatureMaps<Scalar>
  ) -> [Scalar] {
    let shape = outputGradient.shape
    let elements = outputGradient.elements
    return (0..<shape.channels).map { channel in
      var sum = 0.0
      for image in 0..<shape.images {
        let start = (image * shape.channels + channel) * shape.planeCount
        for element in elements[start..<start + shape.planeCount] { sum += Double(element) }
      }
      return Scalar(sum)
    }
  }

  func geometry<Scalar>(
    _ input: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, _ bias: [Scalar]?
  ) throws(LayerError) -> ConvolutionGeometry {
    let geometry = try ConvolutionGeometry(self, input: input.shape, weights: weights.shape)
    try checkBias(bias, kernels: weights.shape.images)
    return geometry
  }
}

func checkBias<Scalar>(_ bias: [Scalar]?, kernels: Int) throws(LayerError) {
  guard let bias, bias.count != kernels else { return }
  throw .wrongBiasCount(expected: kernels, actual: bias.count)
}

extension FeatureMaps {
  func checkIsGradient(of output: FeatureMapShape) throws(LayerError) {
    guard shape == output else { throw .wrongOutputGradient(expected: output, actual: shape) }
  }
}
