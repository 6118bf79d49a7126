internal import ComplexModule
internal import ComputeSupport
public import FourierTransform

/// The correlation of a signal with a kernel: at lag k it is `Σ_t signal[t + k] · conj(kernel[t])`.
///
/// The kernel slides over the signal as it is, as NumPy and SciPy have it. What textbooks write as
/// `(f ⋆ g)(τ) = Σ f(t) g(t + τ)` is therefore `correlate(g, f)`. The lags of the results are those
/// of ``ConvolutionMode/lags(signalCount:kernelCount:)``; ``Correlation`` keeps both together.
/// Methods, threads and complexity are as in ``convolve(_:_:mode:method:threads:)``, but that few
/// lags of long inputs take less where the planner may choose: then the inputs are taken in
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
  let (signal, kernel) = (signal._array(), kernel._array())
  let results = mode.results(
    .correlation, signalCount: signal.count, kernelCount: kernel.count)
  return makeArray(count: results.count) { output in
    write(
      results, of: signal, correlatedWith: kernel, mode: mode, method: method,
      threads: threadCount(threads), into: &output)
  }
}

/// Writes the correlation of a signal with a kernel to `output`, which has one element for each
/// result; see ``correlate(_:_:mode:method:threads:)``.
///
/// - Throws: ``ConvolutionError/wrongOutputCount(expected:actual:)``.
public func correlate<Element: SignalElement, Signal, Kernel, Output>(
  _ signal: borrowing Signal, _ kernel: borrowing Kernel, into output: inout Output,
  mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError)
where
  Signal: ContiguousSamples<Element> & ~Copyable & ~Escapable,
  Kernel: ContiguousSamples<Element> & ~Copyable & ~Escapable,
  Output: MutableContiguousSamples<Element> & ~Copyable & ~Escapable
{
  let (signal, kernel) = (signal._array(), kernel._array())
  let results = mode.results(
    .correlation, signalCount: signal.count, kernelCount: kernel.count)
  var target = output._mutableSpan()
  try check(target.count, results.count)
  write(
    results, of: signal, correlatedWith: kernel, mode: mode, method: method,
    threads: threadCount(threads), into: &target)
}

/// Writes results of the full correlation, by stretches of the inputs where few lags are wanted and
/// that is the fastest.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
@inline(never)
func write<Element: SignalElement>(
  _ results: WantedResults, of signal: [Element], correlatedWith kernel: [Element],
  mode: ConvolutionMode, method: ConvolutionMethod?, threads: Int,
  into output: inout MutableSpan<Element>
) {
  if case .lags = mode, method == nil, !results.present.isEmpty {
    let first = results.present.lowerBound - (kernel.count - 1)
    let stretches = LagStretches(
      lags: first..<(first + results.present.count), signalCount: signal.count,
      kernelCount: kernel.count)
    if let scale = stretches.scale(signal, kernel, results.present) {
      return results.write(into: &output) { part in
        stretches.correlate(signal, kernel, scale, threads: threads, into: &part)
      }
    }
  }
  write(
    results, of: signal, convolvedWith: reversedConjugate(kernel), method: method,
    threads: threads, into: &output)
}

/// What a kernel has to be convolved with instead to be correlated with.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
@inline(never)
func reversedConjugate<Element: SignalElement>(_ kernel: [Element]) -> [Element] {
  makeArray(count: kernel.count) { result in
    for index in result.indices { result[index] = kernel[kernel.count - 1 - index].conjugated }
  }
}
