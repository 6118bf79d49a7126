// SPDX-License-Identifier: MIT

import RealModule

/// What the other peaks of a correlation say about the best one.
struct PeakDisambiguation {
  private struct Rival {
    var peak: LagSearch.Peak
    /// The best peak over this one.
    var ratio: Double
    /// Whether this is the better one.
    var isPreferred = false
  }

  private let coherence: PhaseCoherence
  /// Whether the best peak has any evidence.
  private let isFound: Bool
  private var rivals: [Rival] = []

  /// Blocks that place a peak between two samples: as many as are compared.
  private static var blockCount: Int { 64 }

  /// Compares the best peak with the others, in O(n log n) for n samples and each that is nearly as
  /// good; one that might be chance is no rival, but for its height.
  init(_ match: BestMatch, _ signals: DecimatedPair, lagCount: Int) {
    coherence = PhaseCoherence(signals)
    isFound = match.falseAlarmProbability < 1
    let significant = highestByChance(of: chances(lagCount: lagCount) / 1e-3)
    let best = coherence.refined(match.peak, count: Self.blockCount)
    for peak in match.rivals where peak.value != 0 {
      // A peak that no correlation found has no height: then by how alike the signals are at both.
      let height =
        best.score > 0
        ? Double(abs(best.value / peak.value)) : PeakComparison(coherence, best, peak).ratio
      var rival = Rival(peak: peak, ratio: height)
      if peak.score > significant {
        let comparison = PeakComparison(coherence, best, peak)
        let preference = PeakVerdict(comparison) {
          Self.margin(
            signals, best, coherence.refined(peak, count: Self.blockCount),
            coherence.clocks(comparing: best.lag, peak.lag), gain: match.gain)
        }
        rival.ratio = preference.ratio
        rival.isPreferred = preference.isForOther
      }
      rivals.append(rival)
    }
  }

  /// By how many standard deviations one peak has more evidence than the other, on that clock on which
  /// it is less; 0 where the two disagree.
  private static func margin(
    _ signals: DecimatedPair, _ best: LagSearch.Peak, _ rival: LagSearch.Peak,
    _ clocks: [PhaseCoherence.Clock], gain: (Double) -> Float
  ) -> Double {
    let scores = clocks.map { clock in
      let evidence =
        clock == .first
        ? MatchEvidence(signals, at: best, against: rival, gain: gain)
        : MatchEvidence(
          signals.exchanged, at: best.exchanged, against: rival.exchanged, gain: gain)
      return evidence.support(best)
    }
    guard let least = scores.min(), let most = scores.max() else { return 0 }
    return least > 0 ? least : min(0, most)
  }

  /// The peak that is better than the best one.
  var betterPeak: LagSearch.Peak? {
    rivals.filter(\.isPreferred).min { $0.ratio < $1.ratio }?.peak
  }

  /// ``DelayEstimate/peakRatio``.
  var ratio: Double {
    // Without a match, and without another peak, there is no preference.
    rivals.map(\.ratio).min().map { min($0, largestPeakRatio) } ?? (isFound ? largestPeakRatio : 1)
  }
}

/// Single precision tells no more.
let largestPeakRatio = 1e6
