// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap index and find")
struct FindCommandTests {
  private let files = TemporaryFiles()
  private let rate = 8000

  /// Three recordings of 40 s in a directory and one below it, with a text beside them.
  private init() throws {
    try FileManager.default.createDirectory(
      atPath: files.path("cards/b"), withIntermediateDirectories: true)
    let names = ["cards/one.wav", "cards/two.flac", "cards/b/three.wav"]
    for (number, name) in names.enumerated() {
      let sound = noise(40 * rate, seed: UInt64(number + 1))
      _ = try files.write(sound, name, as: .pcm16)
    }
    _ = files.write(Array("notes".utf8), "cards/notes.txt")
  }

  /// Ten seconds of a recording from a place on, with as much other noise.
  private func clip(of seed: UInt64, from start: Double, _ name: String) throws -> String {
    let first = Int(start * Double(rate))
    let sound = noise(40 * rate, seed: seed)[first..<first + 10 * rate]
    let other = noise(10 * rate, seed: seed + 100)
    return try files.write(mixed(sound, other, 1), name)
  }

  private func objects(_ result: CommandResult) throws -> [[String: Any]] {
    try result.output.split(separator: "\n").map { try parse($0) }
  }

  @Test("find clips where they are, in an index and in files")
  func found() throws {
    let index = files.path("all.index")
    let made = try overlap("index", files.path("cards"), "-o", index, "--json")
    #expect(made.status == 0 && made.errors == "")
    let summary = try parse(made.output)
    #expect(try number(summary, "new") == 3)
    #expect(try number(summary, "without_sound") == 1)
    #expect(try number(summary, "duration_seconds") == 120)
    #expect(try number(summary, "byte_count") < 200 * 120)

    let clips = [
      try clip(of: 2, from: 12.345, "a.wav"), try clip(of: 3, from: 29.5, "b.wav"),
    ]
    let one = try overlap(["find"] + clips + [index, "--json"])
    #expect(one.status == 0 && one.errors == "")
    let found = try objects(one)
    #expect(found.count == 2)
    let truth: [(name: String, place: Double)] = [
      ("cards/two.flac", 12.345), ("cards/b/three.wav", 29.5),
    ]
    for (object, (name, place)) in zip(found, truth) {
      #expect(object["file"] as? String == files.path(name))
      let position = try number(object, "position_seconds")
      #expect(abs(position - place) < 1e-4)
      #expect(try number(object, "delay_seconds") == position)
      #expect(try number(object, "false_alarm_probability") < 1e-9)
      #expect(object["aligned"] as? Bool == true)
    }
    // Without an index, and whatever the number of threads, the same.
    let direct = try overlap("find", clips[0], files.path("cards"), "--json", "--threads", "1")
    let again = try objects(direct)
    #expect(again.count == 1 && again[0]["file"] as? String == files.path("cards/two.flac"))
    let positions = try [again[0], found[0]].map { try number($0, "position_seconds") }
    #expect(abs(positions[0] - positions[1]) < 1e-9)
    let sentence = try overlap("find", clips[0], index).output
    #expect(sentence.contains("two.flac from 12.34"))
  }

  @Test("take in what is new, once, and pass over what is known")
  func grows() throws {
    let index = files.path("all.index")
    _ = try overlap("index", files.path("cards/one.wav"), "-o", index)
    let first = files.bytes("all.index")
    let same = try overlap("index", files.path("cards/one.wav"), "-o", index, "--json")
    #expect(try number(parse(same.output), "unchanged") == 1)
    #expect(files.bytes("all.index") == first)
    let more = try overlap("index", files.path("cards"), "-o", index, "--json")
    #expect(try number(parse(more.output), "new") == 2)
    #expect(files.bytes("all.index").starts(with: first))
    // A file with other sound under the same name: what was there before is found no more.
    let old = try clip(of: 1, from: 5, "old.wav")
    #expect(try overlap("find", old, index).status == 0)
    _ = try files.write(noise(40 * rate, seed: 77), "cards/one.wav", as: .pcm16)
    _ = try overlap("index", files.path("cards"), "-o", index)
    #expect(try overlap("find", old, index).status == 1)
    #expect(try overlap("find", clip(of: 77, from: 20, "new.wav"), index).status == 0)
  }

  @Test("end with the status of what is wrong")
  func failures() throws {
    let index = files.path("all.index")
    let damaged = files.write(Array("RIFF....WAVEfmt ".utf8), "cards/damaged.wav")
    let made = try overlap("index", files.path("cards"), "-o", index)
    #expect(made.status == 0 && made.errors.contains("damaged.wav"))
    #expect(try overlap("index", damaged, "-o", index).status == 65)
    #expect(try overlap("index", files.path("nothing"), "-o", index).status == 66)
    #expect(try overlap("index", files.path("cards"), "-o", files.path("no/where")).status == 73)
    #expect(
      try overlap("index", files.path("cards"), "-o", files.path("cards/one.wav")).status == 65)
    let stranger = try files.write(noise(80_000, seed: 500), "stranger.wav")
    let missed = try overlap("find", stranger, index)
    #expect(missed.status == 1 && missed.output == "" && missed.errors.contains("found nowhere"))
    #expect(try overlap("find", files.path("nothing"), index).status == 66)
    #expect(try overlap("find", stranger, files.path("nothing")).status == 66)
    #expect(try overlap("find", stranger).status == 64)
    // A recording that has gone since: what else was found is told.
    let clip = try clip(of: 3, from: 10, "clip.wav")
    try FileManager.default.removeItem(atPath: files.path("cards/b/three.wav"))
    let gone = try overlap("find", clip, index)
    #expect(gone.status == 66 && gone.errors.contains("three.wav"))
  }
}
