// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap session")
struct SessionCommandTests {
  private let files = TemporaryFiles()
  private let rate = 8000
  /// The cards and the recorder, in the order of their names.
  private let takes = [
    "camera/a/1.wav", "camera/a/2.wav", "camera/b/3.wav", "phone/take.wav", "recorder/long.wav",
  ]
  /// When they start, in seconds of the recorder's long take; nil for the stranger.
  private let starts: [Double?] = [4.25, 52.125, nil, 20.5, 0]
  /// The phone loses so many seconds after 25 s.
  private let lost = 0.15

  private init() throws {
    for folder in ["camera/a", "camera/b", "phone", "recorder"] {
      try FileManager.default.createDirectory(
        atPath: files.path("shoot/" + folder), withIntermediateDirectories: true)
    }
    try write(takes[0], from: 4.25, seconds: 30)
    try write(takes[1], from: 52.125, seconds: 30)
    try write(takes[2], from: 0, seconds: 25, event: 9)
    let phone = samples(from: 20.5, seconds: 50, of: 1)
    let cut = 25 * rate
    _ = try files.write(
      Array(phone[..<cut] + phone[(cut + Int(lost * Double(rate)))...]), "shoot/" + takes[3],
      as: .pcm16)
    try write(takes[4], from: 0, seconds: 95)
    _ = files.write(Array("<xml/>".utf8), "shoot/camera/a/1.xml")
  }

  private func samples(from start: Double, seconds: Int, of event: UInt64) -> [Float] {
    let first = Int(start * Double(rate))
    let sound = noise(100 * rate, seed: event)[first..<first + seconds * rate]
    return mixed(sound, noise(seconds * rate, seed: 1000 + UInt64(first)), 0.3)
  }

  private func write(
    _ name: String, from start: Double, seconds: Int, event: UInt64 = 1
  ) throws {
    _ = try files.write(
      samples(from: start, seconds: seconds, of: event), "shoot/" + name, as: .pcm16)
  }

  private func session(_ options: String...) throws -> CommandResult {
    try overlap(["session", files.path("shoot")] + options, cache: files.path("cache"))
  }

  private func objects(_ result: CommandResult) throws -> [String: [String: Any]] {
    var objects: [String: [String: Any]] = [:]
    for line in result.output.split(separator: "\n") {
      let object = try parse(line)
      let file = try #require(object["file"] as? String)
      objects[String(file.dropFirst(files.path("shoot/").count))] = object
    }
    return objects
  }

  @Test("places what devices recorded, and tells what has no place")
  func places() throws {
    let result = try session("--json")
    #expect(result.status == 0 && result.errors == "")
    let found = try objects(result)
    #expect(found.keys.sorted() == takes)
    for (name, start) in zip(takes, starts) {
      let object = try #require(found[name])
      #expect(object["device"] as? String == String(name.prefix { $0 != "/" }))
      guard let start else {
        #expect(object["group"] is NSNull && object["unplaced"] is String)
        continue
      }
      #expect(object["group"] as? Int == 1)
      #expect(abs(try number(object, "start_seconds") - start) < 1e-4)
    }
    // What the phone lost is between its pieces.
    let pieces = try #require(found[takes[3]]?["pieces"] as? [[String: Any]])
    #expect(pieces.count == 2)
    let step = try number(pieces[0], "delay_seconds") - number(pieces[1], "delay_seconds")
    #expect(abs(step - lost) < 1e-4)
    let place = try number(pieces[1], "file_start_seconds")
    #expect(abs(place - 25) < 0.5)
    let gap = try number(pieces[1], "start_seconds") - number(pieces[0], "end_seconds")
    #expect(abs(gap - lost) < 0.02)
  }

  @Test("keeps what it has computed of a file, by its content")
  func cache() throws {
    let first = try session("--json")
    let kept = try FileManager.default.contentsOfDirectory(
      atPath: files.path("cache/overlap/fingerprints"))
    #expect(kept.count == takes.count)
    // Copied elsewhere, and renamed: nothing is computed again, and nothing is written there.
    try FileManager.default.moveItem(atPath: files.path("shoot"), toPath: files.path("disk"))
    try FileManager.default.createSymbolicLink(
      atPath: files.path("shoot"), withDestinationPath: files.path("disk"))
    #expect(try session("--json").output == first.output)
    let again = try FileManager.default.contentsOfDirectory(
      atPath: files.path("cache/overlap/fingerprints"))
    #expect(again.sorted() == kept.sorted())
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: files.path("disk")).count
        == takes.count + 6)
    // A damaged entry, and no place for it, change nothing.
    _ = files.write([1, 2, 3], "cache/overlap/fingerprints/" + kept[0])
    #expect(try session("--json").output == first.output)
    let without = try overlap(
      "session", files.path("shoot"), "--json", cache: files.path("shoot/camera/a/1.xml"))
    #expect(without.output == first.output)
  }

  @Test("writes time lines for editing programs")
  func timelines() throws {
    let (table, list) = (files.path("cut.csv"), files.path("cut.edl"))
    let result = try session("--timeline", table, "--timeline", list, "--quiet")
    #expect(result.status == 0 && result.errors == "")
    let rows = String(decoding: files.bytes("cut.csv"), as: UTF8.self)
      .split(whereSeparator: \.isNewline).map { $0.split(separator: ",") }
    #expect(rows[0].joined(separator: ",").hasPrefix("group,track,file,start_seconds"))
    // Four recordings, one of them in two pieces.
    #expect(rows.count == 1 + 5)
    #expect(Set(rows.dropFirst().map { $0[1] }) == ["camera", "phone", "recorder"])
    #expect(rows.dropFirst().allSatisfy { $0[2].hasPrefix("/") })
    for device in ["camera", "phone", "recorder"] {
      let text = String(decoding: files.bytes("cut-\(device).edl"), as: UTF8.self)
      #expect(text.contains("FCM: NON-DROP FRAME"))
    }
    #expect(!FileManager.default.fileExists(atPath: list))
  }

  @Test("writes copies by the clock of the time line, with silence for what was lost")
  func conformed() throws {
    let directory = files.path("copies")
    let result = try session(
      "--conform", directory, "--format", "flac", "--timeline", files.path("cut.csv"), "--json")
    #expect(result.status == 0 && result.errors == "")
    let found = try objects(result)
    let copy = try AudioRecording(path: directory + "/take.wav.flac")
    // As long as on the line: what was lost is there again, as silence.
    #expect(abs(copy.duration - 50) < 0.01)
    let start = try number(try #require(found[takes[3]]), "start_seconds")
    let reference = try AudioRecording(path: files.path("shoot/" + takes[4]))
    for time in [5.0, 45.0] {
      let own = copy.channels[0][Int(time * Double(rate))...].prefix(rate)
      let first = Int(((start + time) * Double(rate)).rounded())
      let other = reference.channels[0][first...].prefix(rate)
      let product = zip(own, other).reduce(0) { $0 + $1.0 * $1.1 }
      let power = own.reduce(0) { $0 + $1 * $1 } * other.reduce(0) { $0 + $1 * $1 }
      #expect(product / power.squareRoot() > 0.8)
    }
    let table = String(decoding: files.bytes("cut.csv"), as: UTF8.self)
    #expect(table.contains("/copies/take.wav.flac"))
    // What is there is not written over.
    #expect(try session("--conform", directory, "--format", "flac").status == 73)
  }

  @Test("writes a page that holds all it shows")
  func report() throws {
    let result = try session("--report", files.path("page.html"))
    #expect(result.status == 0)
    let page = String(decoding: files.bytes("page.html"), as: UTF8.self)
    let head = try #require(page.range(of: "id=\"data\">\n"))
    let tail = try #require(page.range(of: "</script>", range: head.upperBound..<page.endIndex))
    let data = try parse(page[head.upperBound..<tail.lowerBound])
    let groups = try #require(data["groups"] as? [[String: Any]])
    #expect((groups[0]["recordings"] as? [Any])?.count == 4)
    let pairs = try #require(groups[0]["pairs"] as? [[String: Any]])
    let sounds = try #require(data["sounds"] as? [String])
    #expect(pairs.count >= 3 && sounds.count >= 3 * pairs.count - 1)
    for sound in sounds {
      let bytes = try #require(Data(base64Encoded: sound))
      let recording = try AudioRecording(path: files.write(Array(bytes), "sound.flac"))
      #expect(recording.sampleRate == 12_000 && recording.channels[0].count == 36_000)
    }
    // Before the alignment the sounds have nothing in common, after it most.
    let place = try #require((pairs[0]["places"] as? [[String: Any]])?.first)
    func samples(_ key: String) throws -> [Float] {
      let number = try #require(place[key] as? Int)
      let bytes = try #require(Data(base64Encoded: sounds[number]))
      return try AudioRecording(path: files.write(Array(bytes), "sound.flac")).channels[0]
    }
    let reference = try samples("reference")
    func likeness(_ key: String) throws -> Float {
      let other = try samples(key)
      let product = zip(reference, other).reduce(0) { $0 + $1.0 * $1.1 }
      let power = reference.reduce(0) { $0 + $1 * $1 } * other.reduce(0) { $0 + $1 * $1 }
      return product / power.squareRoot()
    }
    #expect(try likeness("after") > 0.8)
    #expect(try abs(likeness("before")) < 0.2)
  }

  @Test("lists what cannot be read, and never writes over a recording")
  func failures() throws {
    let damaged = files.write(Array("RIFF....WAVEfmt ".utf8), "shoot/phone/damaged.wav")
    let result = try session("--json")
    #expect(result.status == 0 && result.errors.contains("damaged.wav"))
    let objects = try result.output.split(separator: "\n").map { try parse($0) }
    #expect(objects.contains { $0["file"] as? String == damaged && $0["unplaced"] is String })
    #expect(
      try overlap("session", files.path("shoot"), damaged, cache: files.path("cache")).status == 65)
    for (option, name) in [("--timeline", "shoot/x.csv"), ("--report", "shoot/x.html")] {
      let input = files.path(name)
      try FileManager.default.createSymbolicLink(
        atPath: input, withDestinationPath: files.path("shoot/" + takes[0]))
      let before = files.bytes("shoot/" + takes[0])
      #expect(try session(option, input).status == 73)
      #expect(files.bytes("shoot/" + takes[0]) == before)
    }
    #expect(try session("--timeline", files.path("cut.doc")).status == 64)
    #expect(try session("--frame-rate", "25").status == 64)
    #expect(try session("--report", files.path("no/where.html")).status == 73)
    let strangers = try overlap(
      "session", files.path("shoot/" + takes[2]), files.path("shoot/" + takes[0]),
      cache: files.path("cache"))
    #expect(strangers.status == 1)
    let empty = try overlap("session", files.path("nothing"), cache: files.path("cache"))
    #expect(empty.status == 66 && empty.errors.contains("no such file"))
    try FileManager.default.createDirectory(
      atPath: files.path("empty"), withIntermediateDirectories: false)
    let none = try overlap("session", files.path("empty"), cache: files.path("cache"))
    #expect(none.status == 66 && none.output == "" && none.errors.contains("no file with sound"))
  }
}
