// SPDX-License-Identifier: MIT

import Convolution
import RealModule
import TestSupport
import Testing

import Alignment

/// Two microphones far from each other in a room, each of which hears the direct sound and reflections
/// of its own: normal values that decay by 60 dB in 0.4 s (Polack 1988).
@Suite("Recordings of one sound at two places of a room")
struct RoomTests {
  private static let rate = 8000
  private static let seconds = 10
  private static let pairCount = 12

  private struct Outcome {
    var estimate: DelayEstimate
    /// In standard errors.
    var error: Double
  }

  /// - Parameter ratio: The energy of the direct sound over that of all reflections, in dB.
  private func outcomes(directToReverberant ratio: Double) throws -> [Outcome] {
    try (0..<UInt64(Self.pairCount)).map { pair in
      let lag = 1234
      let count = Self.seconds * Self.rate
      let sound: [Float] = whiteNoise(count + lag, seed: 900 + 10 * pair)
      let recordings = (0..<2 as Range<UInt64>).map { side -> [Float] in
        let response = response(ratio, seed: 901 + 10 * pair + side)
        let heard = convolve(sound, response)
        let start = side == 0 ? lag : 0
        return noisy(Array(heard[start..<start + count]), snr: 30, seed: 903 + 10 * pair + side)
      }
      let estimate = try estimateDelay(
        of: recordings[1], from: recordings[0], sampleRate: Double(Self.rate))
      let error = estimate.delay - Double(lag) / Double(Self.rate)
      return Outcome(estimate: estimate, error: abs(error) / estimate.standardError)
    }
  }

  private func response(_ ratio: Double, seed: UInt64) -> [Float] {
    let decay = Double.log(1000) / (0.4 * Double(Self.rate))
    let tail = whiteNoise(Self.rate * 2 / 5, seed: seed).enumerated().map { index, value in
      value * Double.exp(-decay * Double(index))
    }
    let scale = Double.pow(10, -ratio / 20) / norm(tail)
    return [1] + tail.map { Float(scale * $0) }
  }

  @Test("belong together, however much louder the reflections are", arguments: [6, 0, -6, -12])
  func acceptance(ratio: Double) throws {
    let outcomes = try outcomes(directToReverberant: ratio)
    for outcome in outcomes { #expect(outcome.estimate.isReliable(atMost: 1e-6)) }
    // Of errors beyond five there is half a per cent: two of so few have a probability of 0.2 %.
    #expect(outcomes.count { $0.error > 5 } <= 1, "\(outcomes.map(\.error))")
    // 4.55 % are beyond two, so four of twelve with 0.2 %.
    #expect(outcomes.count { $0.error > 2 } <= 3, "\(outcomes.map(\.error))")
  }

  @Test("have an error that says whether the direct sound is the loudest")
  func size() throws {
    let clear = try outcomes(directToReverberant: 6).map(\.estimate)
    for estimate in clear {
      #expect(estimate.standardError < 10e-6)
      #expect(estimate.reflectionError < 0.5 * estimate.standardError)
    }
    let unclear = try outcomes(directToReverberant: -12).map(\.estimate)
    #expect(unclear.count { $0.reflectionError > 1e-3 } > Self.pairCount / 2)
  }

  @Test(
    "are not what two sounds under one buzz are, also where few lags are searched",
    arguments: [nil, 0.001, 0.02])
  func buzz(maximumDelay: Double?) throws {
    // Pulses of 100 Hz with overtones up to half of the rate, as of a dimmer.
    let pulses = (0..<Self.seconds * Self.rate).map { Float($0 % 80 == 0 ? 9 : -9.0 / 79) }
    for seed in 0..<4 as Range<UInt64> {
      let pair = (0..<2 as Range<UInt64>).map { side -> [Float] in
        let own: [Float] = whiteNoise(pulses.count, seed: 950 + 2 * seed + side)
        return zip(convolve(pulses, response(0, seed: 970 + side)), own).map { $0 + $1 }
      }
      let found = try estimateDelay(
        of: pair[1], from: pair[0], sampleRate: Double(Self.rate),
        options: DelaySearchOptions(maximumDelay: maximumDelay))
      #expect(!found.isReliable(atMost: 1e-6))
    }
  }
}
