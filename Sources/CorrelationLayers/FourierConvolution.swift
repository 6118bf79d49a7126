struct FourierConvolution: Sendable {
  let geometry: ConvolutionGeometry
  init(_ geometry: ConvolutionGeometry) { self.geometry = geometry }
  func run<Scalar: LayerScalar>(
    _ input: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, _ bias: [Scalar]?,
    into out: Memory<Scalar>, workers: Int
  ) throws(LayerError) {}
}
