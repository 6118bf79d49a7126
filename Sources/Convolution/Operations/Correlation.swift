// SPDX-License-Identifier: MIT

public import FourierTransform

/// A correlation with its lags.
public struct Correlation<Element: SignalElement>: Sendable, Equatable {
  /// The lags, in samples. A positive lag means that the kernel lies later in the signal.
  public let lags: Range<Int>
  /// The value at each lag, the lowest lag first.
  public let values: [Element]

  /// The correlation of a signal with a kernel; see
  /// ``correlate(_:_:mode:method:threads:)->[Element]``.
  public init(
    of signal: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    with kernel: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil
  ) {
    lags = mode.lags(signalCount: signal.span.count, kernelCount: kernel.span.count)
    values = correlate(signal, kernel, mode: mode, method: method, threads: threads)
  }

  /// The value at a lag among ``lags``.
  public subscript(lag lag: Int) -> Element { values[lag - lags.lowerBound] }
}

extension Correlation: Codable where Element: Codable {}

extension Correlation: CustomStringConvertible {
  /// The number of values and their lags.
  public var description: String { "\(values.count) values at the lags \(lags)" }
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
