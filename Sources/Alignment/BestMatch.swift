import RealModule

/// The lag that two signals support best, and how probable that would be by chance.
struct BestMatch {
  var peak: LagSearch.Peak
  /// The correlation's other peaks.
  var rivals: [LagSearch.Peak]
  var falseAlarmProbability: Double
}

/// Below this nothing is gained by looking at the band with another emphasis.
let conclusiveProbability = 1e-15
/// What is reported for anything less probable: a bound of zero would be a promise.
private let smallestProbability = 1e-300

/// Searches `lags`.
func bestMatch(
  _ first: borrowing [Float], _ second: borrowing [Float], _ band: SearchBand,
  lags: ClosedRange<Int>, weighting: Weighting
) -> BestMatch {
  var correlation = GeneralizedCorrelation(first, second, band, weighting: weighting)
  var best: BestMatch?
  for emphasis in weighting.emphases {
    let search = correlation.search(emphasis, lags: lags)
    // Without any part of the band that counts there are no peaks.
    guard var chosen = search.peaks.first else { continue }
    var score = -1.0
    for peak in search.peaks {
      // No other peak can be as good as one whose evidence is as good as its height.
      if peak.score <= score || (weighting == .none && score >= 0) { break }
      let evidence = MatchEvidence(
        first, second, band, lag: peak.lag, fraction: peak.fraction
      ) { correlation.gain($0, emphasis) }
      let support = peak.value < 0 ? -evidence.score : evidence.score
      // The height of a plain correlation's peak says little.
      let supported = weighting == .none ? support : min(peak.score, support)
      if supported > score {
        score = supported
        chosen = peak
      }
    }
    // Either sign at any of the lags, with any of the emphases and either kind of evidence.
    let chances = 4 * Double(search.lagCount) * Double(weighting.emphases.count)
    let bound = chances * Double.exp(-max(0, score) * max(0, score) / 2)
    let probability = max(smallestProbability, min(1, bound))
    if best.map({ probability < $0.falseAlarmProbability }) ?? true {
      best = BestMatch(peak: chosen, rivals: search.rivals, falseAlarmProbability: probability)
    }
    if probability < conclusiveProbability { break }
  }
  let nothing = LagSearch.Peak(
    lag: max(lags.lowerBound, min(0, lags.upperBound)), fraction: 0, value: 0, score: 0)
  return best ?? BestMatch(peak: nothing, rivals: [], falseAlarmProbability: 1)
}
