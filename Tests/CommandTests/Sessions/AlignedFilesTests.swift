// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("Time lines and reports of an alignment")
struct AlignedFilesTests {
  private let files = TemporaryFiles()
  private let rate = 8000

  /// A reference, two that are 3.5 s later and 2 s earlier, and a stranger.
  private func recordings() throws -> [String] {
    let sound = noise(40 * rate, seed: 5)
    func part(_ from: Double, _ seconds: Int, _ name: String) throws -> String {
      let first = Int(from * Double(rate))
      return try files.write(Array(sound[first..<first + seconds * rate]), name)
    }
    return [
      try part(5, 20, "reference.wav"), try part(8.5, 20, "later.wav"),
      try part(3, 20, "earlier.wav"), try files.write(noise(20 * rate, seed: 6), "stranger.wav"),
    ]
  }

  @Test("begin with the first of the recordings")
  func timeline() throws {
    let paths = try recordings()
    let (table, page) = (files.path("cut.csv"), files.path("page.html"))
    let result = try overlap(
      ["align"] + paths + ["--quiet", "--timeline", table, "--report", page])
    #expect(result.status == 1)
    let rows = String(decoding: files.bytes("cut.csv"), as: UTF8.self)
      .split(whereSeparator: \.isNewline).dropFirst().map { $0.split(separator: ",") }
    #expect(Set(rows.map { $0[1] }) == ["reference", "later", "earlier"])
    let expected = ["reference": 2, "later": 5.5, "earlier": 0.0]
    for row in rows {
      let start = try #require(Double(row[3]))
      #expect(abs(start - (expected[String(row[1])] ?? .nan)) < 1e-4)
      #expect(Double(row[4]).map { abs($0 - 20) < 1e-3 } ?? false)
    }
    let text = String(decoding: files.bytes("page.html"), as: UTF8.self)
    #expect(text.contains("stranger.wav") && text.contains("there is no reliable alignment"))
  }

  @Test("are not written over a recording, nor for a batch, nor where nothing is aligned")
  func refusals() throws {
    let paths = try recordings()
    for option in ["--timeline", "--report"] {
      let link = files.path(option == "--report" ? "x.html" : "x.otio")
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: paths[0])
      let before = files.bytes("reference.wav")
      #expect(try overlap(["align"] + paths.prefix(2) + [option, link]).status == 73)
      #expect(files.bytes("reference.wav") == before)
      let list = files.write(Array("".utf8), "pairs.txt")
      #expect(try overlap("align", "--batch", list, option, link).status == 64)
    }
    let none = files.path("none.csv")
    #expect(try overlap("align", paths[0], paths[3], "--timeline", none).status == 1)
    #expect(!FileManager.default.fileExists(atPath: none))
  }

  @Test("show the copies in the recordings' places, at normal speed and whole")
  func conformed() throws {
    let sound = noise(60 * rate, seed: 7)
    let reference = try files.write(Array(sound[..<(50 * rate)]), "reference.wav")
    // From 5 s on, without half a second from 30 s on, by a clock that is 250 ppm fast.
    let heard = Array(sound[(5 * rate)..<(30 * rate)] + sound[(30 * rate + rate / 2)...])
    let other = try files.write(
      resample(heard, from: Double(rate), to: Double(rate) + 2), "other.wav")
    let directory = files.path("copies")
    let (plain, conformed) = (files.path("plain.csv"), files.path("conformed.csv"))
    let shared = ["align", reference, other, "--drift", "--quiet", "--output-dir", directory]
    #expect(try overlap(shared + ["--timeline", plain]).status == 0)
    #expect(try overlap(shared + ["--timeline", conformed, "--conform", "--force"]).status == 0)
    func rows(_ name: String) -> [[String]] {
      String(decoding: files.bytes(name), as: UTF8.self).split(whereSeparator: \.isNewline)
        .dropFirst().map { $0.split(separator: ",").map(String.init) }
    }
    // Group, track, file, start, duration, start in the file, speed.
    let before = rows("plain.csv").filter { $0[1] == "other" }
    #expect(before.count == 2 && before.allSatisfy { Double($0[6]) != 1 })
    #expect(before.allSatisfy { $0[2].hasSuffix("/other.wav") && !$0[2].contains("/copies/") })
    let after = rows("conformed.csv")
    #expect(after.map { $0[1] } == ["reference", "other"])
    for row in after {
      #expect(row[2].hasSuffix("/copies/\(row[1]).wav"))
      #expect(try AudioReader(path: row[2]).sampleRate == rate)
      #expect(row[3] == "0" && row[5] == "0" && Double(row[6]) == 1)
      // As long as the file.
      let frames = try #require(try AudioReader(path: row[2]).frameCount)
      #expect(try abs(#require(Double(row[4])) - Double(frames) / Double(rate)) < 1e-6)
    }
    // What the other heard lies where the reference has it.
    let copies = try after.map { try AudioRecording(path: $0[2]).channels[0] }
    for time in [10, 28, 35, 48] {
      let parts = copies.map { $0[(time * rate)..<((time + 1) * rate)] }
      let product = zip(parts[0], parts[1]).reduce(0) { $0 + $1.0 * $1.1 }
      let power = parts.map { $0.reduce(0) { $0 + $1 * $1 } }
      #expect(product / (power[0] * power[1]).squareRoot() > 0.8, "at \(time) s")
    }
    #expect(try overlap("align", reference, other, "--conform").status == 64)
  }
}
