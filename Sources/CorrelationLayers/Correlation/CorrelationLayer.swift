// SPDX-License-Identifier: MIT

public import FourierTransform
internal import ComputeSupport

/// The displacement-limited correlation layer of optical-flow and stereo networks.
///
/// It compares patches of one feature map with displaced patches of another and has one output
/// channel for each displacement. With kernel size K, displacements d = (dy, dx) that are the
/// multiples of ``displacementStride`` up to ``maxDisplacement`` in either direction (dx fastest,
/// negative first), and patches whose top left corners are ``stride`` apart,
///
///     output[n, d, i, j] = 1/(K²·C) · Σ_{c, h, w < K} f(a[n, c, y + h, x + w],
///                                                       b[n, c, y + dy + h, x + dx + w])
///
/// where y = i · stride + maxDisplacement.rows - padding (x likewise), both inputs are zero outside
/// their borders, and f(a, b) is a · b or |a - b|. There are
/// `ceil((rows + 2 · padding - 2 · (maxDisplacement.rows + (K - 1)/2)) / stride)` rows of patches,
/// and columns likewise.
///
/// The definition is FlowNet's (Dosovitskiy et al., 2015, section 3); strides, borders and the order
/// of the channels are those of MXNet's `Correlation` operator, whose numbers it gives.
public struct CorrelationLayer: Hashable, Codable, Sendable {
  /// How two elements are compared.
  public enum Comparison: String, Codable, Sendable, CaseIterable {
    /// a · b
    case product
    /// |a - b|
    case absoluteDifference
  }

  /// A way of computing the layer.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// K² · C products for each output.
    case direct
    /// One map of products for each displacement, shared by all patches, and sums over patches of
    /// it: about min(stride, K)² · C products for each output.
    case box
    /// One transform of each patch and of its surroundings: for products alone, where patches lie
    /// far apart and displacements are many. Its error grows with the norms of the patches and not
    /// with the single output.
    case fft
  }

  /// The number of rows and of columns of a patch: odd.
  public let kernelSize: Int
  /// The largest displacement. No vertical displacement at all makes the layer that of stereo.
  public let maxDisplacement: ConvolutionLayer.Extent
  /// The distance between patches ("stride1").
  public let stride: Int
  /// The distance between displacements ("stride2").
  public let displacementStride: Int
  /// How many zeros surround both inputs.
  public let padding: Int
  /// How two elements are compared.
  public let comparison: Comparison

  /// Creates a layer.
  ///
  /// - Throws: ``LayerError`` if the kernel size is even or below 1, a stride is below 1, or a
  ///   displacement or the padding is negative.
  public init(
    kernelSize: Int = 1, maxDisplacement: ConvolutionLayer.Extent, stride: Int = 1,
    displacementStride: Int = 1, padding: Int = 0, comparison: Comparison = .product
  ) throws(LayerError) {
    guard kernelSize % 2 == 1, 1...largestParameter ~= kernelSize else {
      throw .evenKernelSize(kernelSize)
    }
    try check(.maxDisplacement, maxDisplacement.rows, from: 0)
    try check(.maxDisplacement, maxDisplacement.columns, from: 0)
    try check(.stride, stride)
    try check(.displacementStride, displacementStride)
    try check(.padding, padding, from: 0)
    self.kernelSize = kernelSize
    self.maxDisplacement = maxDisplacement
    self.stride = stride
    self.displacementStride = displacementStride
    self.padding = padding
    self.comparison = comparison
  }

  /// Decodes a layer.
  ///
  /// - Throws: as the initializer from parameters, and what the decoder throws.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys) throws -> Int { try values.decode(Int.self, forKey: key) }
    try self.init(
      kernelSize: number(.kernelSize),
      maxDisplacement: values.decode(ConvolutionLayer.Extent.self, forKey: .maxDisplacement),
      stride: number(.stride), displacementStride: number(.displacementStride),
      padding: number(.padding),
      comparison: values.decode(Comparison.self, forKey: .comparison))
  }

  /// The displacement of an output channel.
  ///
  /// - Precondition: there is such a channel.
  public func displacement(ofChannel channel: Int) -> ConvolutionLayer.Extent {
    let across = 2 * (maxDisplacement.columns / displacementStride) + 1
    let down = 2 * (maxDisplacement.rows / displacementStride) + 1
    precondition(0 <= channel && channel / across < down, "there is no channel \(channel)")
    return ConvolutionLayer.Extent(
      rows: (channel / across - down / 2) * displacementStride,
      columns: (channel % across - across / 2) * displacementStride)
  }

  /// The shape of the output for inputs of `shape`.
  ///
  /// - Throws: ``LayerError/noOutput(input:needed:available:)`` if no patch fits, and
  ///   ``LayerError/invalidShape(_:)`` if the output has too many elements.
  public func outputShape(for shape: FeatureMapShape) throws(LayerError) -> FeatureMapShape {
    try CorrelationGeometry(self, input: shape).output
  }

  /// The method that the forward pass takes where none is named, for finite inputs of `shape`: the
  /// one that is predicted to be the fastest on one thread.
  ///
  /// - Throws: as ``outputShape(for:)``.
  public func plannedMethod(for shape: FeatureMapShape) throws(LayerError) -> Method {
    try CorrelationGeometry(self, input: shape).costs().cheapest
  }

  /// The layer's output for `a` and `b`, which have the same shape.
  ///
  /// The error of an output is at most about 150 units of rounding times the mean of |f|, whatever
  /// the size of the sum, by the methods `direct` and `box`. A NaN or an infinity reaches exactly
  /// the outputs whose patches hold it.
  ///
  /// - Parameters:
  ///   - a: The feature maps whose patches stay in place.
  ///   - b: Those whose patches are displaced.
  ///   - method: How to compute it; by default the fastest, as predicted.
  ///   - threads: How many threads may work on it; by default one for each processor. The result's
  ///     bits do not depend on it.
  /// - Throws: ``LayerError``: shapes that differ, no output, or a method that does not exist for
  ///   the comparison.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let geometry = try checkedGeometry(a, b, method)
    return try FeatureMaps(written: geometry.output) { out throws(LayerError) in
      try run(geometry, a, b, method, into: out, threads: threadCount(threads))
    }
  }

  /// Writes the output of ``forward(_:_:method:threads:)`` into the caller's memory.
  ///
  /// - Throws: as there, and ``LayerError/wrongElementCount(expected:actual:)``.
  public func forward<Scalar: FourierScalar, Out>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, method: Method? = nil,
    threads: Int? = nil, into output: inout Out
  ) throws(LayerError)
  where Out: MutableContiguousSamples & ~Copyable & ~Escapable, Out.Element == Scalar {
    let geometry = try checkedGeometry(a, b, method)
    try write(geometry.output, into: &output) { out throws(LayerError) in
      try run(geometry, a, b, method, into: out, threads: threadCount(threads))
    }
  }

  /// The gradients of a loss with respect to `a` and `b`, given that with respect to the output.
  ///
  /// Where a = b, |a - b| is taken to grow with a and to shrink with b.
  ///
  /// - Parameters:
  ///   - a: The feature maps whose patches stay in place.
  ///   - b: Those whose patches are displaced.
  ///   - outputGradient: The gradient with respect to the output.
  ///   - method: How to compute them; by default the faster of `box` and `fft`, as predicted.
  ///     `direct` follows the definition literally, and numbers that are not finite take it always.
  ///   - threads: How many threads may work on it; by default one for each processor. The result's
  ///     bits do not depend on it.
  /// - Throws: ``LayerError``: shapes that differ or do not go with the layer, or a method that does
  ///   not exist for the comparison.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func inputGradients<Scalar: FourierScalar>(
    a: FeatureMaps<Scalar>, b: FeatureMaps<Scalar>, outputGradient: FeatureMaps<Scalar>,
    method: Method? = nil, threads: Int? = nil
  ) throws(LayerError) -> (a: FeatureMaps<Scalar>, b: FeatureMaps<Scalar>) {
    let geometry = try checkedGeometry(a, b, method)
    let threads = threadCount(threads)
    try outputGradient.checkIsGradient(of: geometry.output)
    let isFinite = [a, b, outputGradient].allSatisfy { $0.areFinite(threads: threads) }
    let method = isFinite ? method ?? geometry.gradientCosts().cheapest : .direct
    let isWritten = method != .fft
    var forB = b
    let forA = try FeatureMaps(written: a.shape, isWritten: isWritten) { outA throws(LayerError) in
      forB = try FeatureMaps(written: b.shape, isWritten: isWritten) { outB throws(LayerError) in
        guard method != .direct else {
          return geometry.writeDirectGradients(
            a, b, outputGradient, intoA: outA, intoB: outB, threads: threads)
        }
        let (scalesOfA, scalesOfB, scales) = (
          transformScales(a, method, threads), transformScales(b, method, threads),
          transformScales(outputGradient, method, threads)
        )
        for image in 0..<a.shape.images {
          if method == .fft,
            try FFTCorrelation(
              CorrelationJob(geometry, a, b, image: image, threads: threads),
              scales: (scalesOfA[image], scalesOfB[image])
            ).addGradients(outputGradient, scale: scales[image], toA: outA, toB: outB)
          {
            continue
          }
          BoxCorrelationGradient(geometry, image: image, threads: threads)
            .run(a, b, outputGradient, intoA: outA, intoB: outB)
        }
      }
    }
    return (forA, forB)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func run<Scalar: FourierScalar>(
    _ geometry: CorrelationGeometry, _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>,
    _ method: Method?, into out: SharedBuffer<Scalar>, threads: Int
  ) throws(LayerError) {
    guard a.shape.elementCount > 0 else {
      // No channels: the mean over nothing is taken to be 0.
      return out.fill(0, out.count, with: 0)
    }
    // What lies in the padding is skipped where it is known to add 0 · finite = 0.
    let isFinite = a.areFinite(threads: threads) && b.areFinite(threads: threads)
    let skipsPadding = isFinite && geometry.isProduct
    var method = method ?? geometry.costs().cheapest
    if method == .fft && !isFinite { method = .box }
    let (scalesOfA, scalesOfB) = (
      transformScales(a, method, threads), transformScales(b, method, threads)
    )
    for image in 0..<geometry.output.images {
      let job = CorrelationJob(
        geometry, a, b, image: image, phaseCount: method == .direct ? stride : 1,
        skipsPadding: skipsPadding && method != .fft, threads: threads)
      switch method {
      case .direct: DirectCorrelation(job).run(into: out)
      case .box: BoxCorrelation(job).run(into: out)
      case .fft:
        let transforms = try FFTCorrelation(job, scales: (scalesOfA[image], scalesOfB[image]))
        if !transforms.run(into: out) { BoxCorrelation(job).run(into: out) }
      }
    }
  }

  /// The scale of each image, for transforms alone.
  private func transformScales<Scalar: FourierScalar>(
    _ maps: FeatureMaps<Scalar>, _ method: Method?, _ threads: Int
  ) -> [TransformScale<Scalar>] {
    guard method == .fft else { return [] }
    let peaks = maps.peaks(threads: threads)
    return peaks.indices.pieces(of: maps.shape.channels).map {
      TransformScale(peak: peaks[$0].max() ?? 0)
    }
  }

  private func checkedGeometry<Scalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, _ method: Method?
  ) throws(LayerError) -> CorrelationGeometry {
    guard a.shape == b.shape else { throw .differentInputs(a.shape, b.shape) }
    let geometry = try CorrelationGeometry(self, input: a.shape)
    guard method != .fft || comparison == .product else { throw .unavailableMethod(.fft) }
    return geometry
  }
}
