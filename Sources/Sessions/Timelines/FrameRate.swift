// SPDX-License-Identifier: MIT

/// Pictures a second, as a fraction: 30000/1001.
package struct FrameRate: Sendable, Equatable {
  /// Both have at most 31 bits, as in media files, so that their products with counts have room.
  package let numerator: Int
  package let denominator: Int
  /// Whether time codes leave out numbers so that they keep up with the clock (SMPTE ST 12-1).
  package var isDropFrame: Bool

  package init(numerator: Int, denominator: Int = 1, isDropFrame: Bool = false) {
    let excess = max(0, 33 - min(numerator.leadingZeroBitCount, denominator.leadingZeroBitCount))
    self.numerator = numerator >> excess
    // A rate that has no room at all is the largest.
    self.denominator = denominator > 0 ? max(1, denominator >> excess) : denominator
    self.isDropFrame = isDropFrame
  }

  package var perSecond: Double { Double(numerator) / Double(denominator) }
}

extension FrameRate {
  /// The whole number of pictures that a second of time code counts: 30 for 30000/1001.
  package var nominal: Int { max(1, Int(perSecond.rounded())) }

  /// Whether it is a nominal rate slowed down by 1000/1001.
  package var isSlowed: Bool { numerator * 1001 == nominal * 1000 * denominator }

  /// Whether a whole nominal rate says it, with or without the slowing by 1000/1001.
  package var isNamed: Bool { isSlowed || numerator == nominal * denominator }

  /// Numbers left out of most minutes of time code: 2 of 30, 4 of 60, else 0 (SMPTE ST 12-1).
  package var droppedNumbers: Int {
    isDropFrame && isSlowed && nominal % 30 == 0 ? nominal / 15 : 0
  }

  /// The whole tick nearest to a moment in seconds.
  package func nearestTick(_ seconds: Double) -> Int { Int((seconds * perSecond).rounded()) }

  /// The first tick that is not before a moment in seconds.
  package func tickNotBefore(_ seconds: Double) -> Int {
    Int((seconds * perSecond - Self.tolerance).rounded(.up))
  }

  /// The last tick that is not after a moment in seconds.
  package func tickNotAfter(_ seconds: Double) -> Int {
    Int((seconds * perSecond + Self.tolerance).rounded(.down))
  }

  package func seconds(_ ticks: Int) -> Double {
    Double(ticks) * Double(denominator) / Double(numerator)
  }

  /// What rounding of seconds may have taken from a whole tick (judged: 1e5 s at 192 kHz keep
  /// 3e-6).
  private static let tolerance = 1e-4
}
