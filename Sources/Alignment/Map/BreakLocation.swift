// SPDX-License-Identifier: MIT

import ComputeSupport
import FourierTransform
import RealModule

/// Where a delay ends and another starts, from the samples on both sides.
struct BreakLocation {
  /// The sample of the first signal at which the earlier delay ends, and the bounds of it that the
  /// material allows.
  let place: Int
  let bounds: ClosedRange<Int>

  /// The whitened products are added in steps of a millisecond.
  private static var stepDuration: Double { 0.001 }
  /// A place is possible unless what is between it and the best one speaks against it by so many
  /// standard deviations: by chance it does so once in e⁵ times (Efron 1969, of sums of symmetric variables).
  private static var allowance: Double { 3.2 }

  /// - Parameters:
  ///   - range: Where to look, in samples of the first signal.
  ///   - earlier: The delay before, in samples.
  ///   - later: The delay after.
  ///   - gap: How many samples of the first signal neither delay holds for.
  init(
    _ signals: DecimatedPair, in range: Range<Int>, earlier: ClockModel, later: ClockModel,
    gap: Int, polarity: Float
  ) {
    let rate = signals.rate
    let step = max(1, Int(Self.stepDuration * rate))
    let count = max(1, range.count / step)
    // Products of samples that are white tell of every moment alike.
    let length = fastTransformLength(atLeast: range.count)
    let whitening = BandWhitening(length: length, signals.band)
    let ends = SoftEnds(count: 64)
    func white(_ signal: [Float], from start: Int) -> [Float] {
      var samples = AlignedBuffer<Float>(repeating: 0, count: length)
      let inside = (start..<start + range.count).clamped(to: 0..<signal.count)
      guard !inside.isEmpty else { return [Float](repeating: 0, count: range.count) }
      samples.load(signal.span.extracting(inside), at: inside.lowerBound - start, ends: ends)
      whitening.makeWhite(&samples)
      let values = samples.span
      return (0..<range.count).map { values[$0] }
    }
    let own = white(signals.first, from: range.lowerBound)
    func products(_ line: ClockModel) -> (sums: [Double], level: Double) {
      let start = Double(range.lowerBound)
      let second = white(
        signals.second(
          from: start + line.delay(at: start / rate) * rate, step: 1 + line.skew,
          count: range.count), from: 0)
      var squares = (0.0, 0.0)
      let sums = (0..<count).map { index -> Double in
        var sum: Float = 0
        for place in index * step..<(index + 1) * step {
          sum += own[place] * second[place]
          squares.0 += Double(own[place] * own[place])
          squares.1 += Double(second[place] * second[place])
        }
        return Double(polarity * sum)
      }
      return (sums, (squares.0 * squares.1).squareRoot() / Double(count * step))
    }
    let (before, after) = (products(earlier), products(later))
    let gapSteps = min(count, gap / step)
    var tail = [Double](repeating: 0, count: count + 1)
    for index in (0..<count).reversed() {
      tail[index] = tail[index + 1] + after.sums[index] / max(after.level, 1e-30)
    }
    var head = 0.0
    var totals: [Double] = []
    for index in 0...count {
      totals.append(head + tail[min(count, index + gapSteps)])
      if index < count { head += before.sums[index] / max(before.level, 1e-30) }
    }
    let best = totals.indices.max { totals[$0] < totals[$1] } ?? 0
    // What the steps between two places say of them, over the root of its own squares.
    func possible(_ direction: Int) -> Int {
      var (sum, squares, last, index) = (0.0, 0.0, best, best)
      while totals.indices.contains(index + direction) {
        let change = totals[index] - totals[index + direction]
        sum += change
        squares += change * change
        index += direction
        if sum <= Self.allowance * squares.squareRoot() { last = index }
      }
      return last
    }
    let (first, last) = (possible(-1), possible(1))
    place = range.lowerBound + best * step
    bounds = range.lowerBound + first * step...range.lowerBound + min(count, last) * step
  }
}
