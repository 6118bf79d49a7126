// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import ComputeSupport
public import FourierTransform

/// The convolution of a signal with a kernel: `result[k] = Σ_j signal[k - j] · kernel[j]`.
///
/// The kernel is reversed and slides over the signal, which is zero beyond its ends. Which k are
/// wanted is the mode's to say; see ``ConvolutionMode``. The method is chosen for speed and does
/// not show in the result beyond its rounding: NaN and infinities reach the results they are a
/// part of and no others.
///
/// - Parameters:
///   - signal: the samples that the kernel slides over.
///   - kernel: the samples that weigh them.
///   - mode: which of the results are wanted.
///   - method: nil for the fastest, or the one to use whatever it costs.
///   - threads: how many to use at most, nil for one a processor. The result has the same bits on
///     any number.
/// - Returns: the wanted results; none if either input is empty.
/// - Complexity: O(n log m) for a signal of n and a kernel of m samples (m ≤ n), unless direct.
@specialized(where Element == Float, Signal == [Float], Kernel == [Float])
@specialized(where Element == Double, Signal == [Double], Kernel == [Double])
@specialized(
  where Element == Complex<Float>, Signal == [Complex<Float>], Kernel == [Complex<Float>]
)
@specialized(
  where Element == Complex<Double>, Signal == [Complex<Double>], Kernel == [Complex<Double>]
)
public func convolve<Element: SignalElement, Signal, Kernel>(
  _ signal: borrowing Signal, _ kernel: borrowing Kernel, mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Element]
where
  Signal: ContiguousSamples<Element> & ~Copyable & ~Escapable,
  Kernel: ContiguousSamples<Element> & ~Copyable & ~Escapable
{
  Operation.convolution.results(
    signal._array(), kernel._array(), mode, method, threads: threads)
}

/// Writes the convolution of a signal with a kernel to `output`, which has one element for each
/// result; see ``convolve(_:_:mode:method:threads:)->[Element]``.
///
/// - Throws: ``ConvolutionError/wrongOutputCount(expected:actual:)``.
public func convolve<Element: SignalElement>(
  _ signal: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  _ kernel: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  into output: inout some MutableContiguousSamples<Element> & ~Copyable & ~Escapable,
  mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) {
  var target = output._mutableSpan()
  try Operation.convolution.write(
    signal._array(), kernel._array(), mode, method, threads: threads, into: &target)
}

/// Writes the results `range` of the full convolution: the longer of the two is the one that is slid
/// over.
func convolve<Element: SignalElement>(
  _ signal: [Element], _ kernel: [Element], range: Range<Int>, method: ConvolutionMethod?,
  threads: Int, into output: inout MutableSpan<Element>
) {
  let (long, short) = signal.count >= kernel.count ? (signal, kernel) : (kernel, signal)
  let kind = ElementKind(Element.self)
  if Planner.isSurelyDirect(kind, results: range.count, taps: short.count, method: method) {
    return DirectConvolution.convolveOnce(long.span, short, range: range, into: &output)
  }
  let choice = Planner.shared.choose(
    Planner.Job(
      kind: kind, signalCount: long.count, kernelCount: short.count,
      range: range, threads: threads, uses: 1), method: method)
  guard choice.layout != nil else {
    // Nothing need be known of a kernel of which sums are made once.
    return DirectConvolution(taps: short).convolve(
      long.span, range: range, into: &output, threads: choice.threads)
  }
  ConvolutionEngine(short, uses: 1).convolve(long.span, range: range, choice, into: &output)
}
