// SPDX-License-Identifier: MIT

import RealModule

/// The lag that two signals support best, and how probable that would be by chance: see the article
/// Evidence.
package struct BestMatch: Sendable {
  var peak: LagSearch.Peak
  /// The correlation's other peaks, farther than ``LagSearch/separation`` from it.
  var rivals: [LagSearch.Peak]
  /// The other peaks within that distance.
  var nearby: [LagSearch.Peak] = []
  var falseAlarmProbability: Double
  /// How many chances there were for a high peak.
  var chances = 1.0
  /// How much a frequency, in Hz, counted.
  var gain: @Sendable (Double) -> Float = { _ in 1 }
  /// Where, beyond ``LagSearch/reverberation``, the correlation is highest, as distances from the peak.
  var repeats: [LagSearch.Peak] = []

  /// The match with another of its peaks as the best one; nil where its evidence is not conclusive.
  func choosing(_ other: LagSearch.Peak, _ signals: DecimatedPair) -> BestMatch? {
    let chosen = replacingPeak(by: other, signals)
    return chosen.falseAlarmProbability < conclusiveProbability ? chosen : nil
  }

  /// The match with another peak as the best one, and its evidence.
  func replacingPeak(by other: LagSearch.Peak, _ signals: DecimatedPair) -> BestMatch {
    let spacing = LagSearch.peakSpacing * signals.rate
    let rest = ([peak] + rivals + nearby).filter { Double(abs($0.lag - other.lag)) > spacing }
    var result = self
    result.peak = other
    result.rivals = rest.filter { !isNear($0, other, signals.rate) }
    result.nearby = rest.filter { isNear($0, other, signals.rate) }
    result.falseAlarmProbability = result.probability(
      support: MatchEvidence(signals, at: other, gain: gain).support(other), signals)
    return result
  }

  /// The bound of the probability that the peak, with evidence of `support`, is chance.
  ///
  /// Of independent sounds, the highest of as many lags as there are chances has √(2 log chances) of
  /// evidence. What another lag has beyond that, as where both signals hold the same hum, this one may
  /// have as well, and only the rest of its evidence counts; or its evidence against the other lag, if
  /// that is more. A reflection is no such lag: it is as much of a match as the direct sound. So only lags
  /// farther away than ``LagSearch/reverberation`` are asked; what repeats itself at less does so there.
  fileprivate func probability(support: Double, _ signals: DecimatedPair) -> Double {
    var found = probabilityBound(of: support, chances: chances)
    let highest = highestByChance(of: chances)
    let reach = LagSearch.reverberation * signals.rate
    let beyond = rivals.filter { Double(abs($0.lag - peak.lag)) > reach }
    for rival in beyond + repeats.map({ $0.moved(by: peak) }) where found < 1 {
      // What a rival has is in proportion to its height; of a faint one it changes nothing.
      let share = Double(abs(rival.value / peak.value))
      let isFaint = peak.score > 0 && share < 0.5
      if isFaint, probabilityBound(of: 0.8 * support, chances: chances) < conclusiveProbability {
        continue
      }
      let evidence = MatchEvidence(signals, at: rival, gain: gain).support(rival)
      let shared = max(0, evidence * abs(evidence) - highest * highest).squareRoot()
      let own = probabilityBound(of: support - shared, chances: chances)
      guard own > found else { continue }
      let against = relativeEvidence(for: peak, against: rival, signals, gain: gain)
      found = max(found, min(own, probabilityBound(of: against, chances: chances)))
    }
    return min(1, found)
  }
}

/// The evidence for one peak against another, on the clock on which more of both overlaps: two places of
/// a clip in a long recording are only on the clip's.
private func relativeEvidence(
  for peak: LagSearch.Peak, against rival: LagSearch.Peak, _ signals: DecimatedPair,
  gain: (Double) -> Float
) -> Double {
  let (own, other) = (signals.overlap(at: peak.lag), signals.overlap(at: rival.lag))
  func moved(_ range: Range<Int>, _ lag: Int) -> Range<Int> {
    range.lowerBound + lag..<range.upperBound + lag
  }
  let byFirst = own.clamped(to: other).count
  let bySecond = moved(own, peak.lag).clamped(to: moved(other, rival.lag)).count
  return byFirst >= bySecond
    ? MatchEvidence(signals, at: peak, against: rival, gain: gain).support(peak)
    : MatchEvidence(
      signals.exchanged, at: peak.exchanged, against: rival.exchanged, gain: gain
    ).support(peak)
}

/// Times a peak's height bounds its evidence: a peak smeared by two rooms exceeds it a little. Judged.
private let heightFactor = 1.25

/// Searches `lags`.
func bestMatch(
  _ signals: DecimatedPair, lags: ClosedRange<Int>, weighting: Weighting?
) -> BestMatch {
  let rate = signals.rate
  var correlation = GeneralizedCorrelation(signals, weighting: weighting)
  var best: BestMatch?
  for emphasis in weighting.emphases {
    let search = correlation.search(emphasis, lags: lags)
    guard var chosen = search.peaks.first else { continue }
    let chances = chances(
      lagCount: search.lagCount, emphasisCount: weighting.emphases.count)
    let gain = correlation.gain(emphasis)
    var score = -1.0
    for peak in search.peaks {
      var support = MatchEvidence(signals, at: peak, gain: gain).support(peak)
      // A peak that hardly rises above others may be an echo's.
      if weighting != .unweighted { support = min(support, heightFactor * peak.score) }
      if support > score {
        score = support
        chosen = peak
      }
      // Of plain correlation, the highest peak is the answer.
      if weighting == .unweighted
        || probabilityBound(of: support, chances: chances) < conclusiveProbability
      {
        break
      }
    }
    let others = search.others(than: chosen, rate: rate)
    var match = BestMatch(
      peak: chosen, rivals: others.filter { !isNear($0, chosen, rate) },
      nearby: others.filter { isNear($0, chosen, rate) }, falseAlarmProbability: 1,
      chances: chances, gain: gain, repeats: correlation.repeats(of: chosen))
    match.falseAlarmProbability = match.probability(support: score, signals)
    let found = match.falseAlarmProbability
    if best.map({ found < $0.falseAlarmProbability }) ?? true { best = match }
    if found < conclusiveProbability { break }
  }
  let nothing = LagSearch.Peak(
    lag: max(lags.lowerBound, min(0, lags.upperBound)), fraction: 0, value: 0, score: 0)
  return best ?? BestMatch(peak: nothing, rivals: [], falseAlarmProbability: 1)
}

/// Whether one of two peaks may be an echo of the other, or another period of the same note.
private func isNear(_ first: LagSearch.Peak, _ second: LagSearch.Peak, _ rate: Double) -> Bool {
  Double(abs(first.lag - second.lag)) <= LagSearch.separation * rate
}
