import ComputeSupport
import ComplexModule
import FourierTransform
import RealModule

/// Where a delay ends and another starts, from the samples on both sides.
struct BreakLocation {
  /// The sample of the first signal at which the earlier delay ends, and the bounds of it that the
  /// material allows.
  let place: Int
  let bounds: ClosedRange<Int>

  /// The whitened products are added in steps of some milliseconds.
  private static var stepDuration: Double { 0.004 }
  /// A place is possible whose likelihood is at least e⁻⁵ of the best one's: 2.3 % are beyond, either
  /// way, for places with a probability that falls off exponentially, and what whitening smears.
  private static var allowance: Double { 5 }

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
    let transform = realTransform(length)
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: transform.spectrumCount)
    func white(_ signal: [Float], from start: Int) -> [Float] {
      var samples = AlignedBuffer<Float>(repeating: 0, count: length)
      let inside = (start..<start + range.count).clamped(to: 0..<signal.count)
      guard !inside.isEmpty else { return [Float](repeating: 0, count: range.count) }
      samples.load(
        signal.span.extracting(inside), at: inside.lowerBound - start, softCount: 64)
      transform.whitenedSpectrum(of: samples, signals.band, into: &spectrum)
      transform.inverse(&spectrum, &samples)
      let values = samples.span
      return (0..<range.count).map { values[$0] }
    }
    let first = white(signals.first, from: range.lowerBound)
    func products(_ line: ClockModel) -> (sums: [Double], level: Double) {
      let start = Double(range.lowerBound)
      let second = white(
        signals.second(
          from: start + line.delay(at: start / rate) * rate, step: 1 + line.skew,
          count: range.count), from: 0)
      var squares = (0.0, 0.0)
      var product = 0.0
      let sums = (0..<count).map { index -> Double in
        var sum: Float = 0
        for place in index * step..<(index + 1) * step {
          sum += first[place] * second[place]
          squares.0 += Double(first[place] * first[place])
          squares.1 += Double(second[place] * second[place])
        }
        product += Double(polarity * sum)
        return Double(polarity * sum)
      }
      return (sums, (squares.0 * squares.1).squareRoot() / Double(count * step))
    }
    let (before, after) = (products(earlier), products(later))
    // With a coherence ρ the logarithm of the likelihood is ρ / (1 - ρ²) times the products over the
    // level of both. ρ is what the two parts' best division shows.
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
    let coherence = min(0.99, max(0.05, totals[best] / Double(count * step)))
    let factor = coherence / (1 - coherence * coherence)
    let possible = totals.indices.filter {
      factor * (totals[best] - totals[$0]) <= Self.allowance
    }
    place = range.lowerBound + best * step
    bounds =
      range.lowerBound + max(0, (possible.first ?? best) - 1) * step...range.lowerBound + min(
        count, (possible.last ?? best) + 1) * step
  }
}
