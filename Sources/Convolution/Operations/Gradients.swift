// SPDX-License-Identifier: MIT

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
/// ``correlate(_:_:mode:method:threads:)->[Element]``, given that with respect to its results.
///
/// With δ the output gradient, that of the signal is δ convolved with the kernel, and that of the
/// kernel is the signal correlated with δ, each at the lags that the mode had: for 4 samples and a
/// kernel w of 3, the signal's is [δ₁w₁, δ₁w₂ + δ₂w₁, δ₁w₃ + δ₂w₂, δ₂w₃]. Complex gradients are
/// `∂/∂re + i ∂/∂im`, so that a step against them lowers the loss.
///
/// - Throws: ``ConvolutionError/wrongGradientCount(expected:actual:)``.
/// - Complexity: that of two correlations.
public func correlationGradients<Element: SignalElement>(
  _ signal: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  _ kernel: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  outputGradient: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> ConvolutionGradients<Element> {
  try gradients(
    .correlation, signal._array(), kernel._array(), outputGradient._array(), mode, method,
    threads: threads)
}

/// The gradients of a loss with respect to the inputs of
/// ``convolve(_:_:mode:method:threads:)->[Element]``, given that with respect to its results.
///
/// With δ the output gradient, that of either input is δ correlated with the other one, at the
/// indices that the mode had. Complex gradients are `∂/∂re + i ∂/∂im`.
///
/// - Throws: ``ConvolutionError/wrongGradientCount(expected:actual:)``.
/// - Complexity: that of two correlations.
public func convolutionGradients<Element: SignalElement>(
  _ signal: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  _ kernel: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  outputGradient: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> ConvolutionGradients<Element> {
  try gradients(
    .convolution, signal._array(), kernel._array(), outputGradient._array(), mode, method,
    threads: threads)
}

private func gradients<Element: SignalElement>(
  _ operation: Operation, _ signal: [Element], _ kernel: [Element], _ outputGradient: [Element],
  _ mode: ConvolutionMode, _ method: ConvolutionMethod?, threads: Int?
) throws(ConvolutionError) -> ConvolutionGradients<Element> {
  let wanted = mode.results(operation, signalCount: signal.count, kernelCount: kernel.count).wanted
  guard outputGradient.count == wanted.count else {
    throw .wrongGradientCount(expected: wanted.count, actual: outputGradient.count)
  }
  guard !wanted.isEmpty, !signal.isEmpty, !kernel.isEmpty else {
    return ConvolutionGradients(
      signal: signal.map { _ in .zero }, kernel: kernel.map { _ in .zero })
  }
  let first = wanted.lowerBound
  let last = kernel.count - 1
  switch operation {
  case .convolution:
    // Σ_i δ[i] · conj(other[i - j]): lag j - first of δ ⋆ other.
    return ConvolutionGradients(
      signal: part(
        correlate(outputGradient, kernel, method: method, threads: threads),
        from: last - first, count: signal.count),
      kernel: part(
        correlate(outputGradient, signal, method: method, threads: threads),
        from: signal.count - 1 - first, count: kernel.count))
  case .correlation:
    return ConvolutionGradients(
      // signal[s] met kernel[t] at lag s - t: Σ_k δ[k] · kernel[s - k].
      signal: part(
        convolve(outputGradient, kernel, method: method, threads: threads),
        from: last - first, count: signal.count),
      // Σ_k signal[t + k] · conj(δ[k]), at index t + (number of lags - 1) + the first lag.
      kernel: part(
        correlate(signal, outputGradient, method: method, threads: threads),
        from: wanted.upperBound - 1 - last, count: kernel.count))
  }
}

/// The elements from `start` on, zero where there are none.
private func part<Element: SignalElement>(
  _ elements: [Element], from start: Int, count: Int
) -> [Element] {
  (start..<start + count).map { elements.indices.contains($0) ? elements[$0] : .zero }
}
