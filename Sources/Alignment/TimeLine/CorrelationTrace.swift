// SPDX-License-Identifier: MIT

import ComputeSupport
import RealModule

/// The correlation of two recordings over the lags that are searched, for a picture: in standard
/// deviations at nearby lags, with the polarity as the sign.
package struct CorrelationTrace: Sendable, Equatable {
  /// Every lag that is searched.
  package var columns: [EnvelopeColumn]
  /// The lags within some milliseconds of the delay that was asked for, one a column.
  package var nearby: [EnvelopeColumn]
  /// In how many ways a peak can be high by chance.
  var chances: Double

  /// The height that any peak between unrelated recordings exceeds with at most this probability.
  package func height(falseAlarmProbability: Double) -> Double {
    max(0, 2 * Double.log(chances / falseAlarmProbability)).squareRoot()
  }
}

/// The correlation that ``estimateDelay(of:from:options:)`` searches, in up to `columnCount` columns,
/// and the neighbourhood of `delay`, in seconds, in detail.
///
/// - Throws: ``AlignmentError``
/// - Complexity: O(n log n) time and O(n) memory at the search's rate, for n samples in both.
package func correlationTrace(
  of other: some SampleSource, from reference: some SampleSource, near delay: Double,
  options: DelaySearchOptions = DelaySearchOptions(), columnCount: Int = 1000
) throws(AlignmentError) -> CorrelationTrace {
  let context = try SearchContext(reference: reference, other: other, options)
  let (rate, lags) = (context.band.rate, context.lags)
  let middle = Int(max(-1e15, min(1e15, delay * rate)).rounded())
  let reach = max(32, Int(nearbyReach * rate))
  let nearby = Range(middle - reach...middle + reach).clamped(to: Range(lags))
  var correlation = GeneralizedCorrelation(context.signals, weighting: options.weighting)
  var best: (trace: CorrelationTrace, height: Float)?
  // The emphasis in which the delay stands out most is the one that it was found by.
  for emphasis in options.weighting.emphases {
    _ = correlation.search(emphasis, lags: lags)
    let first = lags.lowerBound + correlation.origin
    let trace = standardized(
      correlation.samples.span.extracting(first..<first + lags.count), lags: lags,
      nearby: nearby, rate: rate, weighting: options.weighting, columnCount: columnCount)
    let height = trace.nearby.reduce(0) { max($0, abs($1.lowest), abs($1.highest)) }
    if best.map({ height > $0.height }) ?? true { best = (trace, height) }
  }
  return best?.trace ?? CorrelationTrace(columns: [], nearby: [], chances: 1)
}

/// In seconds, on either side of a delay. Judged by eye.
private let nearbyReach = 0.01

/// The trace of a correlation at the lags `lags`.
private func standardized(
  _ values: Span<Float>, lags: ClosedRange<Int>, nearby: Range<Int>, rate: Double,
  weighting: Weighting?, columnCount: Int
) -> CorrelationTrace {
  var all = EnvelopeBuilder(Range(lags), rate: rate, columnCount: columnCount)
  var some = EnvelopeBuilder(nearby, rate: rate, columnCount: nearby.count)
  // As the search judges peaks.
  LocalScale(of: values, isLocal: weighting != .unweighted).forEachBlock { range, inverse in
    for index in range {
      let score = values[index] * inverse
      all.append(score)
      if nearby.contains(index + lags.lowerBound) { some.append(score) }
    }
  }
  return CorrelationTrace(
    columns: all.columns, nearby: some.columns,
    chances: chances(
      lagCount: lags.count, emphasisCount: weighting.emphases.count))
}
