// SPDX-License-Identifier: MIT

import RealModule

/// A time map with the probability that it is chance, and whether another delay is as good.
struct JudgedMap {
  private(set) var map: CoarseMap
  private(set) var polarity: Int
  private(set) var falseAlarmProbability: Double
  /// ``DelayEstimate/peakRatio``.
  private(set) var peakRatio: Double

  /// The one delay of the best peak of a correlation, or of another of its peaks that is better.
  init(_ match: BestMatch, _ signals: DecimatedPair, lagCount: Int) {
    var match = match
    var peaks = PeakDisambiguation(match, signals, lagCount: lagCount)
    for _ in 0..<LagSearch.peakCount {
      guard let peak = peaks.betterPeak, let other = match.choosing(peak, signals) else { break }
      match = other
      peaks = PeakDisambiguation(match, signals, lagCount: lagCount)
    }
    map = CoarseMap(ClockModel(offset: match.peak.position / signals.rate), signals)
    (polarity, falseAlarmProbability) = (match.peak.polarity, match.falseAlarmProbability)
    peakRatio = peaks.ratio
  }

  /// A map of any form: with the second signal on the first one's time by it there is one delay, which
  /// is judged as that of any pair is. The probability counts every map that might have been
  /// chosen: each start, each break by its place and its size, and each difference of the clocks.
  init(_ map: CoarseMap, polarity: Int, _ context: SearchContext, candidateCount: Int) {
    let (signals, lag) = map.straightened(context.signals)
    let lagCount = context.lags.count
    let lags = -(signals.first.count - 1)...max(0, signals.second.count - 1)
    var match = bestMatch(signals, lags: lags, weighting: context.options.weighting)
    if abs(match.peak.position - Double(lag)) > Self.straightness {
      match = match.replacingPeak(by: LagSearch.Peak(at: Double(lag), polarity), signals)
    }
    let peaks = PeakDisambiguation(match, signals, lagCount: lagCount)
    let span = Double(signals.first.count)
    var choices = Double(candidateCount) * Double(lagCount) / Double(lags.count)
    if map.skew != 0 { choices *= max(1, 2 * ClockModel.largestSkew * span) }
    for _ in map.breaks { choices *= span * Double(lagCount) }
    self.map = map
    self.polarity = polarity
    falseAlarmProbability = max(
      smallestProbability, min(1, max(1, choices) * match.falseAlarmProbability))
    peakRatio = peaks.ratio
  }

  /// In samples: what is left of a delay that a map takes out.
  private static var straightness: Double { 4 }
}
