// SPDX-License-Identifier: MIT

import Alignment
import TestSupport
import Testing

/// Correlations of 0.05 s on either side of their highest peak.
@Suite("Whether the highest peak is the direct sound's")
struct ArrivalAmbiguityTests {
  private static let step = 1.0 / 16_000
  private static let middle = 800

  /// Noise of a deviation, with one path's arrival at each of some places.
  private func correlation(
    noise deviation: Double, seed: UInt64, _ arrivals: [Int: Double]
  ) -> [Double] {
    let white: [Double] = whiteNoise(2 * Self.middle + 3, seed: seed)
    var values = white
    for index in values.indices { values[index] *= deviation }
    for (place, height) in arrivals { values[place + 1] += height }
    // The path's own correlation: a band of half of what the step could hold.
    return (0...2 * Self.middle).map { index -> Double in
      let neighbours = values[index] + values[index + 2]
      return values[index + 1] + 0.5 * neighbours
    }
  }

  @Test("What is even about the peak is the sound's own, and no arrival")
  func evenCorrelation() {
    var values = [Double](repeating: 0, count: 2 * Self.middle + 1)
    for distance in 0..<Self.middle {
      let value = 1 / (1 + 0.01 * Double(distance % 160))
      values[Self.middle + distance] = distance == 0 ? 1.001 : value
      values[Self.middle - distance] = values[Self.middle + distance]
    }
    let ambiguity = ArrivalAmbiguity(values, step: Self.step)
    #expect(ambiguity.deviation == 0)
    #expect(ambiguity.localDeviation == 0)
    #expect(ambiguity.invertedProbability == 0)
  }

  @Test(
    "A peak nearly as high is within two deviations", arguments: [-700, -100, 100, 250, 700],
    [1.0, -1.0])
  func secondPeak(distance: Int, sign: Double) {
    let values = correlation(
      noise: 0.002, seed: 3, [Self.middle: 1, Self.middle + distance: 0.999 * sign])
    let ambiguity = ArrivalAmbiguity(values, step: Self.step)
    // The arrival's own lobe is a step wide on either side.
    let distances = Double(abs(distance) - 1)...Double(abs(distance) + 1)
    #expect(distances.contains(2 * ambiguity.deviation / Self.step))
    #expect(
      sign > 0 ? ambiguity.invertedProbability < 1e-6 : ambiguity.invertedProbability > 0.0455)
    #expect(ambiguity.invertedProbability < 0.5)
  }

  @Test("A peak far above all others is sure")
  func onePeak() {
    for seed in 0..<20 as Range<UInt64> {
      let values = correlation(noise: 0.03, seed: seed, [Self.middle: 1])
      let ambiguity = ArrivalAmbiguity(values, step: Self.step)
      #expect(ambiguity.deviation == 0)
      #expect(ambiguity.invertedProbability < 1e-9)
    }
  }

  /// The highest of the correlation's values is at another place the more often, the more noise there is.
  @Test("Errors are as large as they are said to be", arguments: [0.15, 0.2, 0.25, 0.3])
  func coverage(deviation: Double) throws {
    let count = 300
    var (missed, beyondTwo, beyondFive) = (0, 0, 0)
    for seed in 0..<UInt64(count) {
      let whole = correlation(noise: deviation, seed: 1000 + seed, [Self.middle: 1])
      // 250 lags on either side are searched, and 500 around the highest are looked at.
      let places = Self.middle - 250...Self.middle + 250
      let highest = try #require(places.max { abs(whole[$0]) < abs(whole[$1]) })
      let seen = Array(whole[highest - 500...highest + 500])
      let ambiguity = ArrivalAmbiguity(seen, step: Self.step)
      let error = Self.step * Double(abs(highest - Self.middle))
      if error > Self.step { missed += 1 }
      let stated = max(ambiguity.deviation, ambiguity.localDeviation, 0.5 * Self.step)
      if error > 2 * stated { beyondTwo += 1 }
      if error > 5 * stated { beyondFive += 1 }
    }
    // 4.55 % and half a per cent of 300, and three deviations of a count of so many.
    #expect(beyondTwo <= 25, "\(beyondTwo) of \(count)")
    #expect(beyondFive <= 5, "\(beyondFive) of \(count)")
    if deviation >= 0.3 { #expect(missed > 30, "\(missed) of \(count)") }
  }
}
