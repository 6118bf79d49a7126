// SPDX-License-Identifier: MIT

/// Which of two peaks is right, and how sure that is: by what does not repeat itself, and only where
/// there is nothing of the kind by the overlap; see the article Evidence.
struct PeakVerdict {
  /// Of peaks; below ``DelayEstimate/smallestPeakRatio`` either may be right.
  let ratio: Double
  /// Whether the second peak is the better one.
  let isForOther: Bool

  // These are judged; the tests of loops with and without a voice over them hold them.

  /// A difference of this many standard deviations decides.
  private static var decisiveMargin: Double { 5 }
  /// So does a difference of coherence by this.
  private static var decisiveRatio: Double { 1.5 }
  /// Where that says nothing, so does this much more of overlap: of a text that is read twice, twice
  /// as much is alike at the one lag as at the others.
  private static var decisiveOverlap: Double { 1.8 }
  /// Less than this by chance is nothing.
  private static var chance: Double { 2 }

  /// - Parameter margin: By how many standard deviations the first has more evidence than the second,
  ///   where both overlap; asked for where the comparison does not decide.
  init(_ comparison: PeakComparison, margin: () -> Double) {
    let common = comparison.commonRatio
    if max(common, 1 / common) >= Self.decisiveRatio {
      ratio = common > 1 ? max(comparison.ratio, common) : min(comparison.ratio, common)
      isForOther = common < 1
      return
    }
    let margin = margin()
    let step = DelayEstimate.smallestPeakRatio - 1
    let ofMargin =
      margin >= 0
      ? 1 + step * margin / Self.decisiveMargin : 1 / (1 - step * margin / Self.decisiveMargin)
    isForOther =
      margin <= -Self.decisiveMargin
      || comparison.ratio * Self.decisiveOverlap <= 1 && margin < Self.chance
    if margin >= Self.decisiveMargin {
      ratio = max(comparison.ratio, ofMargin)
    } else if comparison.ratio >= Self.decisiveOverlap, margin > -Self.chance {
      ratio = comparison.ratio
    } else {
      ratio = min(comparison.ratio, ofMargin)
    }
  }
}
