// SPDX-License-Identifier: MIT

import FourierTransform

/// Where two recordings are cut into pairs of segments that hold the same events: of one duration even
/// where the sample rates differ, so that frequency k of the one is frequency k of the other.
package struct SegmentGrid: Sendable {
  /// The number of samples of a segment, by signal.
  let lengths: (first: Int, second: Int)
  /// The first signal's sample at which each segment starts.
  package let starts: [Int]
  /// The number of frequencies that both segments resolve, without those next to Nyquist's.
  let binCount: Int
  /// The duration of a segment in seconds.
  let duration: Double

  /// A segment's samples: 1.5 s at 44.1 kHz, longer than rooms reverberate. Judged.
  static var targetLength: Int { 65_536 }

  /// Below half the lower rate this many frequencies are mostly folded over. Judged.
  private static var foldedBins: Int { 6 }

  /// Lays `fewest` to `limit` segments evenly over the part that overlaps by `line`, as far as it is
  /// within a part of the first signal's time; nil where that is too short. Where the clocks differ,
  /// the second signal's are longer or shorter by as much.
  package init?(
    _ context: SearchContext, along line: ClockModel, within part: ClosedRange<Double>? = nil,
    limit: Int, atLeast fewest: Int = 1
  ) {
    let (first, second) = (context.first, context.second)
    var (from, to) = line.overlap(first.duration, second.duration)
    if let part {
      from = max(from, part.lowerBound)
      to = max(from, min(to, part.upperBound))
    }
    let common = CommonRate(first.sampleRate, second.sampleRate)
    let units = common.units
    let overlap = Int(((to - from) * common.rate).rounded(.down))
    let target = max(
      1, min(overlap / fewest, Self.targetLength / max(units.first, units.second)))
    if overlap >= 16 || (overlap >= 1 && units.first > 16) {
      let count = (overlap + target - 1) / target
      let unitCount = largestSmooth(atMost: overlap / count)
      let other = unitCount * units.second
      lengths = (
        unitCount * units.first, other + 2 * Int((Double(other) * line.skew / 2).rounded())
      )
      let available = overlap / unitCount
      let used = min(available, limit)
      let origin = Int((from * first.sampleRate).rounded(.up))
      let rest = (overlap - available * unitCount) * units.first / 2
      let length = lengths.first
      starts = (0..<used).map { origin + rest + ($0 * available + available / 2) / used * length }
    } else {
      // Rates with no useful common divisor: durations differ by up to half a sample.
      let length = Int(((to - from) * first.sampleRate).rounded(.down)) / 2 * 2
      guard length >= 16 else { return nil }
      let ratio = second.sampleRate / first.sampleRate
      lengths = (length, Int((Double(length) * ratio / 2).rounded()) * 2)
      starts = [Int((from * first.sampleRate).rounded(.up))]
    }
    guard min(lengths.first, lengths.second) >= 16 else { return nil }
    let resolved = (min(lengths.first, lengths.second) + 1) / 2
    binCount = resolved - min(Self.foldedBins, resolved / 64)
    duration = Double(lengths.first) / first.sampleRate
  }
}

/// The largest rate of which two rates are multiples.
private struct CommonRate {
  /// In Hz.
  let rate: Double
  /// How many times the rate each of the two is.
  let units: (first: Int, second: Int)

  init(_ first: Double, _ second: Double) {
    if let a = Int(exactly: first), let b = Int(exactly: second) {
      let divisor = greatestCommonDivisor(a, b)
      rate = Double(divisor)
      units = (a / divisor, b / divisor)
      return
    }
    // The convergents of the ratio's continued fraction, until what is left is rounding.
    var rest = first / second
    var (old, new) = ((first: 0, second: 1), (first: 1, second: 0))
    repeat {
      let whole = rest.rounded(.down)
      (old, new) = (
        new, (Int(whole) * new.first + old.first, Int(whole) * new.second + old.second)
      )
      rest = 1 / (rest - whole)
    } while rest < 65_536
      && abs(Double(new.first) * second - Double(new.second) * first) > 1e-12 * first
      && max(new.first, new.second) < 1 << 15
    units = (max(1, new.first), max(1, new.second))
    rate = first / Double(units.first)
  }
}

/// The largest number up to `limit` that has no prime factor above 7, even where possible.
private func largestSmooth(atMost limit: Int) -> Int {
  guard limit > 16 else { return limit }
  var candidate = limit & ~1
  while fastTransformLength(atLeast: candidate) != candidate { candidate -= 2 }
  return candidate
}

/// Euclid's.
private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
