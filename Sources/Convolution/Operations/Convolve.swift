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
/// - Parameter method: nil for the fastest, or the one to use whatever it costs.
/// - Parameter threads: how many to use at most, nil for one a processor. The result has the same
///   bits on any number.
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
  let (signal, kernel) = (signal._array(), kernel._array())
  let results = mode.results(
    .convolution, signalCount: signal.count, kernelCount: kernel.count)
  return makeArray(count: results.count) { output in
    write(
      results, of: signal, convolvedWith: kernel, method: method, threads: threadCount(threads),
      into: &output)
  }
}

/// Writes the convolution of a signal with a kernel to `output`, which has one element for each
/// result; see ``convolve(_:_:mode:method:threads:)``.
///
/// - Throws: ``ConvolutionError/wrongOutputCount(expected:actual:)``.
public func convolve<Element: SignalElement, Signal, Kernel, Output>(
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
    .convolution, signalCount: signal.count, kernelCount: kernel.count)
  var target = output._mutableSpan()
  try check(target.count, results.count)
  write(
    results, of: signal, convolvedWith: kernel, method: method, threads: threadCount(threads),
    into: &target)
}

func check(_ actual: Int, _ expected: Int) throws(ConvolutionError) {
  guard actual == expected else { throw .wrongOutputCount(expected: expected, actual: actual) }
}

/// Writes results of the full convolution.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
@inline(never)
func write<Element: SignalElement>(
  _ results: WantedResults, of signal: [Element], convolvedWith kernel: [Element],
  method: ConvolutionMethod?, threads: Int, into output: inout MutableSpan<Element>
) {
  results.write(into: &output) { part in
    convolve(
      signal, kernel, range: results.present, method: method, threads: threads, into: &part)
  }
}

/// Writes the results `range` of the full convolution: the longer of the two is the one that is slid
/// over.
func convolve<Element: SignalElement>(
  _ signal: [Element], _ kernel: [Element], range: Range<Int>, method: ConvolutionMethod?,
  threads: Int, into output: inout MutableSpan<Element>
) {
  let (long, short) = signal.count >= kernel.count ? (signal, kernel) : (kernel, signal)
  let choice = Planner.shared.choose(
    Planner.Job(
      kind: ElementKind(Element.self), signalCount: long.count, kernelCount: short.count,
      range: range, threads: threads, uses: 1), method: method)
  ConvolutionEngine(short, uses: 1).convolve(long.span, range: range, choice, into: &output)
}

/// The results `range` of the full convolution.
func convolve<Element: SignalElement>(
  _ signal: [Element], _ kernel: [Element], range: Range<Int>, method: ConvolutionMethod?,
  threads: Int
) -> [Element] {
  makeArray(count: range.count) { output in
    convolve(
      signal, kernel, range: range, method: method, threads: threads, into: &output)
  }
}
