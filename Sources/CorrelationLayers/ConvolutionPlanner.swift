/// What the methods of a convolution layer are predicted to cost, in seconds of one thread.
struct ConvolutionCosts: Sendable {
  let direct: Double
  let im2col: Double
  /// Absent where the method does not exist.
  let fft: Double?

  /// The method with the smallest prediction.
  var method: ConvolutionLayer.Method {
    let best = min(direct, im2col)
    if let fft, fft < best { return .fft }
    return im2col < direct ? .im2col : .direct
  }
}

extension ConvolutionGeometry {
  func costs<Scalar: LayerScalar>(_: Scalar.Type) -> ConvolutionCosts {
    ConvolutionCosts(direct: 1, im2col: 2, fft: nil)
  }
}
