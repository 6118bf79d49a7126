// SPDX-License-Identifier: MIT

internal import ComplexModule
public import FourierTransform

/// The correlation of a signal with a kernel: at lag k it is `Σ_t signal[t + k] · conj(kernel[t])`.
///
/// The kernel slides over the signal as it is, as NumPy and SciPy have it. What textbooks write as
/// `(f ⋆ g)(τ) = Σ f(t) g(t + τ)` is therefore `correlate(g, f)`. The lags of the results are those
/// of ``ConvolutionMode/lags(signalCount:kernelCount:)``; ``Correlation`` keeps both together.
/// Methods, threads and complexity are as in ``convolve(_:_:mode:method:threads:)->[Element]``,
/// but that few lags of long inputs take less where the planner may choose: then the inputs are taken in
/// stretches whose cross-spectra are added up, since all share one axis of lags, and transformed
/// back once, in O(n log L) time and O(L) memory for L lags.
///
/// - Returns: the wanted results, the lowest lag first.
@specialized(where Element == Float, Signal == [Float], Kernel == [Float])
@specialized(where Element == Double, Signal == [Double], Kernel == [Double])
@specialized(
  where Element == Complex<Float>, Signal == [Complex<Float>], Kernel == [Complex<Float>]
)
@specialized(
  where Element == Complex<Double>, Signal == [Complex<Double>], Kernel == [Complex<Double>]
)
public func correlate<Element: SignalElement, Signal, Kernel>(
  _ signal: borrowing Signal, _ kernel: borrowing Kernel, mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Element]
where
  Signal: ContiguousSamples<Element> & ~Copyable & ~Escapable,
  Kernel: ContiguousSamples<Element> & ~Copyable & ~Escapable
{
  Operation.correlation.results(
    signal._array(), kernel._array(), mode, method, threads: threads)
}

/// Writes the correlation of a signal with a kernel to `output`, which has one element for each
/// result; see ``correlate(_:_:mode:method:threads:)->[Element]``.
///
/// - Throws: ``ConvolutionError/wrongOutputCount(expected:actual:)``.
public func correlate<Element: SignalElement>(
  _ signal: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  _ kernel: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
  into output: inout some MutableContiguousSamples<Element> & ~Copyable & ~Escapable,
  mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) {
  var target = output._mutableSpan()
  try Operation.correlation.write(
    signal._array(), kernel._array(), mode, method, threads: threads, into: &target)
}
