// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("overlap align --batch --resume")
struct BatchResumeTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 8_000, seed: 91)

  /// Pairs with an id and without, twice the same, tab-separated, bad ones.
  private var lines: [String] {
    let pair = "\"reference\": \"\(reference)\", \"other\": \"\(other)\""
    return [
      "\(reference)\t\(other)", "{\(pair), \"id\": 1}", "{\(pair), \"id\": \"1\"}", "no pair",
      "{\(pair)}", "\(other)\t\(reference)", "{\(pair), \"id\": 1}", "", "\(reference)\t\(other)",
      "{\"id\": 5, \"reference\": \"\(files.path("missing \\\"é\\\".wav"))\", \"other\": \"x\"}",
      "{\(pair), \"max_lag\": -1}",
    ]
  }

  private func text(_ name: String) -> String { String(decoding: files.bytes(name), as: UTF8.self) }

  @Test("mends whatever a run that was broken off has left, to the same bytes")
  func mended() throws {
    let list = files.write(Array(lines.joined(separator: "\n").utf8), "list")
    let whole = try overlap("align", "--batch", list).output
    let results = files.path("results")
    let first = try overlap("align", "--batch", list, "--resume", results)
    #expect(first.output == "" && first.status == 65)
    #expect(text("results") == whole)
    var generator = SeededGenerator(seed: 92)
    let bytes = Array(whole.utf8)
    let ends = bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }
    let cuts =
      [0, 1, ends[0], ends[0] + 1, ends[3] + 1, bytes.count - 1, bytes.count]
      + (0..<6).map { _ in Int.random(in: 0..<bytes.count, using: &generator) }
    for cut in cuts {
      _ = files.write(Array(bytes[..<cut]), "results")
      _ = try overlap("align", "--batch", list, "--resume", results)
      #expect(text("results") == whole, "cut at \(cut)")
    }
  }

  @Test("gives the same file after kills as an undisturbed run")
  func killed() throws {
    let list = files.write(
      Array(
        (0..<60).map {
          "{\"id\": \($0), \"reference\": \"\(reference)\", \"other\": \"\(other)\"}\n"
        }
        .joined().utf8), "list")
    let whole = try overlap("align", "--batch", list).output
    let result = try run(
      "bash",
      [
        "-c",
        """
        cd "$1"
        for lines in 1 9 30; do
          "$0" align --batch list --resume results &
          while [ "$(cat results 2>/dev/null | wc -l)" -lt $lines ]; do sleep 0.01; done
          kill -KILL $!; wait $! 2>/dev/null
        done
        "$0" align --batch list --resume results
        """, try commandPath(), files.directory,
      ])
    #expect(result.status == 0, "\(result.errors)")
    #expect(text("results") == whole)
  }

  @Test("does what is new in a list, in its order, and leaves out what has a result")
  func changed() throws {
    let pair = "\"reference\": \"\(reference)\", \"other\": \"\(other)\""
    func ids(_ ids: [Int]) throws -> [Int] {
      let lines = ids.map { "{\(pair), \"id\": \($0)}" }
      let result = try overlap(
        ["align", "--batch", "-", "--resume", files.path("results")],
        input: lines.joined(separator: "\n"))
      #expect(result.status == 0, "\(result.errors)")
      return try text("results").split(separator: "\n").map {
        try #require(parse($0)["id"] as? Int)
      }
    }
    #expect(try ids([3, 1]) == [3, 1])
    #expect(try ids([1, 2, 3, 4]) == [3, 1, 2, 4])
    #expect(try ids([1, 2, 3, 4]) == [3, 1, 2, 4])
  }

  @Test("touches no file that holds anything else, and none that another run writes to")
  func others() throws {
    let sound = files.bytes("reference.wav")
    for (name, bytes) in [("sound", sound), ("text", Array("{\"a\": 1}\n".utf8))] {
      let path = files.write(bytes, name)
      let result = try overlap(["align", "--batch", "-", "--resume", path], input: "")
      #expect(result.status == 65 && result.errors.contains("name another file"))
      #expect(files.bytes(name) == bytes)
    }
    let missing = files.path("none/results")
    #expect(try overlap(["align", "--batch", "-", "--resume", missing], input: "").status == 73)
    let busy = try run(
      "bash",
      [
        "-c",
        """
        cd "$1"; mkfifo pairs; "$0" align --batch pairs --resume results & exec 9> pairs
        until [ -e results ]; do sleep 0.05; done; sleep 0.2
        "$0" align --batch - --resume results < /dev/null; echo $?
        """, try commandPath(), files.directory,
      ])
    #expect(busy.output == "73\n" && busy.errors.contains("another run writes to it"))
  }
}
