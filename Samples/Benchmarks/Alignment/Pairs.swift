// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import BenchmarkSupport
import Convolution
import Foundation
import SignalFiles

/// Where the sounds of pairs come from.
struct Material: ParsableArguments {
  @Option(help: "A directory of recordings to use beside made ones; each is a scene of its own.")
  var sounds: String?
  @Option(help: "speech and music (made), noise, or recordings (of --sounds).")
  var kind: [Kind] = [.speech, .music, .noise]
  @Option(help: "Samples a second of made sounds.")
  var rate = 16_000
  @Option(help: "Of the random numbers.")
  var seed: UInt64 = 1
  @Option(help: "ml, phat, scot or none; without it several.")
  var weighting: DelaySearchOptions.Weighting?

  enum Kind: String, CaseIterable, ExpressibleByArgument, Sendable {
    case speech, music, noise, recordings
  }

  func files() throws -> [String] {
    guard let sounds else { return [] }
    let names = FileManager.default.enumerator(atPath: sounds)?.allObjects as? [String] ?? []
    let paths = names.filter { $0.hasSuffix(".wav") || $0.hasSuffix(".flac") }.sorted()
    guard paths.count > 1 else { throw ValidationError("\(sounds) holds no two recordings.") }
    return paths.map { sounds + "/" + $0 }
  }

  /// A scene of some seconds, and its rate; `index` tells recordings apart.
  func scene(
    _ kind: Kind, seconds: Double, index: Int, files: [String], _ dice: inout Dice
  ) throws -> (samples: [Float], rate: Int) {
    let count = Int(seconds * Double(rate))
    switch kind {
    case .noise:
      return (noise(.pink, count: count, rate: Double(rate), &dice), rate)
    case .music: return (music(seconds: seconds, rate: Double(rate), &dice), rate)
    case .speech: return (babble(seconds: seconds, rate: Double(rate), &dice), rate)
    case .recordings:
      guard !files.isEmpty else { throw ValidationError("Name a directory with --sounds.") }
      let recording = try AudioRecording(path: files[index % files.count])
      let mono = recording.channels[0]
      let wanted = Int(seconds * Double(recording.sampleRate))
      let start = Int(dice.uniform() * Double(max(0, mono.count - wanted)))
      return (
        ofUnitPower(Array(mono[start..<min(mono.count, start + wanted)])), recording.sampleRate
      )
    }
  }
}

/// Something with the course of speech: syllables of voiced harmonics and of hiss, and pauses.
func babble(seconds: Double, rate: Double, _ dice: inout Dice) -> [Float] {
  var result = [Float](repeating: 0, count: Int(seconds * rate))
  let pitch = dice.uniform(90...220)
  var time = 0.0
  while time < seconds {
    let length = dice.uniform(0.06...0.25)
    let start = Int(time * rate)
    let count = min(Int(length * rate), result.count - start)
    if count > 0, dice.uniform() < 0.8 {
      let formants = [
        dice.uniform(300...800), dice.uniform(900...2200), dice.uniform(2300...3200),
      ]
      var phase = 0.0
      let glide = dice.uniform(-0.2...0.2)
      let isVoiced = dice.uniform() < 0.75
      let breath = dice.normals(count)
      let level = dice.uniform(0.3...1)
      for index in 0..<count {
        let part = Double(index) / Double(count)
        phase += 2 * .pi * pitch * (1 + glide * part) / rate
        var value = Double(breath[index]) * (isVoiced ? 0.02 : 0.3)
        if isVoiced {
          for harmonic in 1...20 {
            let frequency = Double(harmonic) * pitch
            let gain = formants.reduce(0.0) { $0 + 1 / (1 + pow((frequency - $1) / 120, 2)) }
            value += gain * sin(Double(harmonic) * phase) / Double(harmonic).squareRoot()
          }
        }
        result[start + index] = Float(level * value * sin(.pi * part))
      }
    }
    time += length + (dice.uniform() < 0.15 ? dice.uniform(0.1...0.6) : 0)
  }
  return ofUnitPower(result)
}

/// Recordings that have nothing to do with one another.
struct Unrelated: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How often recordings that have nothing in common look as if they had.")

  @OptionGroup var material: Material
  @Option(help: "Pairs for each row.")
  var pairs = 100
  @Option(help: "Seconds a recording.")
  var seconds: [Double] = [2, 5, 10, 30]
  @Flag(help: "Add hum to both.")
  var hum = false

  struct Row: Encodable {
    var kind: String
    var seconds: Double
    var hum: Bool
    var pairs: Int
    /// Reliable at 1e-6.
    var accepted: Int
    var smallestProbability: Double
    /// The numbers with a false-alarm probability of at most 0.1, 0.01, 0.001.
    var atMost: [Int]
  }

  func run() throws {
    let files = try material.files()
    for kind in material.kind {
      for length in seconds {
        let results = try parallel(pairs) { pair -> (probability: Double, accepted: Bool) in
          var dice = Dice(seed: material.seed, stream: pair)
          // Two different files of the directory, another two for every pair.
          let recordings = try [pair, pair + 1 + pair % max(1, files.count - 1)].map {
            let (samples, rate) = try material.scene(
              kind, seconds: length, index: $0, files: files, &dice)
            guard hum else { return ArraySource(samples, sampleRate: Double(rate)) }
            let mains = AlignmentBenchmarks.mains(samples.count, rate, &dice)
            return ArraySource(mixed(samples, mains, snr: 0), sampleRate: Double(rate))
          }
          let estimate = try estimateDelay(
            of: recordings[1], from: recordings[0],
            options: DelaySearchOptions(weighting: material.weighting))
          return (estimate.falseAlarmProbability, estimate.isReliable(atMost: 1e-6))
        }
        try printLine(
          Row(
            kind: kind.rawValue, seconds: length, hum: hum, pairs: results.count,
            accepted: results.filter(\.accepted).count,
            smallestProbability: results.map(\.probability).min() ?? 1,
            atMost: [0.1, 0.01, 0.001].map { limit in
              results.filter { $0.probability <= limit }.count
            }))
      }
    }
  }
}

extension AlignmentBenchmarks {
  static func mains(_ count: Int, _ rate: Int, _ dice: inout Dice) -> [Float] {
    hum(count: count, rate: Double(rate), &dice)
  }
}

/// Two microphones in different places of a room, in noise.
struct Related: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How often two recordings of one scene in different rooms are found, and right.")

  @OptionGroup var material: Material
  @Option(help: "Pairs for each row.")
  var pairs = 100
  @Option(help: "Seconds a recording.")
  var seconds: [Double] = [5, 10, 30]
  @Option(parsing: .unconditional, help: "The signal over the noise of each, in dB.")
  var snr = 0.0
  @Option(help: "The noise's spectrum: white, pink or speech.")
  var noiseSpectrum = Spectrum.white
  @Option(help: "The time in which a room's sound decays by 60 dB, in seconds: the longest.")
  var reverberation = 0.6
  @Option(parsing: .unconditional, help: "Direct over reverberant sound in dB: the least.")
  var direct = 0.0

  struct Row: Encodable {
    var kind: String
    var seconds: Double
    var snr: Double
    var pairs: Int
    /// Reliable at 1e-6, and within a millisecond of the direct paths' delay, or within five standard
    /// errors of it.
    var acceptedAndRight: Int
    var acceptedAndWrong: Int
    /// The best guess is right.
    var right: Int
    var medianProbability: Double
    var ambiguous: Int
    /// The 90th percentile of the error of those that were accepted, in microseconds.
    var error: Double
  }

  private struct Found: Sendable {
    var error: Double
    var standardError: Double
    var probability: Double
    var accepted: Bool
    var ambiguous: Bool
  }

  func run() throws {
    let files = try material.files()
    for kind in material.kind {
      for length in seconds {
        let results = try parallel(pairs) { try pair($0, kind, length, files) }
        let isRight = { (found: Found) in
          abs(found.error) < max(1e-3, 5 * found.standardError)
        }
        let errors = results.filter { $0.accepted }.map { abs($0.error) * 1e6 }.sorted()
        try printLine(
          Row(
            kind: kind.rawValue, seconds: length, snr: snr, pairs: results.count,
            acceptedAndRight: results.filter { $0.accepted && isRight($0) }.count,
            acceptedAndWrong: results.filter { $0.accepted && !isRight($0) }.count,
            right: results.filter(isRight).count,
            medianProbability: results.map(\.probability).sorted()[results.count / 2],
            ambiguous: results.filter(\.ambiguous).count,
            error: errors.isEmpty ? 0 : errors[errors.count * 9 / 10]))
      }
    }
  }

  private func pair(
    _ index: Int, _ kind: Material.Kind, _ length: Double, _ files: [String]
  ) throws -> Found {
    var dice = Dice(seed: material.seed, stream: index)
    // Both hear four fifths of the same.
    let (scene, rate) = try material.scene(
      kind, seconds: 1.2 * length, index: index, files: files, &dice)
    let count = min(scene.count, Int(length * Double(rate)))
    let rest = scene.count - count
    let starts = [
      Int(dice.uniform() * Double(rest)), Int(dice.uniform() * Double(rest)),
    ]
    let recordings = starts.map { start in
      let response = room(
        reverberation: dice.uniform(0.2...max(0.2, reverberation)),
        directToReverberant: direct + dice.uniform(0...6), rate: Double(rate), &dice)
      let heard = Array(convolve(scene, response).prefix(scene.count))
      let part = ofUnitPower(Array(heard[start..<start + count]))
      return mixed(
        part, noise(noiseSpectrum, count: count, rate: Double(rate), &dice), snr: snr)
    }
    let estimate = try estimateDelay(
      of: recordings[1], from: recordings[0], sampleRate: Double(rate),
      options: DelaySearchOptions(weighting: material.weighting))
    let delay = Double(starts[0] - starts[1]) / Double(rate)
    return Found(
      error: estimate.delay - delay, standardError: estimate.standardError,
      probability: estimate.falseAlarmProbability,
      accepted: estimate.isReliable(atMost: 1e-6), ambiguous: estimate.isAmbiguous)
  }
}
