internal import ComputeSupport
internal import FourierTransform

/// One run of a convolution layer: what it is computed from, and where to. Each method is an
/// extension.
struct ConvolutionJob<Scalar: FourierScalar>: Sendable {
  let geometry: ConvolutionGeometry
  let input: FeatureMaps<Scalar>
  let weights: FeatureMaps<Scalar>
  /// A number for each kernel.
  var bias: [Scalar]?
  let out: SharedBuffer<Scalar>
  let threads: Int

  /// Computes the layer by `method`, or by the one that is predicted to be the fastest.
  func run(method: ConvolutionLayer.Method?) throws(LayerError) {
    switch method ?? geometry.costs().cheapest {
    case .im2col: runIm2col()
    case .fft where input.areFinite(threads: threads) && weights.areFinite(threads: threads):
      try FFTConvolution(self).run()
    case .direct, .fft: runDirect()
    }
  }

  /// The sums by the weights of each group, whose elements stand at `taps`.
  func products(taps: [Int]) -> [IndirectProduct<Scalar>] {
    (0..<geometry.groups).map {
      IndirectProduct(weights, kernels: geometry.kernels(ofGroup: $0), taps: taps)
    }
  }
}
