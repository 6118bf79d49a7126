// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

/// A sound that is known at every time: cubic B-splines on 3000 random knots a second.
private struct Splines {
  private let knots: [Double]
  private static var rate: Double { 3000 }

  init(seconds: Double, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    knots = (0..<Int(seconds * Self.rate) + 4).map { _ in 0.2 * generator.normal() }
  }

  /// The sound at a time, and its derivative.
  func value(at time: Double) -> (value: Double, slope: Double) {
    let position = time * Self.rate
    let index = Int(position.rounded(.down))
    guard index >= 0, index + 3 < knots.count else { return (0, 0) }
    let t = position - Double(index)
    let (a, b, c, d) = (knots[index], knots[index + 1], knots[index + 2], knots[index + 3])
    let value =
      ((1 - t) * (1 - t) * (1 - t) * a + (3 * t * t * t - 6 * t * t + 4) * b
        + (-3 * t * t * t + 3 * t * t + 3 * t + 1) * c + t * t * t * d) / 6
    let slope =
      (-(1 - t) * (1 - t) * a + (3 * t * t - 4 * t) * b + (-3 * t * t + 2 * t + 1) * c + t * t * d)
      / 2
    return (value, slope * Self.rate)
  }

  /// What a device records whose time t₂ of the sound's t is t + delay + drift · t.
  func recording(seconds: Double, rate: Int, delay: Double = 0, drift: Double = 0) -> [Float] {
    (0..<Int(seconds * Double(rate))).map {
      Float(value(at: (Double($0) / Double(rate) - delay) / (1 + drift)).value)
    }
  }

  /// By how many seconds samples lie later than the sound, the first of which is at `time`.
  func lateness(_ samples: ArraySlice<Float>, from time: Double, rate: Int) -> Double {
    var (product, energy) = (0.0, 0.0)
    for (index, sample) in samples.enumerated() {
      let (value, slope) = value(at: time + Double(index) / Double(rate))
      product += (value - Double(sample)) * slope
      energy += slope * slope
    }
    return product / energy
  }
}

@Suite("Aligned copies")
struct AlignedCopyTests {
  private let files: TemporaryFiles

  init() throws { files = TemporaryFiles() }

  @Test("of clocks that differ lie within 10 us at both ends", arguments: [100.0, -100, 500])
  func drift(millionths: Double) throws {
    let (rate, delay) = (8000, 0.4)
    let sound = Splines(seconds: 21, seed: 51)
    let reference = try files.write(
      sound.recording(seconds: 20, rate: rate), "reference.wav", rate: rate)
    let other = try files.write(
      sound.recording(seconds: 20, rate: rate, delay: delay, drift: millionths * 1e-6).map {
        -0.5 * $0
      }, "other.wav", rate: rate)
    let directory = files.path("aligned")
    let result = try overlap(
      "align", reference, other, "--drift", "--trim", "--output-dir", directory)
    #expect(result.status == 0, "\(result.errors)")
    let first = try AudioRecording(path: directory + "/reference.wav").channels[0]
    let second = try AudioRecording(path: directory + "/other.wav").channels[0]
    // Both end where the other one does, and begin at the reference's start.
    #expect(first.count == second.count && first.count > 19 * rate)
    // The other one was recorded at half the level and upside down, and is upright again.
    for (samples, gain, limit) in [(first, 1, 1e-7), (second, 2, 10e-6)]
      as [([Float], Float, Double)]
    {
      // Half a second at the start, in the middle and at the end, without the filter's own length.
      for start in [64, samples.count / 2, samples.count - 64 - rate / 2] {
        let part = samples[start..<start + rate / 2].map { gain * $0 }
        let lateness = sound.lateness(part[...], from: Double(start) / Double(rate), rate: rate)
        #expect(abs(lateness) < limit, "\(lateness) s at \(start)")
      }
    }
  }

  @Test("keep channels, sample format, sample rate and texts")
  func format() throws {
    let sound = noise(24_000, seed: 52)
    let reference = try files.write(Array(sound.dropFirst(800)), "reference.wav")
    let texts: [AudioTag: String] = [.title: "A night out", .artist: "Nobody"]
    for (name, kind, rate) in [
      ("phone.wav", SampleFormat.pcm24, 8000), ("phone.flac", .pcm16, 8000),
      ("phone.aiff", .pcm16, 16_000),
    ] {
      let own = rate == 8000 ? sound : sound.flatMap { [$0, $0] }
      _ = try files.write(
        channels: [own, own.map { 0.25 * $0 }], name, rate: rate, as: kind, tags: texts)
      let directory = files.path("aligned-\(name)")
      let result = try overlap("align", reference, files.path(name), "--output-dir", directory)
      #expect(result.status == 0, "\(result.errors)")
      let copy = try AudioReader(path: directory + "/" + name)
      #expect(copy.channelCount == 2)
      #expect(copy.sampleFormat == kind)
      #expect(copy.sampleRate == rate)
      #expect(copy.tags[.title] == "A night out")
      #expect(copy.tags[.artist] == "Nobody")
      let channels = try AudioRecording(path: directory + "/" + name).channels
      for index in stride(from: 0, to: channels[0].count, by: 997) {
        #expect(abs(channels[1][index] - 0.25 * channels[0][index]) < 1e-4)
      }
    }
  }

  @Test("have names of their own where the originals share one")
  func collisions() throws {
    let sound = noise(16_000, seed: 53)
    let names = ["a/take.wav", "b/take.wav", "c/take.wav", "take-2.wav"]
    for name in ["a", "b", "c"] {
      try FileManager.default.createDirectory(
        atPath: files.path(name), withIntermediateDirectories: false)
    }
    let paths = try names.enumerated().map {
      try files.write(Array(sound.dropFirst(100 * $0.offset)), $0.element)
    }
    let directory = files.path("aligned")
    let result = try overlap(["align"] + paths + ["--output-dir", directory])
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: directory))
        == ["a-take.wav", "b-take.wav", "c-take.wav", "take-2.wav"])
  }

  @Test("have the names of the cards, not of the folders that all cards have")
  func cards() throws {
    let sound = noise(16_000, seed: 53)
    var paths: [String] = []
    for card in ["Card A", "Card B"] {
      try FileManager.default.createDirectory(
        atPath: files.path("\(card)/DCIM/100"), withIntermediateDirectories: true)
      for clip in ["C0001.wav", "C0002.WAV"] {
        paths.append(
          try files.write(Array(sound.dropFirst(100 * paths.count)), "\(card)/DCIM/100/\(clip)"))
      }
    }
    // The same file twice, and a name that is another on some systems alone.
    paths += [paths[0], try files.write(sound, "c0001.wav")]
    let expected = [
      "Card A-C0001.wav", "Card A-C0002.WAV", "Card B-C0001.wav", "Card B-C0002.WAV",
      "Card A-C0001-2.wav",
    ]
    let directory = files.path("aligned")
    // One that is not placed does not change the names of the others.
    let apart = try files.write(noise(16_000, seed: 58), "Card B/C0001.wav")
    for (index, list) in [paths.dropLast(), paths.dropLast() + [apart]].enumerated() {
      let result = try overlap(
        ["align"] + list + ["--output-dir", "\(directory)\(index)", "--json"])
      #expect(result.status == Int32(index), "\(result.errors)")
      let names = Set(try FileManager.default.contentsOfDirectory(atPath: "\(directory)\(index)"))
      #expect(names.count == 5)
      if index == 0 { #expect(names == Set(expected)) }
    }
    let mixed = try overlap("align", paths[0], paths[5], "--output-dir", files.path("mixed"))
    #expect(mixed.status == 0, "\(mixed.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: files.path("mixed"))
    #expect(Set(names.map { $0.lowercased() }).count == 2, "\(names)")
  }

  @Test("are refused before the work where no moment is common")
  func nothingCommon() throws {
    let sound = noise(48_000, seed: 59)
    let whole = try files.write(sound, "whole.wav")
    let first = try files.write(Array(sound.prefix(16_000)), "first.wav")
    let last = try files.write(Array(sound.suffix(16_000)), "last.wav")
    let result = try overlap(
      "align", whole, first, last, "--trim", "--output-dir", files.path("aligned"), "--plot",
      files.path("figure.svg"))
    #expect(result.status == 1)
    #expect(result.errors.contains("--trim"))
    let left = try FileManager.default.contentsOfDirectory(atPath: files.directory)
    #expect(Set(left) == ["whole.wav", "first.wav", "last.wav"])
  }

  @Test("appear whole or not at all, and a directory that cannot be made is an error")
  func failures() throws {
    let sound = noise(16_000, seed: 54)
    let reference = try files.write(sound, "reference.wav")
    let other = try files.write(Array(sound.dropFirst(100)), "other.wav")
    let before = try FileManager.default.contentsOfDirectory(atPath: files.directory)
    for (option, place) in [
      ("--output-dir", files.path("no/where")), ("--output-dir", reference),
      ("--output-dir", reference + "/x"), ("--plot", files.path("no/where.svg")),
    ] {
      let result = try overlap("align", reference, other, option, place)
      #expect(result.status == 73, "\(place)")
      // Before the work, and not after it.
      #expect(result.output == "")
      #expect(result.errors.contains(place))
      #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }
    // Nothing in common: what was made for the copies is gone.
    let apart = try files.write(noise(16_000, seed: 55), "apart.wav")
    let alone = try overlap("align", reference, apart, "--output-dir", files.path("aligned"))
    #expect(alone.status == 1)
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: files.directory))
        == Set(before + ["apart.wav"]))
  }

  @Test("may have the figure beside them, in a directory that is new")
  func figure() throws {
    let sound = noise(16_000, seed: 57)
    let reference = try files.write(sound, "reference.wav")
    let other = try files.write(Array(sound.dropFirst(100)), "other.wav")
    let directory = files.path("aligned")
    let result = try overlap(
      "align", reference, other, "--output-dir", directory, "--plot", directory + "/figure.svg")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: directory))
        == ["reference.wav", "other.wav", "figure.svg"])
  }

  @Test("at a very low rate take their time, but not for ever")
  func lowRate() throws {
    let sound = noise(24_000, seed: 56)
    let reference = try files.write(sound, "reference.wav")
    let other = try files.write(Array(sound.dropFirst(100)), "other.wav")
    let directory = files.path("aligned")
    let result = try overlap("align", reference, other, "--output-dir", directory, "--rate", "1")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try AudioRecording(path: directory + "/other.wav").frameCount == 3)
  }
}
