// SPDX-License-Identifier: MIT

import RealModule
import TestSupport
import Testing

import Alignment

@Suite("Evidence of a match")
struct MatchEvidenceTests {
  /// Of 30 such pairs, evidence that is not compared with that of other lags calls six a match; these
  /// are two of the worst.
  @Test("is no larger for notes of one scale, held in both recordings", arguments: [0, 28])
  func heldNotes(pair: UInt64) throws {
    let estimate = try estimateDelay(
      of: melody(seed: 2 * pair + 1), from: melody(seed: 2 * pair), sampleRate: 8000)
    #expect(estimate.falseAlarmProbability > 0.01)
  }

  @Test("of hum that both hold is none", arguments: 0..<4 as Range<UInt64>)
  func hum(seed: UInt64) throws {
    // A square wave of 50 Hz at 8 kHz, in noise of each recording's own.
    let square = (0..<80_000).map { Float($0 / 80 % 2 == 0 ? 1 : -1) }
    let pair = (0..<2).map { index in
      zip(square, whiteNoise(square.count, seed: 50 + 2 * seed + index)).map { $0 + 0.3 * $1 }
    }
    let found = try estimateDelay(of: pair[1], from: pair[0], sampleRate: 8000)
    #expect(!found.isReliable(atMost: 1e-6))
  }

  @Test(
    "for one lag against another is chance where both hold a loop, and clear with a voice over it")
  func rival() {
    let band = SearchBand(rate: 8000)
    let bar = whiteNoise(24_000, seed: 60)
    func score(voice level: Float, seed: UInt64) -> Double {
      let voice = whiteNoise(160_000, seed: 61)
      let sound = voice.indices.map { bar[$0 % bar.count] + level * voice[$0] }
      let first = noisy(Array(sound[..<128_000]), snr: 10, seed: 2 * seed)
      let second = noisy(Array(sound[32_000...]), snr: 10, seed: 2 * seed + 1)
      return MatchEvidence(
        DecimatedPair(first, second, band), at: LagSearch.Peak(at: -32_000, 1),
        against: LagSearch.Peak(at: -8000, 1)
      ).score
    }
    let scores = (0..<10).map { score(voice: 0, seed: 62 + $0) }
    // A bound of chance: of ten squares with a mean of 1 the mean is 2.5 with a probability of 0.5 %.
    let mean = scores.reduce(0) { $0 + $1 * $1 } / 10
    #expect(mean < 2.5, "\(mean)")
    #expect(score(voice: 0.3, seed: 90) > 8)
  }

  /// 5 s of notes that begin a quarter of a second apart and die away in one.
  private func melody(seed: UInt64) -> [Float] {
    let rate = 8000
    var generator = SeededGenerator(seed: seed)
    var sound = (0..<5 * rate).map { _ in Float.random(in: -0.01...0.01, using: &generator) }
    for start in stride(from: -rate, to: sound.count, by: rate / 4) {
      let pitch = 220 * Double.pow(2, Double(Int.random(in: 0..<5, using: &generator)) / 6)
      for harmonic in 1...8 {
        let step = 2 * Double.pi * pitch * Double(harmonic) / Double(rate)
        let phase = Double.random(in: 0...6.28, using: &generator)
        for index in max(0, start)..<min(sound.count, start + 2 * rate) {
          let time = Double(index - start) / Double(rate)
          let level = Double.exp(-2 * time) / Double(harmonic)
          sound[index] += Float(level * Double.sin(step * Double(index) + phase))
        }
      }
    }
    return sound
  }
}
