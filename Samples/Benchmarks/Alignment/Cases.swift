// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import BenchmarkSupport
import ComplexModule
import Foundation

/// Recordings that others' tools get wrong, one at a time.
struct Cases: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Single hard cases: what the delay is, what was found, and how near it has to be.")

  @Option(help: "Only cases whose names contain this.")
  var only: String?
  @Option(help: "Of the random numbers.")
  var seed: UInt64 = 1

  struct Row: Encodable {
    var name: String
    /// In seconds; nil where the recordings are to be refused.
    var expected: Double?
    var found: Double
    /// In microseconds.
    var error: Double?
    /// The largest error allowed, in microseconds.
    var limit: Double?
    var standardError: Double
    var polarity: Int?
    var falseAlarmProbability: Double
    var peakRatio: Double
    var accepted: Bool
    /// Whether it was accepted with the right delay and polarity, or refused if it was to be.
    var isRight: Bool
  }

  /// Two recordings and what is to be found.
  private struct Pair {
    var reference: ArraySource
    var other: ArraySource
    var delay: Double?
    var polarity = 1
    /// In microseconds.
    var limit: Double?
  }

  private static let rate = 44_100

  func run() throws {
    var failures = 0
    for (name, make) in all where only.map({ name.contains($0) }) ?? true {
      var dice = Dice(seed: seed)
      let pair = make(&dice)
      let found = try estimateDelay(of: pair.other, from: pair.reference)
      let error = pair.delay.map { (found.delay - $0) * 1e6 }
      let isAccepted = found.isReliable(atMost: 1e-6)
      let isRight =
        isAccepted == (pair.delay != nil)
        && (error.map { abs($0) <= pair.limit ?? .infinity && found.polarity == pair.polarity }
          ?? true)
      if !isRight { failures += 1 }
      try printLine(
        Row(
          name: name, expected: pair.delay, found: found.delay, error: error, limit: pair.limit,
          standardError: found.standardError * 1e6, polarity: found.polarity,
          falseAlarmProbability: found.falseAlarmProbability, peakRatio: found.peakRatio,
          accepted: isAccepted, isRight: isRight))
    }
    guard failures == 0 else { throw ExitCode.failure }
  }

  private var all: [(String, (inout Dice) -> Pair)] {
    [
      ("music of 30 s at 20 dB", { Self.concert(snr: 20, limit: 0.2, &$0) }),
      ("music of 30 s at 0 dB", { Self.concert(snr: 0, limit: 2, &$0) }),
      ("music of 30 s at -10 dB", { Self.concert(snr: -10, limit: 15, &$0) }),
      ("44.1 kHz against 48 kHz", { Self.concert(snr: 20, otherRate: 48_000, limit: 1, &$0) }),
      ("polarity flipped", { Self.concert(snr: 20, polarity: -1, limit: 1, &$0) }),
      ("a text that repeats", Self.repeatingText),
      ("a delay of half the length", Self.halfLength),
      ("the first third replaced", Self.firstThirdReplaced),
      ("3 s in 30 min", Self.clip),
      ("a loop against itself", Self.loop),
      ("unrelated music", Self.unrelated),
    ]
  }

  /// 30 s of music, heard by two devices.
  private static func concert(
    snr: Double, otherRate: Int = rate, polarity: Int = 1, limit: Double, _ dice: inout Dice
  ) -> Pair {
    let delay = 2.345_678_9 + dice.uniform() / Double(rate)
    let scene = music(seconds: 36, rate: Double(rate), &dice)
    let early = heard(scene, from: 4, seconds: 30, rate: rate, snr: snr, &dice)
    let late = heard(
      scene, from: 4 - delay, seconds: 30, rate: otherRate, snr: snr, gain: Float(polarity), &dice)
    return Pair(
      reference: early, other: late,
      delay: delay, polarity: polarity, limit: limit)
  }

  /// A verse, something else, and the same verse again.
  private static func repeatingText(_ dice: inout Dice) -> Pair {
    let verse = babble(seconds: 9, rate: Double(rate), &dice)
    let rest = babble(seconds: 9, rate: Double(rate), &dice)
    let end = babble(seconds: 9, rate: Double(rate), &dice)
    let delay = 0.512_345_6
    let scene = verse + rest + verse + end
    return Pair(
      reference: heard(scene, from: 1, seconds: 34, rate: rate, snr: 20, &dice),
      other: heard(scene, from: 1 - delay, seconds: 34, rate: rate, snr: 20, &dice),
      delay: delay, limit: 2)
  }

  private static func halfLength(_ dice: inout Dice) -> Pair {
    let delay = 45.712_345_6
    let scene = music(seconds: 140, rate: Double(rate), &dice)
    return Pair(
      reference: heard(scene, from: 46, seconds: 90, rate: rate, snr: 20, &dice),
      other: heard(scene, from: 46 - delay, seconds: 90, rate: rate, snr: 20, &dice),
      delay: delay, limit: 2)
  }

  private static func firstThirdReplaced(_ dice: inout Dice) -> Pair {
    let delay = 1.234_567_8
    let scene = music(seconds: 110, rate: Double(rate), &dice)
    var other = sound(scene, from: 2 - delay, seconds: 105, rate: rate, snr: 20, &dice)
    other.replaceSubrange(..<(35 * rate), with: music(seconds: 35, rate: Double(rate), &dice))
    return Pair(
      reference: heard(scene, from: 2, seconds: 105, rate: rate, snr: 20, &dice),
      other: ArraySource(other, sampleRate: Double(rate)), delay: delay, limit: 2)
  }

  /// A short clip, found in a long recording.
  private static func clip(_ dice: inout Dice) -> Pair {
    let scene = music(seconds: 1800, rate: Double(rate), &dice)
    let start = 1234 * rate
    let part = Array(scene[start - 2 * rate..<start + 5 * rate])
    let offset = 0.345_678_9
    return Pair(
      reference: ArraySource(
        mixed(scene, dice.normals(scene.count), snr: 20), sampleRate: Double(rate)),
      other: heard(part, from: 2 + offset, seconds: 3, rate: rate, snr: 20, &dice),
      delay: -1234 - offset, limit: 2)
  }

  /// Nothing tells which of the turns it is.
  private static func loop(_ dice: inout Dice) -> Pair {
    let bar = music(seconds: 2, rate: Double(rate), &dice)
    let scene = (0..<20).flatMap { _ in bar }
    return Pair(
      reference: ArraySource(scene, sampleRate: Double(rate)),
      other: ArraySource(Array(scene[(rate / 2)...]), sampleRate: Double(rate)))
  }

  private static func unrelated(_ dice: inout Dice) -> Pair {
    Pair(
      reference: ArraySource(
        music(seconds: 30, rate: Double(rate), &dice), sampleRate: Double(rate)),
      other: ArraySource(music(seconds: 30, rate: Double(rate), &dice), sampleRate: Double(rate)))
  }

  /// What a device hears of a scene at 44.1 kHz that starts at `start` seconds, at a rate of its own
  /// and with noise of its own.
  private static func heard(
    _ scene: [Float], from start: Double, seconds: Double, rate: Int, snr: Double,
    gain: Float = 1, _ dice: inout Dice
  ) -> ArraySource {
    let samples = sound(scene, from: start, seconds: seconds, rate: rate, snr: snr, &dice)
    return ArraySource(samples.map { gain * $0 }, sampleRate: Double(rate))
  }

  private static func sound(
    _ scene: [Float], from start: Double, seconds: Double, rate: Int, snr: Double,
    _ dice: inout Dice
  ) -> [Float] {
    // Whole seconds, so that the length at any rate is an integer.
    let length = scene.count / Self.rate
    let whole = filtered(
      Array(scene.prefix(length * Self.rate)), rate: Double(Self.rate), count: length * rate
    ) { Complex(length: 1, phase: 2 * .pi * $0 * start) }
    let samples = Array(whole.prefix(Int(seconds * Double(rate))))
    return mixed(samples, dice.normals(samples.count), snr: snr)
  }
}
