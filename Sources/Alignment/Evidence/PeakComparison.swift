import RealModule

/// Whether two peaks of one correlation are rivals, as where a sound repeats itself, or each the truth
/// in a part of the time, as where something was cut out of a recording.
package struct PeakComparison {
  /// How alike the signals are at the first peak over that at the second, summed over all overlap.
  package let ratio: Double
  /// The same ratio where both overlap, on that clock on which it says less; 1 of hardly anything.
  let commonRatio: Double
  /// For a jump from the one lag to the other, the right lag's ratio to the wrong one's on that side
  /// on which it is smaller; else nil.
  package let jumpRatio: Double?
  /// For a jump, its sample in the first signal, and whether the first peak is right before it.
  let jump: (place: Int, isFirstBefore: Bool)?

  /// Blocks that are compared. Judged, as is all below; the tests of edited recordings hold it.
  private static var blockCount: Int { 64 }
  /// On each side of a jump the right lag is clearer than this many standard deviations of chance.
  private static var clear: Double { 6 }
  /// On each side of a jump the right lag is better than the wrong one by this.
  private static var exclusive: Double { 2 }

  package init(_ coherence: PhaseCoherence, _ best: LagSearch.Peak, _ rival: LagSearch.Peak) {
    var ratio = 1.0
    var commonRatios: [Double] = []
    let clocks = coherence.clocks(comparing: best.lag, rival.lag)
    var jumps: [Jump] = []
    var place: Int?
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
      let jump = Self.jump(pairs.0, pairs.1, deviation: coherence.deviation)
      guard let jump else { continue }
      jumps.append(jump)
      if clock == .first {
        place = range.lowerBound + (both[jump.index] + 1) * range.count / own.count
      }
    }
    // On the longer clock the two lags may be far apart, with few blocks on either.
    self.ratio = ratio
    commonRatio = commonRatios.min { abs(Double.log($0)) < abs(Double.log($1)) } ?? 1
    let isJump = jumps.count == PhaseCoherence.Clock.allCases.count
    jumpRatio = isJump ? jumps.map(\.ratio).min() : nil
    jump = isJump ? place.map { ($0, jumps[0].isFirstBefore) } : nil
  }

  /// The ratio of two sums; 1 where their difference may be chance.
  private static func commonRatio(_ own: [Double], _ other: [Double], deviation: Double) -> Double {
    let noise = deviation * Double(own.count).squareRoot()
    let sums = (own.reduce(0, +), other.reduce(0, +))
    guard abs(sums.0 - sums.1) > clear * noise else { return 1 }
    return max(sums.0, noise) / max(sums.1, noise)
  }

  private struct Jump {
    var ratio: Double
    /// The last block before it.
    var index: Int
    var isFirstBefore: Bool
  }

  /// Divides the time in two where that explains most; nil where one lag is not clearly right on the
  /// one side and the other on the other.
  private static func jump(_ own: [Double], _ other: [Double], deviation: Double) -> Jump? {
    let (all, rest) = (own.reduce(0, +), other.reduce(0, +))
    var best: (sum: Double, jump: Jump)?
    var (before, otherBefore) = (0.0, 0.0)
    for index in own.indices.dropLast() {
      before += own[index]
      otherBefore += other[index]
      let noise = (
        deviation * Double(index + 1).squareRoot(),
        deviation * Double(own.count - index - 1).squareRoot()
      )
      // The peak's own lag before and the other's after, or the other way round.
      for isFirstBefore in [true, false] {
        let (earlier, wrongEarlier) = isFirstBefore ? (before, otherBefore) : (otherBefore, before)
        let (later, wrongLater) =
          isFirstBefore ? (rest - otherBefore, all - before) : (all - before, rest - otherBefore)
        let isClear = earlier > clear * noise.0 && later > clear * noise.1
        let ratio = min(earlier / max(wrongEarlier, noise.0), later / max(wrongLater, noise.1))
        if best.map({ earlier + later > $0.sum }) ?? true {
          let jump = Jump(ratio: isClear ? ratio : 0, index: index, isFirstBefore: isFirstBefore)
          best = (earlier + later, jump)
        }
      }
    }
    return best.flatMap { $0.jump.ratio >= exclusive ? $0.jump : nil }
  }
}
