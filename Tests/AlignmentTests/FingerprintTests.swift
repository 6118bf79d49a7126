// SPDX-License-Identifier: MIT

import Alignment
import RealModule
import TestSupport
import Testing

@Suite("Fingerprints")
struct FingerprintTests {
  /// Syllables of coloured noise: each fifth of a second has a loudness and a colour of its own.
  private static func sound(seconds: Double, rate: Double, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    var (low, gain, colour) = (0.0, 0.0, 0.0)
    return (0..<Int(seconds * rate)).map { index in
      if index % Int(0.2 * rate) == 0 {
        gain = 0.1 * Double.exp(1.5 * generator.normal())
        colour = Double.random(in: 0..<0.95, using: &generator)
      }
      low = colour * low + generator.normal()
      return Float(gain * low * (1 - colour))
    }
  }

  private static func fingerprint(_ samples: [Float], rate: Double, seed: UInt64 = 0) throws
    -> Fingerprint
  {
    try Fingerprint(of: ArraySource(samples, sampleRate: rate), seed: seed)
  }

  private static func sounds(_ clip: Fingerprint, in recording: Fingerprint) -> [SharedSound] {
    var scratch = FingerprintQuery.Scratch()
    return SharedSound.joined(
      FingerprintQuery.parts(of: clip).flatMap { $0.hits(in: recording, &scratch) })
  }

  @Test(
    "have a frame each 24 ms, whatever the rate",
    arguments: [8000.0, 11_025, 22_050, 44_100, 48_000, 96_000])
  func frameCount(rate: Double) throws {
    let samples = Self.sound(seconds: 3, rate: rate, seed: 1)
    let frames = try Self.fingerprint(samples, rate: rate).frames
    // The first of 125 windows of 128 ms that begin within three seconds and end there too.
    #expect(abs(frames.count - 120) <= 1)
  }

  @Test("of what is shorter than a window are empty", arguments: [0, 1, 100, 1000])
  func short(count: Int) throws {
    let frames = try Self.fingerprint([Float](repeating: 0.5, count: count), rate: 8000).frames
    #expect(frames.isEmpty)
    #expect(FingerprintQuery.parts(of: Fingerprint(frames: frames)).isEmpty)
  }

  @Test("find a clip with as much noise, at another rate", arguments: [0.0, 3.21, 20.5, 50])
  func found(start: Double) throws {
    let recording = Self.sound(seconds: 60, rate: 16_000, seed: 2)
    let from = Int(start * 16_000)
    let part = Array(recording[from..<from + 160_000])
    var power: Float = 0
    for sample in part { power += sample * sample }
    let scale = (power / Float(part.count)).squareRoot()
    let noise: [Float] = whiteNoise(part.count, seed: 3)
    let clip: [Float] = zip(part, noise).map { sample, noise in sample + scale * noise }
    // The clip plays at the same speed, its samples are counted at twice the rate.
    let doubled = clip.flatMap { [$0, $0] }
    let sounds = Self.sounds(
      try Self.fingerprint(doubled, rate: 32_000, seed: 9),
      in: try Self.fingerprint(recording, rate: 16_000))
    let best = try #require(sounds.first)
    #expect(sounds.count == 1)
    #expect(abs(best.position - start) <= Fingerprint.hop)
    #expect(best.clipTime.lowerBound == 0 && best.clipTime.upperBound > 9.5)
  }

  @Test("find the half of a clip that a recording begins or ends with")
  func partial() throws {
    let sound = Self.sound(seconds: 40, rate: 8000, seed: 4)
    let recording = try Self.fingerprint(Array(sound[40_000..<240_000]), rate: 8000)
    for start in [0, 200_000] {
      let clip = try Self.fingerprint(Array(sound[start..<start + 80_000]), rate: 8000)
      let best = try #require(Self.sounds(clip, in: recording).first)
      let expected = Double(start) / 8000 - 5
      #expect(abs(best.position - expected) <= Fingerprint.hop)
    }
  }

  @Test("find every place of a sound that is repeated, and one long one as one")
  func places() throws {
    let jingle = Self.sound(seconds: 8, rate: 8000, seed: 5)
    let rest = Self.sound(seconds: 30, rate: 8000, seed: 6)
    let parts: [[Float]] = [rest, jingle, Array(rest.reversed()), jingle, Array(rest[..<80_000])]
    let recording: [Float] = Array(parts.joined())
    let found = Self.sounds(
      try Self.fingerprint(jingle, rate: 8000, seed: 1),
      in: try Self.fingerprint(recording, rate: 8000))
    #expect(found.count == 2)
    for (position, expected) in zip(found.map(\.position).sorted(), [30.0, 68]) {
      #expect(abs(position - expected) <= Fingerprint.hop)
    }
    let long = Self.sounds(
      try Self.fingerprint(rest, rate: 8000, seed: 2),
      in: try Self.fingerprint(Array(recording[..<400_000]), rate: 8000))
    #expect(long.count == 1 && long.first?.hitCount ?? 0 >= 5)
    #expect(long.first.map { $0.clipTime.upperBound > 29 } ?? false)
  }

  @Test("of silence, hum and other sounds have nothing in common")
  func unrelated() throws {
    let rate = 8000.0
    let turn = 2 * Double.pi * 50 / rate
    let hum: [Float] = (0..<240_000).map { index in Float(0.3 * Double.sin(turn * Double(index))) }
    let silence = [Float](repeating: 0, count: 240_000)
    let sounds = [hum, silence] + (10..<14).map { Self.sound(seconds: 30, rate: rate, seed: $0) }
    let recordings = try sounds.enumerated().map { index, sound in
      try Self.fingerprint(sound, rate: rate, seed: UInt64(index))
    }
    for first in recordings.indices {
      for second in recordings.indices where second != first {
        #expect(Self.sounds(recordings[first], in: recordings[second]).isEmpty)
      }
    }
  }

  @Test(
    "at low rates have chance in place of the bands that are not there", arguments: [4000.0, 1000])
  func lowRates(rate: Double) throws {
    let sounds = (30..<32).map { Self.sound(seconds: 60, rate: rate, seed: $0) }
    let recordings = try sounds.enumerated().map { index, sound in
      try Self.fingerprint(sound, rate: rate, seed: UInt64(index))
    }
    #expect(Self.sounds(recordings[0], in: recordings[1]).isEmpty)
    let first = Int(20 * rate)
    let part = Array(sounds[0][first..<first + Int(15 * rate)])
    let found = Self.sounds(try Self.fingerprint(part, rate: rate, seed: 9), in: recordings[0])
    let best = try #require(found.first)
    #expect(abs(best.position - 20) <= Fingerprint.hop)
  }

  @Test("are the same however a source is read, and refuse what is not finite")
  func definite() throws {
    var samples = Self.sound(seconds: 20, rate: 44_100, seed: 20)
    let whole = try Self.fingerprint(samples, rate: 44_100, seed: 7)
    #expect(try Self.fingerprint(samples, rate: 44_100, seed: 7) == whole)
    samples[500_000] = .nan
    #expect(throws: AlignmentError.self) { try Self.fingerprint(samples, rate: 44_100) }
  }
}
