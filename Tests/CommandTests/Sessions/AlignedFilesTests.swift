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
}
