internal import ComputeSupport
public import FourierTransform
internal import ComplexModule

/// The correlation of a signal with a kernel: at lag k it is `Σ_t signal[t + k] · conj(kernel[t])`.
///
/// The kernel slides over the signal as it is, as NumPy and SciPy have it. What textbooks write as
/// `(f ⋆ g)(τ) = Σ f(t) g(t + τ)` is therefore `correlate(g, f)`. The lags of the results are those
/// of ``ConvolutionMode/lags(signalCount:kernelCount:)``; ``correlation(of:with:mode:method:threads:)``
/// gives both together. Methods, threads and complexity are as in
/// ``convolve(_:_:mode:method:threads:)``.
///
/// - Returns: the wanted results, the lowest lag first; none if either input is empty.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
public func correlate<Element: SignalElement>(
  _ signal: [Element], _ kernel: [Element], mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> [Element] {
  let range = mode.range(signalCount: signal.count, kernelCount: kernel.count)
  return convolve(
    signal, reversedConjugate(kernel), range: range, method: method, threads: threadCount(threads))
}

/// What a kernel has to be convolved with instead to be correlated with.
func reversedConjugate<Element: SignalElement>(_ kernel: [Element]) -> [Element] {
  makeArray(count: kernel.count) { result in
    for index in result.indices { result[index] = kernel[kernel.count - 1 - index].conjugated }
  }
}

/// A correlation with its lags.
public struct Correlation<Element: SignalElement>: Sendable, Equatable {
  /// The lags, in samples. A positive lag means that the kernel lies later in the signal.
  public var lags: Range<Int>
  /// The value at each lag, the lowest lag first.
  public var values: [Element]

  /// Creates a correlation from its values and their lags, of which there are as many.
  public init(lags: Range<Int>, values: [Element]) {
    precondition(lags.count == values.count, "\(values.count) values have \(lags.count) lags")
    self.lags = lags
    self.values = values
  }

  /// The value at a lag among ``lags``.
  public subscript(lag lag: Int) -> Element { values[lag - lags.lowerBound] }
}

extension Correlation where Element: Comparable {
  /// The lag with the largest value, the smallest in magnitude where several have it, and of two
  /// of those the positive one; nil if there is none, or no value is a number.
  public var peakLag: Int? {
    var best: (lag: Int, value: Element)?
    for (lag, value) in zip(lags, values) where !value.hasNaN {
      if let known = best,
        known.value > value || (known.value == value && abs(known.lag) < abs(lag))
      {
        continue
      }
      best = (lag, value)
    }
    return best?.lag
  }
}

/// The correlation of a signal with a kernel, together with its lags.
///
/// See ``correlate(_:_:mode:method:threads:)``.
public func correlation<Element: SignalElement>(
  of signal: [Element], with kernel: [Element], mode: ConvolutionMode = .full,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> Correlation<Element> {
  Correlation(
    lags: mode.lags(signalCount: signal.count, kernelCount: kernel.count),
    values: correlate(signal, kernel, mode: mode, method: method, threads: threads))
}
