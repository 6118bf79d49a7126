// SPDX-License-Identifier: MIT

import Alignment
import RealModule
import TestSupport
import Testing

/// A sound with the spectrum of speech and its syllables: loud and soft in turn, 4 times a second.
private func talk(seconds: Int, rate: Int = 8000, seed: UInt64) -> [Float] {
  let scene = Scene(period: seconds, band: 3500, seed: seed, shape: { 1 / (1 + $0 / 500) })
  var generator = SeededGenerator(seed: seed + 1000)
  var loudness = (0...4 * seconds).map { _ in Float(Double.exp(generator.normal())) }
  loudness[0] = 1
  let sound = scene.recording(from: 0, seconds: Double(seconds), rate: Double(rate))
  return sound.indices.map { sound[$0] * loudness[$0 * 4 / rate] }
}

@Suite("Recordings that were edited")
struct EditedRecordingTests {
  private let rate = 8000
  private let scene = talk(seconds: 30, seed: 51)

  private func estimate(
    _ other: [Float], from reference: [Float], snr: Double = 20,
    options: DelaySearchOptions = DelaySearchOptions()
  ) throws -> DelayEstimate {
    try estimateDelay(
      of: noisy(other, snr: snr, seed: 52), from: noisy(reference, snr: snr, seed: 53),
      sampleRate: Double(rate), options: options)
  }

  @Test(
    "without a stretch in the middle are two pieces, and no ambiguity",
    arguments: [(0.02, 20, false), (0.15, 20, true), (0.15, 0, false)])
  func dropped(length: Double, snr: Double, drift: Bool) throws {
    let (cut, count) = (11 * rate, Int(length * Double(rate)))
    var other = Array(scene[..<(21 * rate)])
    other.removeSubrange(cut..<cut + count)
    let found = try estimate(
      other, from: Array(scene[rate..<(21 * rate)]), snr: snr,
      options: DelaySearchOptions(measuresDrift: drift))
    #expect(found.isReliable(atMost: 1e-6))
    let stretches = found.map.stretches
    try #require(stretches.count == 2)
    #expect(abs(stretches[0].delay - 1) < 4 * stretches[0].standardError + 1e-6)
    #expect(abs(stretches[1].delay - (1 - length)) < 4 * stretches[1].standardError + 1e-6)
    // On the reference's clock what was cut out is at 10 s.
    #expect(stretches[0].start < 0.1 && stretches[1].end > 18.9)
    let limit = snr < 10 ? 0.2 : 0.05
    #expect(abs(stretches[0].end - 10) < limit)
    #expect(abs(stretches[1].start - (10 + length)) < limit)
    let place = try #require(found.map.breaks.first)
    #expect(place.from <= 10.001 && place.to >= 9.999 + length && place.to - place.from < 1)
    #expect(abs(place.inserted + length) < 1e-4 && place.falseAlarmProbability < 1e-6)
  }

  @Test("have the breaks that are sure enough")
  func threshold() throws {
    var other = Array(scene[..<(21 * rate)])
    other.removeSubrange(11 * rate..<11 * rate + 400)
    let reference = Array(scene[rate..<(21 * rate)])
    let likely = try estimate(other, from: reference, snr: 0)
    let place = try #require(likely.map.breaks.first)
    var options = DelaySearchOptions()
    options.largestBreakProbability = place.falseAlarmProbability / 2
    let sure = try estimate(other, from: reference, snr: 0, options: options)
    #expect(sure.map.breaks.isEmpty)
    options.largestBreakProbability = 2
    #expect(throws: AlignmentError.self) {
      try estimate(other, from: reference, snr: 0, options: options)
    }
  }

  @Test("twice without a stretch are three pieces")
  func droppedTwice() throws {
    var other = scene
    other.removeSubrange(20 * rate..<20 * rate + 1600)
    other.removeSubrange(9 * rate..<9 * rate + 800)
    let found = try estimate(other, from: scene)
    #expect(found.isReliable(atMost: 1e-6))
    try #require(found.map.stretches.count == 3)
    for (stretch, delay) in zip(found.map.stretches, [0, -0.1, -0.3]) {
      #expect(abs(stretch.delay - delay) < 1e-5)
    }
  }

  @Test("with the first third replaced are found by the rest")
  func replaced() throws {
    let other = talk(seconds: 30, seed: 54)[..<(10 * rate)] + scene[(10 * rate)...]
    let found = try estimate(Array(other), from: Array(scene[(2 * rate)...]))
    #expect(abs(found.delay - 2) < 1e-6)
    #expect(found.isReliable(atMost: 1e-6))
    #expect(found.map.breaks.isEmpty)
  }

  @Test("with half of the length in common are found")
  func halfTheLength() throws {
    let found = try estimate(Array(scene[..<(20 * rate)]), from: Array(scene[(10 * rate)...]))
    #expect(abs(found.delay - 10) < 1e-6)
    #expect(found.isReliable(atMost: 1e-6))
  }

  @Test("are found where the text repeats itself, by what is said once")
  func repeatedText() throws {
    let (a, b, c) = (scene[..<48_000], scene[48_000..<96_000], scene[96_000..<144_000])
    let text = Array(a + b + a + c + a)
    let found = try estimate(text, from: Array(text[20_000...]))
    #expect(abs(found.delay - 2.5) < 1e-6)
    #expect(found.isReliable(atMost: 1e-6))
    #expect(found.map.breaks.isEmpty)
  }

  @Test("are refused where what they hold was said twice")
  func saidTwice() throws {
    let a = scene[..<80_000]
    for reference in [Array(a + a), Array(a + scene[160_000...] + a)] {
      let found = try estimate(Array(a), from: reference)
      #expect(found.isAmbiguous && found.map.breaks.isEmpty)
    }
    // The one that is itself said twice, too.
    let found = try estimate(Array(a + a), from: Array(a + scene[160_000..<200_000]))
    #expect(found.isAmbiguous && found.map.breaks.isEmpty)
  }

  @Test("and are short are found in long ones")
  func clip() throws {
    let long = talk(seconds: 60, seed: 55)
    let found = try estimate(Array(long[400_000..<424_000]), from: long, snr: 10)
    #expect(abs(found.delay + 50) < 1e-5)
    #expect(found.isReliable(atMost: 1e-6))
  }

  @Test("and are short are found at the one of two places that is more like them")
  func clipTwice() throws {
    var long = talk(seconds: 30, seed: 57)
    let clip = Array(long[40_000..<80_000])
    let other = whiteNoise(40_000, seed: 58)
    for index in clip.indices { long[160_000 + index] = clip[index] + 0.3 * other[index] }
    let found = try estimate(clip, from: long, snr: 20)
    #expect(abs(found.delay + 5) < 1e-5)
    #expect(found.isReliable(atMost: 1e-6))
  }

  @Test("and are very short are as alike at their place in very long ones")
  func comparison() {
    let (long, band) = (whiteNoise(2_000_000, seed: 56), SearchBand(rate: 2000))
    let clip = Array(long[1_500_000..<1_506_000])
    for isFirst in [true, false] {
      let coherence = PhaseCoherence(
        isFirst ? DecimatedPair(clip, long, band) : DecimatedPair(long, clip, band))
      func peak(_ lag: Double) -> LagSearch.Peak { LagSearch.Peak(at: isFirst ? lag : -lag, 1) }
      let comparison = PeakComparison(coherence, peak(1_500_000), peak(300_000))
      #expect(comparison.ratio > 5)
    }
  }
}
