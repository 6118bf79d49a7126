public import FourierTransform

/// The gradients of a loss with respect to a signal and a kernel.
public struct ConvolutionGradients<Element: SignalElement>: Sendable, Equatable {
  /// With respect to the signal: as many elements as it has.
  public let signal: [Element]
  /// With respect to the kernel: as many elements as it has.
  public let kernel: [Element]
}

extension ConvolutionGradients: Codable where Element: Codable {}

/// The gradients of a loss with respect to the inputs of
/// ``correlate(_:_:mode:method:threads:)``, given that with respect to its results.
///
/// With δ the output gradient, that of the signal is δ convolved with the kernel, and that of the
/// kernel is the signal correlated with δ, each at the lags that the mode had: for 4 samples and a
/// kernel w of 3, the signal's is [δ₁w₁, δ₁w₂ + δ₂w₁, δ₁w₃ + δ₂w₂, δ₂w₃]. Complex gradients are
/// `∂/∂re + i ∂/∂im`, so that a step against them lowers the loss.
///
/// - Throws: ``ConvolutionError/wrongGradientCount(expected:actual:)``.
/// - Complexity: that of two correlations.
public func correlationGradients<Element: SignalElement, Signal, Kernel, Gradient>(
  _ signal: borrowing Signal, _ kernel: borrowing Kernel, outputGradient: borrowing Gradient,
  mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> ConvolutionGradients<Element>
where
  Signal: ContiguousSamples<Element> & ~Copyable & ~Escapable,
  Kernel: ContiguousSamples<Element> & ~Copyable & ~Escapable,
  Gradient: ContiguousSamples<Element> & ~Copyable & ~Escapable
{
  let (signal, kernel) = (signal._array(), kernel._array())
  let outputGradient = outputGradient._array()
  let lags = mode.lags(signalCount: signal.count, kernelCount: kernel.count)
  try checkGradient(outputGradient.count, lags.count)
  guard !lags.isEmpty, !signal.isEmpty, !kernel.isEmpty else {
    return zeroGradients(signal.count, kernel.count)
  }
  return ConvolutionGradients(
    // signal[s] met kernel[t] at lag s - t: Σ_k δ[k] · kernel[s - k].
    signal: part(
      convolve(outputGradient, kernel, method: method, threads: threads),
      from: -lags.lowerBound, count: signal.count),
    // Σ_k signal[t + k] · conj(δ[k]), at index t + (number of lags - 1) + the first lag.
    kernel: part(
      correlate(signal, outputGradient, method: method, threads: threads),
      from: lags.upperBound - 1, count: kernel.count))
}

/// The gradients of a loss with respect to the inputs of ``convolve(_:_:mode:method:threads:)``,
/// given that with respect to its results.
///
/// With δ the output gradient, that of either input is δ correlated with the other one, at the
/// indices that the mode had. Complex gradients are `∂/∂re + i ∂/∂im`.
///
/// - Throws: ``ConvolutionError/wrongGradientCount(expected:actual:)``.
/// - Complexity: that of two correlations.
public func convolutionGradients<Element: SignalElement, Signal, Kernel, Gradient>(
  _ signal: borrowing Signal, _ kernel: borrowing Kernel, outputGradient: borrowing Gradient,
  mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> ConvolutionGradients<Element>
where
  Signal: ContiguousSamples<Element> & ~Copyable & ~Escapable,
  Kernel: ContiguousSamples<Element> & ~Copyable & ~Escapable,
  Gradient: ContiguousSamples<Element> & ~Copyable & ~Escapable
{
  let (signal, kernel) = (signal._array(), kernel._array())
  let outputGradient = outputGradient._array()
  let range = mode.results(
    .convolution, signalCount: signal.count, kernelCount: kernel.count
  ).wanted
  try checkGradient(outputGradient.count, range.count)
  guard !range.isEmpty, !signal.isEmpty, !kernel.isEmpty else {
    return zeroGradients(signal.count, kernel.count)
  }
  // Σ_i δ[i] · conj(other[i - j]): lag j - range.lowerBound of δ ⋆ other.
  return ConvolutionGradients(
    signal: part(
      correlate(outputGradient, kernel, method: method, threads: threads),
      from: kernel.count - 1 - range.lowerBound, count: signal.count),
    kernel: part(
      correlate(outputGradient, signal, method: method, threads: threads),
      from: signal.count - 1 - range.lowerBound, count: kernel.count))
}

private func checkGradient(_ actual: Int, _ expected: Int) throws(ConvolutionError) {
  guard actual == expected else {
    throw .wrongGradientCount(expected: expected, actual: actual)
  }
}

private func zeroGradients<Element: SignalElement>(
  _ signalCount: Int, _ kernelCount: Int
) -> ConvolutionGradients<Element> {
  ConvolutionGradients(
    signal: [Element](repeating: .zero, count: signalCount),
    kernel: [Element](repeating: .zero, count: kernelCount))
}

/// The elements from `start` on, zero where there are none.
private func part<Element: SignalElement>(
  _ elements: [Element], from start: Int, count: Int
) -> [Element] {
  (start..<start + count).map { elements.indices.contains($0) ? elements[$0] : .zero }
}
