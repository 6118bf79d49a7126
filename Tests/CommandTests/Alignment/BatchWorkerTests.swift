// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap align --batch as a worker")
struct BatchWorkerTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 16_000, seed: 81)

  /// A list of pairs, each in JSON with an id.
  private func list(_ pairs: [(String, String)], _ name: String = "list.jsonl") -> String {
    let lines = pairs.enumerated().map { index, pair in
      "{\"id\": \(index), \"reference\": \"\(pair.0)\", \"other\": \"\(pair.1)\"}\n"
    }
    return files.write(Array(lines.joined().utf8), name)
  }

  /// Pairs of all lengths, good, unrelated and missing ones, in every order.
  private func pairs(_ count: Int) throws -> [(String, String)] {
    var names = [reference, other, files.path("missing.wav")]
    names.append(try files.write(noise(9_000, seed: 82), "unrelated.wav"))
    names.append(try files.write(Array(sound[2_000..<7_000]), "part.wav"))
    names.append(try files.write(Array(sound[500...]), "late.wav", as: .pcm16))
    return (0..<count).map { (names[$0 % 5], names[($0 / 5 + 1) % 6]) }
  }

  /// Runs a script of Bash; `$overlap` is the command, and `$1` the directory of the files.
  private func bash(_ script: String) throws -> CommandResult {
    try run("bash", ["-c", "overlap=$0; \(script)", try commandPath(), files.directory])
  }

  @Test("gives every key of a line back as it was written, `id` first, and none of other results")
  func keys() throws {
    let pair = "\"reference\": \"\(reference)\", \"other\": \"\(other)\""
    let result = try overlap(
      ["align", "--batch", "-"],
      input: """
        {"take": {"b": [1.50, "x, y: {\\"}"], "a": null}, \(pair), "id": 12345678901234567890}
        {\(pair), "aligned": 5, "error": "old", "drift_ppm": 1, "notes": "old", "id": "\\u00e9"}
        {"id": [7], "reference": 5}
        """)
    let lines = result.output.split(separator: "\n")
    try #require(lines.count == 3)
    #expect(
      lines[0].hasPrefix(
        "{\"id\": 12345678901234567890, \"take\": {\"b\":[1.50,\"x, y: {\\\"}\"],\"a\":null}, "
          + "\"reference\": "), "\(lines[0])")
    #expect(lines[1].hasPrefix("{\"id\": \"\\u00e9\", \"reference\": "))
    let second = try parse(lines[1])
    #expect(second["aligned"] as? Bool == true && second["notes"] is [Any])
    #expect(second["error"] == nil && second["drift_ppm"] == nil)
    #expect(try parse(lines[2])["id"] as? [Int] == [7])
    #expect(try parse(lines[2])["error"] is String)
    #expect(result.errors == "", "refusals are results")
  }

  @Test("takes options from a line as it takes them from the command, and refuses them as well")
  func options() throws {
    let stereo = try files.write(channels: [noise(16_000, seed: 83), sound], "stereo.wav")
    let cases: [(line: String, arguments: [String])] = [
      ("\"max_lag\": 0.1", ["--max-lag", "0.1"]), ("\"max_delay\": 2", ["--max-delay", "2"]),
      ("\"max_lag\": 0.05, \"near\": 0.125", ["--max-lag", "0.05", "--near", "0.125"]),
      ("\"drift\": true", ["--drift"]), ("\"drift\": false", []),
      ("\"channel\": 1", ["--channel", "1"]), ("\"channel\": \"2\"", ["--channel", "2"]),
      ("\"channel\": \"best\"", ["--channel", "best"]), ("\"channel\": null", []),
      ("\"threshold\": 1e-300", ["--threshold", "1e-300"]), ("\"track\": 1", ["--track", "1"]),
      ("\"weighting\": \"phat\"", ["--weighting", "phat"]),
      ("\"band\": \"300-3000\"", ["--band", "300-3000"]), ("\"nonsense\": 1", []),
    ]
    let bad = [
      "\"max_lag\": -1", "\"max_lag\": \"x\"", "\"near\": 3", "\"channel\": 0", "\"channel\": [1]",
      "\"channel\": 3", "\"drift\": 1", "\"threshold\": 0", "\"threshold\": \"nan\"",
      "\"weighting\": \"loud\"", "\"band\": \"9-3\"", "\"track\": 0",
    ]
    let lines = (cases.map(\.line) + bad).map {
      "{\"reference\": \"\(reference)\", \"other\": \"\(stereo)\", \($0)}"
    }
    let result = try overlap(["align", "--batch", "-"], input: lines.joined(separator: "\n"))
    let answers = result.output.split(separator: "\n")
    try #require(answers.count == lines.count)
    for (answer, test) in zip(answers, cases) {
      let expected = try overlap(["align", "--json", reference, stereo] + test.arguments).output
      #expect(answer + "\n" == "{\(test.line), \(expected.dropFirst())")
    }
    for (answer, line) in zip(answers.dropFirst(cases.count), bad) {
      let object = try parse(answer)
      #expect(object["error"] is String && object["aligned"] as? Bool == false, "\(line)")
    }
    #expect(result.status == 65 && result.errors == "")
  }

  @Test("has the same bytes whatever the number of jobs, threads and the cache are")
  func sameBytes() throws {
    let list = list(try pairs(40))
    let alone = try overlap("align", "--batch", list, "--jobs", "1", "--threads", "1")
    #expect(alone.output.split(separator: "\n").count == 40)
    for options in [
      [], ["--jobs", "2"], ["--jobs", "3", "--threads", "7"], ["--threads", "5"],
      ["--jobs", "1"], ["--cache-memory", "0"], ["--cache-memory", "20K", "--threads", "4"],
    ] {
      let result = try overlap(["align", "--batch", list] + options)
      #expect(result.output == alone.output, "\(options)")
      #expect(result.status == alone.status)
    }
  }

  @Test("opens and decodes a file once that many lines share, and leaves no file behind meanwhile")
  func sharing() throws {
    let video = files.path("video.mkv")
    #expect(try run("ffmpeg", ["-nostdin", "-v", "error", "-i", reference, video]).status == 0)
    let log = files.path("log")
    let logger = files.write(
      Array("#!/bin/sh\necho run >> '\(log)'\nPATH=${PATH#*:}\nexec ffmpeg \"$@\"\n".utf8), "ffmpeg"
    )
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: logger)
    let result = try bash(
      """
      cd "$1"; mkdir decoded; export TMPDIR=$1/decoded PATH="$1:$PATH"
      coproc "$overlap" align --batch - --threads 3
      for i in 1 2 3 4 5 6; do printf 'video.mkv\\tother.wav\\n' >&${COPROC[1]}; done
      for i in 1 2 3 4 5 6; do read -r line <&${COPROC[0]}; echo "$line"; done
      ls decoded | wc -l
      """)
    let lines = result.output.split(separator: "\n")
    try #require(lines.count == 7, "\(result.errors)")
    // By way of a lossy codec.
    #expect(abs(try number(parse(lines[0]), "delay_seconds") - 0.125) < 1e-4)
    #expect(Set(lines[..<6]).count == 1)
    #expect(lines[6].filter { $0 != " " } == "0")
    #expect(String(decoding: files.bytes("log"), as: UTF8.self) == "run\n")
    // Nobody keeps what has changed.
    let changed = try bash(
      """
      cd "$1"; cp reference.wav first.wav
      coproc "$overlap" align --batch -
      printf 'first.wav\\tother.wav\\n' >&${COPROC[1]}; read -r line <&${COPROC[0]}; echo "$line"
      cp other.wav first.wav
      printf 'first.wav\\tother.wav\\n' >&${COPROC[1]}; read -r line <&${COPROC[0]}; echo "$line"
      """)
    let delays = try changed.output.split(separator: "\n").map {
      try number(parse($0), "delay_seconds")
    }
    #expect(delays == [0.125, 0])
  }

  @Test("exits by the results, or with 0 where that is wanted and the run itself worked")
  func statuses() throws {
    let unrelated = try files.write(noise(9_000, seed: 84), "unrelated.wav")
    let cases: [([(String, String)], Int32)] = [
      ([(reference, other)], 0), ([(reference, unrelated), (reference, other)], 1),
      ([(reference, unrelated), (reference, files.path("missing.wav"))], 66),
    ]
    for (pairs, status) in cases {
      let list = list(pairs)
      #expect(try overlap("align", "--batch", list).status == status)
      #expect(try overlap("align", "--batch", list, "--exit-zero").status == 0)
    }
    #expect(try overlap("align", "--batch", files.path("none"), "--exit-zero").status == 66)
    for option in [
      ["--jobs", "2"], ["--resume", "r"], ["--cache-memory", "1G"], ["--exit-zero"],
    ] {
      #expect(try overlap(["align", reference, other] + option).status == 64)
    }
    for option in [["--jobs", "0"], ["--cache-memory", "1X"], ["--cache-memory", "-1"]] {
      #expect(try overlap(["align", "--batch", "-"] + option).status == 64)
    }
  }

  @Test(
    "ends after the pairs at hand where it is asked to end, with whole lines",
    arguments: ["TERM", "INT"])
  func endRequest(signal: String) throws {
    // With job control, or programs in the background would not hear of SIGINT.
    let result = try bash(
      """
      set -m; cd "$1"; mkfifo pairs; "$overlap" align --batch pairs > results & exec 9> pairs
      for i in 1 2 3; do printf 'reference.wav\\tother.wav\\n' >&9; done
      until [ -s results ]; do sleep 0.05; done
      kill -\(signal) $!; wait $!; echo status $?
      """)
    #expect(result.output == "status \(signal == "TERM" ? 143 : 130)\n", "\(result.errors)")
    let lines = String(decoding: files.bytes("results"), as: UTF8.self).split(separator: "\n")
    #expect(1...3 ~= lines.count)
    for line in lines { #expect(try number(parse(line), "delay_seconds") == 0.125) }
  }

  @Test("a pair for which there is no memory is a result, and the others are as ever")
  func memory() throws {
    // 40 million samples: as numbers more than half of the memory.
    let part = noise(1_000_000, seed: 85)
    let long = try files.write((0..<40).flatMap { _ in part }, "long.wav", as: .pcm16)
    let list = list([
      (reference, other), (long, long), (other, reference), (reference, long), (reference, other),
    ])
    let result = try run(
      "bash",
      [
        "-c", "ulimit -v \(300_000); exec \"$0\" align --batch \"$1\" --threads 2",
        try commandPath(), list,
      ])
    let answers = try result.output.split(separator: "\n").map { try parse($0) }
    try #require(answers.count == 5, "\(result.errors)")
    for index in [0, 2, 4] {
      #expect(abs(try number(answers[index], "delay_seconds")) == 0.125)
    }
    #expect((answers[1]["error"] as? String)?.contains("MB of memory") == true, "\(answers[1])")
    #expect(result.status == 65 && result.errors == "")
  }
}
