// SPDX-License-Identifier: MIT

/// Which part of a convolution or correlation is wanted.
///
/// Of a signal of n and a kernel of m samples, with neither empty:
///
/// | mode | results | which of the full ones |
/// |---|---|---|
/// | `full` | n + m - 1 | all, 0 ..< n + m - 1 |
/// | `same` | n | from (m - 1) / 2, integer division |
/// | `valid` | max(n, m) - min(n, m) + 1 | from min(n, m) - 1: the shorter lies inside the longer |
/// | `lags(a...b)` | b - a + 1 | of a correlation lag k is number k + m - 1, of a convolution number k |
///
/// With an empty signal or kernel the first three give an empty result. They are the conventions of
/// SciPy's `convolve` and `correlate`, and those of NumPy's except that there `same` has the length
/// of the longer argument. `lags` gives a value for each lag, zero where the two do not overlap.
public enum ConvolutionMode: Sendable, Hashable, Codable {
  /// Every result to which at least one product contributes.
  case full
  /// As many results as the signal has samples, centred on the full ones.
  case same
  /// The results for which the shorter input lies wholly inside the longer.
  case valid
  /// The results at these lags, in samples.
  case lags(ClosedRange<Int>)

  /// The lags, in samples, of this mode's results of a correlation.
  ///
  /// Lag k is at index k + m - 1 of the full result; full has the lags -(m - 1) ... n - 1.
  public func lags(signalCount n: Int, kernelCount m: Int) -> Range<Int> {
    if case .lags(let lags) = self { return Range(lags) }
    let indices = range(signalCount: n, kernelCount: m)
    guard !indices.isEmpty else { return 0..<0 }
    return (indices.lowerBound - (m - 1))..<(indices.upperBound - (m - 1))
  }

  /// The indices, within the full convolution, of this mode's results; of lags those of a
  /// convolution, some of which may lie outside of it.
  package func range(signalCount n: Int, kernelCount m: Int) -> Range<Int> {
    if case .lags(let lags) = self { return Range(lags) }
    guard n > 0, m > 0 else { return 0..<0 }
    switch self {
    case .same: return ((m - 1) / 2)..<((m - 1) / 2 + n)
    case .valid: return (min(n, m) - 1)..<max(n, m)
    case .full, .lags: return 0..<(n + m - 1)
    }
  }
}
