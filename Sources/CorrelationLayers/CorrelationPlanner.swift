/// What the methods of a correlation layer are predicted to cost, in seconds of one thread.
struct CorrelationCosts: Sendable {
  let direct: Double
  let box: Double
  /// Absent where the method does not exist.
  let fft: Double?

  /// The method with the smallest prediction.
  var method: CorrelationLayer.Method {
    let best = min(direct, box)
    if let fft, fft < best { return .fft }
    return box < direct ? .box : .direct
  }
}

extension CorrelationGeometry {
  /// Predicts the cost of each method and chooses one.
  func choose<Scalar: LayerScalar>(_: Scalar.Type) -> CorrelationCosts {
    let size = Double(layer.kernelSize)
    let channels = Double(inputShape.channels)
    let outputs = Double(outputShape.elementCount)
    let images = Double(inputShape.images)
    let displacements = Double(vertical.displacements * horizontal.displacements)
    let direct = outputs * size * size * channels * 1e-11 * 2
    let spans = images * displacements * Double(vertical.span) * Double(horizontal.span)
    let box = spans * (channels * 2e-11 + 1e-10)
    return CorrelationCosts(direct: direct, box: box, fft: nil)
  }
}
