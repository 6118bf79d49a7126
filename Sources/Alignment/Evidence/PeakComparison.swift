// SPDX-License-Identifier: MIT

import RealModule

/// How alike two signals are at one peak of their correlation and at another, as where a sound repeats
/// itself.
package struct PeakComparison {
  /// How alike the signals are at the first peak over that at the second, summed over all overlap.
  package let ratio: Double
  /// The same ratio where both overlap, on that clock on which it says less; 1 of hardly anything.
  let commonRatio: Double
  /// Blocks that are compared. Judged, as is all below; the tests of edited recordings hold it.
  private static var blockCount: Int { 64 }
  /// A difference that is less than this many standard deviations of chance is none.
  private static var clear: Double { 6 }

  package init(_ coherence: PhaseCoherence, _ best: LagSearch.Peak, _ rival: LagSearch.Peak) {
    var ratio = 1.0
    var commonRatios: [Double] = []
    let clocks = coherence.clocks(comparing: best.lag, rival.lag)
    for clock in PhaseCoherence.Clock.allCases {
      let (a, b) = (
        coherence.overlap(lag: best.lag, by: clock), coherence.overlap(lag: rival.lag, by: clock)
      )
      let range = min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
      let own = coherence.blocks(of: best, by: clock, over: range, count: Self.blockCount)
      let other = coherence.blocks(of: rival, by: clock, over: range, count: Self.blockCount)
      if clock == coherence.shorterClock {
        ratio =
          abs(own.reduce(0) { $0 + ($1?.value ?? 0) })
          / max(abs(other.reduce(0) { $0 + ($1?.value ?? 0) }), .leastNormalMagnitude)
      }
      // Where a lag has no overlap, nothing speaks against it.
      let both = own.indices.filter { own[$0] != nil && other[$0] != nil }
      let pairs = (both.map { own[$0]?.value ?? 0 }, both.map { other[$0]?.value ?? 0 })
      if clocks.contains(clock) {
        commonRatios.append(Self.commonRatio(pairs.0, pairs.1, deviation: coherence.deviation))
      }
    }
    // On the longer clock the two lags may be far apart, with few blocks on either.
    self.ratio = ratio
    commonRatio = commonRatios.min { abs(Double.log($0)) < abs(Double.log($1)) } ?? 1
  }

  /// The ratio of two sums; 1 where their difference may be chance.
  private static func commonRatio(_ own: [Double], _ other: [Double], deviation: Double) -> Double {
    let noise = deviation * Double(own.count).squareRoot()
    let sums = (own.reduce(0, +), other.reduce(0, +))
    guard abs(sums.0 - sums.1) > clear * noise else { return 1 }
    return max(sums.0, noise) / max(sums.1, noise)
  }
}
