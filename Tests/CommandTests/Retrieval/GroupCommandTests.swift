// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap group")
struct GroupCommandTests {
  private let files = TemporaryFiles()
  private let rate = 8000

  /// Thirty seconds of an event from a place on, with noise of its own.
  private func take(_ event: UInt64, from start: Double, _ name: String) throws -> String {
    let first = Int(start * Double(rate))
    let sound = noise(100 * rate, seed: event)[first..<first + 30 * rate]
    let own = noise(30 * rate, seed: event + UInt64(first) + 1000)
    return try files.write(mixed(sound, own, 0.5), name)
  }

  @Test("tells events apart, and places each one's recordings")
  func groups() throws {
    // The first and the last of the first event are linked by the one between them.
    let takes: [(UInt64, Double)] = [(1, 45), (2, 3), (1, 0), (1, 22.5), (2, 10), (3, 0)]
    var paths: [String] = []
    for (number, (event, start)) in takes.enumerated() {
      paths.append(try take(event, from: start, "\(number).wav"))
    }
    let index = files.path("index")
    _ = try overlap(["index"] + paths + ["-o", index])
    for input in [paths, [index]] {
      let result = try overlap(["group"] + input + ["--json"])
      #expect(result.status == 0 && result.errors == "")
      var places: [String: (group: Int?, start: Double?)] = [:]
      for line in result.output.split(separator: "\n") {
        let object = try parse(line)
        let file = try #require(object["file"] as? String)
        let group = object["group"] as? Int
        places[file] = (group, object["start_seconds"] as? Double)
        let hasReason = object["unplaced"] is String
        #expect(hasReason ? group == nil : group != nil)
      }
      let groups: [Int] = paths.map { path in (places[path]?.group ?? nil) ?? 0 }
      #expect(groups == [1, 2, 1, 1, 2, 0])
      let expected: [Double?] = [45, 0, 0, 22.5, 7, nil]
      for (path, start) in zip(paths, expected) {
        guard let start else { continue }
        let found = try #require(places[path]?.start)
        #expect(abs(found - start) < 1e-4)
      }
    }
    let text = try overlap(["group"] + paths).output
    #expect(text.contains("group 1: ") && text.contains("5.wav: in no group"))
  }

  @Test("of strangers has none")
  func strangers() throws {
    let paths = try [take(5, from: 0, "a.wav"), take(6, from: 0, "b.wav")]
    let result = try overlap(["group"] + paths + ["--json"])
    #expect(result.status == 1)
    #expect(result.output.split(separator: "\n").count == 2)
    #expect(try overlap("group", paths[0], files.path("nothing")).status == 66)
  }
}
