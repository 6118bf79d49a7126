internal import ComputeSupport
public import FourierTransform
internal import ComplexModule

/// The convolution of a signal with a kernel: `result[k] = Σ_j signal[k - j] · kernel[j]`.
///
/// The kernel is reversed and slides over the signal, which is zero beyond its ends. Which k are
/// wanted is the mode's to say; see ``ConvolutionMode``. The method is chosen for speed and does
/// not show in the result beyond its rounding: NaN and infinities reach the results they are a
/// part of and no others.
///
/// - Parameter method: nil for the fastest, or the one to use whatever it costs.
/// - Parameter threads: how many to use at most. The result has the same bits on any number.
/// - Returns: the wanted results; none if either input is empty.
/// - Complexity: O(n log m) for a signal of n and a kernel of m samples (m ≤ n), unless direct.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
public func convolve<Element: SignalElement>(
  _ signal: [Element], _ kernel: [Element], mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Element] {
  let range = mode.range(signalCount: signal.count, kernelCount: kernel.count)
  return convolve(signal, kernel, range: range, method: method, threads: threadCount(threads))
}

/// The results `range` of the full convolution: the longer of the two is the one that is slid over.
func convolve<Element: SignalElement>(
  _ signal: [Element], _ kernel: [Element], range: Range<Int>, method: ConvolutionMethod?,
  threads: Int
) -> [Element] {
  let (long, short) = signal.count >= kernel.count ? (signal, kernel) : (kernel, signal)
  let choice = Planner.shared.choose(
    Planner.Job(
      kind: ElementKind(Element.self), signalCount: long.count, kernelCount: short.count,
      range: range, threads: max(1, threads), uses: 1), method: method)
  let engine = ConvolutionEngine(short, uses: 1)
  return makeArray(count: range.count) { output in
    engine.convolve(long.span, range: range, choice, into: &output)
  }
}
