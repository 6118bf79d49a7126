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

  @Test("without what another lag explains is nothing for hum, and all for a match")
  func partial() {
    let (rate, count) = (8000, 80_000)
    // A square wave of 50 Hz: 160 samples a period.
    let hum = (0..<count).map { Float($0 / 80 % 2 == 0 ? 1 : -1) }
    func score(_ first: [Float], _ second: [Float], against lag: Double?) -> Double {
      MatchEvidence(
        DecimatedPair(first, second, SearchBand(rate: Double(rate))),
        at: LagSearch.Peak(at: 0, 1), against: lag.map { LagSearch.Peak(at: $0, 1) },
        isPartial: true
      ).score
    }
    func humming(_ seed: UInt64) -> [Float] {
      zip(hum, whiteNoise(count, seed: seed)).map { $0 + 0.3 * $1 }
    }
    let (first, second) = (humming(50), humming(51))
    #expect(score(first, second, against: nil) > 8)
    #expect(score(first, second, against: 1600) < 5)
    let sound = whiteNoise(count, seed: 52)
    let pair = (noisy(sound, snr: 0, seed: 53), noisy(sound, snr: 0, seed: 54))
    let own = score(pair.0, pair.1, against: nil)
    #expect(score(pair.0, pair.1, against: 1600) > 0.95 * own)
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
    // Of ten squares with a mean of 1 the mean deviates by 0.45, and hardly by three times that.
    let mean = scores.reduce(0) { $0 + $1 * $1 } / 10
    #expect(mean > 0.2 && mean < 2.5, "\(mean)")
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
