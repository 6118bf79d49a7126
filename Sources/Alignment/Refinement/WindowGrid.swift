import FourierTransform

/// Where two recordings are cut into pairs of windows of equal duration that hold the same events.
///
/// The windows of a pair have the same duration to the last digit even where the sample rates
/// differ, so that frequency k of the one is frequency k of the other, and nothing needs to be
/// resampled.
struct WindowGrid {
  /// The number of samples of a window, by signal.
  let lengths: (first: Int, second: Int)
  /// The first signal's sample at which each window starts.
  let starts: [Int]
  /// The number of frequencies that both windows resolve, with 0 and without those next to Nyquist's.
  let binCount: Int
  /// The duration of a window in seconds.
  let duration: Double

  /// A window's samples: 1.5 s at 44.1 kHz. Much longer than any room's reverberation, and short
  /// enough to follow a clock that drifts.
  static var targetLength: Int { 65_536 }

  /// Below half the lower rate this many frequencies are mostly what the windows' ends fold over.
  private static var foldedBins: Int { 6 }

  /// Lays at most `limit` windows evenly over the part that overlaps by `line`; nil where the
  /// overlap is too short for any.
  ///
  /// For short overlaps there are at least `fewest`, where they can be that short.
  ///
  /// Where the clocks differ, the second signal's windows are longer or shorter by as much, to a
  /// whole number of samples.
  init?(
    _ first: some SampleSource, _ second: some SampleSource, line: ClockLine, limit: Int,
    atLeast fewest: Int = 1
  ) {
    let (from, to) = line.overlap(first.duration, second.duration)
    let divisor = greatestCommonDivisor(first.sampleRate, second.sampleRate)
    let units = (first: first.sampleRate / divisor, second: second.sampleRate / divisor)
    let overlap = Int(((to - from) * Double(divisor)).rounded(.down))
    let target = max(
      1, min(overlap / fewest, Self.targetLength / max(units.first, units.second)))
    if overlap >= 16 || (overlap >= 1 && units.first > 16) {
      let count = (overlap + target - 1) / target
      let unitCount = largestSmooth(atMost: overlap / count)
      let other = unitCount * units.second
      lengths = (
        unitCount * units.first,
        other + 2 * Int((Double(other) * line.slope / 2).rounded())
      )
      let available = overlap / unitCount
      let used = min(available, limit)
      let origin = Int((from * Double(first.sampleRate)).rounded(.up))
      let rest = (overlap - available * unitCount) * units.first / 2
      let length = lengths.first
      starts = (0..<used).map { origin + rest + ($0 * available + available / 2) / used * length }
    } else {
      // Rates with no useful common divisor and a short overlap: durations differ by up to half a
      // sample.
      let length = Int(((to - from) * Double(first.sampleRate)).rounded(.down)) / 2 * 2
      guard length >= 16 else { return nil }
      let ratio = Double(second.sampleRate) / Double(first.sampleRate)
      lengths = (length, Int((Double(length) * ratio / 2).rounded()) * 2)
      starts = [Int((from * Double(first.sampleRate)).rounded(.up))]
    }
    guard min(lengths.first, lengths.second) >= 16 else { return nil }
    let resolved = (min(lengths.first, lengths.second) + 1) / 2
    binCount = resolved - min(Self.foldedBins, resolved / 64)
    duration = Double(lengths.first) / Double(first.sampleRate)
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
func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}
