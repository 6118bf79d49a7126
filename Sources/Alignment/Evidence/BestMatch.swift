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
  /// Of the peaks nearby the one with the most evidence, where that is not conclusive.
  var next: LagSearch.Peak?
  /// By how many standard deviations the peak's evidence exceeds that of ``next``.
  var margin = Double.infinity

  /// Of two sums of evidence, each with a variance of about one, the larger is wrong too often unless
  /// it is larger by this. Run Related: of 530 pairs of 5 s at 0 dB, with reflections up to 3 dB louder
  /// than the direct sound, all 3 accepted wrong ones were within it, and 15 of 491 right ones.
  package static var smallestMargin: Double { 1.5 }

  /// A margin that is too small, as a ratio of peaks that is; else infinity.
  package static func peakRatio(ofMargin margin: Double) -> Double {
    guard margin < smallestMargin else { return .infinity }
    return 1 + (DelayEstimate.smallestPeakRatio - 1) * margin / smallestMargin
  }

  /// The match with another of its peaks as the best one; nil where its evidence is not conclusive.
  func choosing(_ other: LagSearch.Peak, _ signals: DecimatedPair) -> BestMatch? {
    let chosen = replacingPeak(by: other, signals)
    return chosen.falseAlarmProbability < conclusiveProbability ? chosen : nil
  }

  /// The match with another peak as the best one, and its evidence.
  func replacingPeak(by other: LagSearch.Peak, _ signals: DecimatedPair) -> BestMatch {
    let support = MatchEvidence(signals, at: other, gain: gain).support(other)
    let spacing = LagSearch.peakSpacing * signals.rate
    let rest = ([peak] + rivals + nearby).filter { Double(abs($0.lag - other.lag)) > spacing }
    let probability = probabilityBound(
      of: other, support: support, against: rest, signals, chances: chances, gain: gain)
    return replacingPeak(by: other, probability, signals.rate)
  }

  private func replacingPeak(
    by other: LagSearch.Peak, _ probability: Double, _ rate: Double
  ) -> BestMatch {
    let spacing = LagSearch.peakSpacing * rate
    let rest = ([peak] + rivals + nearby).filter { Double(abs($0.lag - other.lag)) > spacing }
    return BestMatch(
      peak: other, rivals: rest.filter { !isNear($0, other, rate) },
      nearby: rest.filter { isNear($0, other, rate) }, falseAlarmProbability: probability,
      chances: chances, gain: gain)
  }
}

/// A bound of the probability that one of `chances` would have such a score.
func probabilityBound(of score: Double, chances: Double) -> Double {
  max(smallestProbability, min(1, chances * Double.exp(-max(0, score) * max(0, score) / 2)))
}

/// The bound for a peak beside the other ones.
///
/// Of independent sounds, the highest of as many lags as there are chances has √(2 log chances) of
/// evidence. What another lag has beyond that, as where both signals hold the same hum, this one may
/// have as well, and only the rest of its evidence counts; or its evidence against the other lag, if
/// that is more.
private func probabilityBound(
  of peak: LagSearch.Peak, support: Double, against others: [LagSearch.Peak],
  _ signals: DecimatedPair, chances: Double, gain: @Sendable (Double) -> Float
) -> Double {
  var found = probabilityBound(of: support, chances: chances)
  for rival in others where found < 1 {
    // What a rival has is in proportion to its height; of a faint one it changes nothing.
    let share = Double(abs(rival.value / peak.value))
    let isFaint = peak.score > 0 && share < 0.5
    if isFaint, probabilityBound(of: 0.8 * support, chances: chances) < conclusiveProbability {
      continue
    }
    let evidence = MatchEvidence(signals, at: rival, gain: gain).support(rival)
    let shared = max(0, evidence * abs(evidence) - 2 * Double.log(chances)).squareRoot()
    let own = probabilityBound(of: support - shared, chances: chances)
    guard own > found else { continue }
    let against = relativeEvidence(for: peak, against: rival, signals, gain: gain)
    found = max(found, min(own, probabilityBound(of: against, chances: chances)))
  }
  return min(1, found)
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

/// Below this no other emphasis is tried. Judged: the square of what a command accepts, and more.
let conclusiveProbability = 1e-15
/// Times a peak's height bounds its evidence: a peak smeared by two rooms exceeds it a little. Judged.
private let heightFactor = 1.25
/// What is reported for anything less probable: a bound of zero would be a promise.
let smallestProbability = 1e-300

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
    var supports: [(peak: LagSearch.Peak, support: Double)] = []
    for peak in search.peaks {
      var support = MatchEvidence(signals, at: peak, gain: gain).support(peak)
      // A peak that hardly rises above others may be an echo's.
      if weighting != .unweighted { support = min(support, heightFactor * peak.score) }
      supports.append((peak, support))
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
    // Where the highest peak is conclusive, the others have not been looked at.
    let isConclusive =
      probabilityBound(of: score, chances: chances) < conclusiveProbability
    let found = probabilityBound(
      of: chosen, support: score, against: search.others(than: chosen, rate: rate), signals,
      chances: chances, gain: gain)
    if best.map({ found < $0.falseAlarmProbability }) ?? true {
      let next =
        isConclusive
        ? nil
        : supports.filter { $0.peak.lag != chosen.lag && isNear($0.peak, chosen, rate) }
          .max { $0.support < $1.support }
      let others = search.others(than: chosen, rate: rate)
      best = BestMatch(
        peak: chosen, rivals: others.filter { !isNear($0, chosen, rate) },
        nearby: others.filter { isNear($0, chosen, rate) },
        falseAlarmProbability: found, chances: chances, gain: gain, next: next?.peak,
        margin: next.map { score - $0.support } ?? .infinity)
    }
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

/// The chances for a high peak: either sign, any lag and emphasis.
func chances(lagCount: Int, emphasisCount: Int = 1) -> Double {
  2 * Double(lagCount) * Double(emphasisCount)
}
