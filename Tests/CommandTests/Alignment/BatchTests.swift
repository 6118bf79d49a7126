// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap align with many files")
struct BatchTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 16_000, seed: 61)

  private let keys = [
    "reference", "other", "aligned", "delay_seconds", "delay_samples", "sample_rate",
    "standard_error_seconds", "polarity", "false_alarm_probability", "peak_ratio",
    "overlap_seconds", "other_delay_samples", "other_sample_rate", "trim_file", "trim_seconds",
    "trim_samples",
  ]

  /// What is told besides of files that were compared.
  private let fileKeys = [
    "reference_start_seconds", "other_start_seconds", "reference_track", "other_track", "notes",
  ]

  @Test("reads lists with every kind of line from standard input, and answers line by line")
  func lines() throws {
    let strange = files.path("Grüße \"1\" 音\\ .wav")
    try FileManager.default.copyItem(atPath: other, toPath: strange)
    let escaped = strange.replacingOccurrences(of: "\\", with: "\\\\")
      .replacingOccurrences(of: "\"", with: "\\u0022").replacingOccurrences(
        of: "ü", with: "\\u00fc"
      )
      .replacingOccurrences(of: "音", with: "\\u97f3")
    let lines: [(String, good: Bool)] = [
      ("\u{FEFF}\(reference)\t\(other)\r", true),
      ("  {\"other\": \"\(escaped)\", \"more\": [1], \"reference\": \"\(reference)\"}\r", true),
      ("\(reference)\t\(strange)", true),
      ("{\"reference\": \"\(reference)\", \"other\": 5}", false),
      ("{\"reference\": \"\(reference)\", \"other\": null}", false),
      ("{\"reference\": \"\(reference)\"}", false),
      ("{\"reference\": \"\(reference)\", \"other\": \"\(other)\\u0000x\"}", false),
      ("{\"reference\": \"\(reference)\", ", false),
      ("[\"\(reference)\", \"\(other)\"]", false),
      ("\(reference)\t\(other)\t\(other)", false),
      ("\(reference)\t", false),
      ("\(reference) \(other)", false),
      ("\(files.directory)\t\(other)", false),
      ("\(other)\t\(reference)", true),
    ]
    // Lines without anything do not count as pairs, and the last one needs no end.
    let input = lines.map(\.0).joined(separator: "\n\n \t \r\n")
    let result = try overlap(["align", "--batch", "-"], input: input)
    #expect(result.status == 65, "\(result.errors)")
    let answers = result.output.split(separator: "\n")
    try #require(answers.count == lines.count)
    for (answer, line) in zip(answers, lines) {
      let object = try parse(answer)
      #expect(object["aligned"] as? Bool == line.good, "\(line.0)")
      #expect((object["error"] is String) == !line.good, "\(line.0)")
      let own = line.0.contains("more") ? ["more"] : []
      #expect(
        Set(object.keys).subtracting(["error", "error_status", "error_may_pass"])
          == Set(keys + (line.good ? fileKeys : []) + own))
      if line.good {
        #expect(abs(abs(try number(object, "delay_seconds")) - 0.125) < 1e-9)
      } else {
        #expect(object["delay_seconds"] is NSNull)
      }
    }
    #expect(try parse(answers[1])["other"] as? String == strange)
    #expect(result.errors == "")
  }

  @Test("that no list comes from are errors")
  func lists() throws {
    #expect(try overlap("align", "--batch", files.path("none.txt")).status == 66)
    #expect(try overlap("align", "--batch", files.directory).status == 66)
    #expect(try overlap(["align", "--batch", "-"], input: "").status == 0)
    #expect(try overlap(["align", "--batch", "-"], input: "\n\r\n").output == "")
  }

  @Test("has the best guess where it is not sure, and nothing but numbers")
  func guesses() throws {
    let unrelated = try files.write(noise(16_000, seed: 62), "unrelated.wav")
    for arguments in [["--json"], ["--json", "--drift"]] {
      let result = try overlap(["align", reference, unrelated, other] + arguments)
      #expect(result.status == 1)
      let lines = result.output.split(separator: "\n")
      try #require(lines.count == 2)
      let guess = try parse(lines[0])
      #expect(guess["aligned"] as? Bool == false)
      #expect(guess["delay_seconds"] is Double)
      #expect(guess["error"] == nil)
      let sure = try parse(lines[1])
      #expect(
        Set(sure.keys)
          == Set(
            keys + fileKeys
              + (arguments.count > 1
                ? ["drift_ppm", "drift_standard_error_ppm", "pieces"] : [])))
      for line in lines {
        for word in ["nan", "inf"] { #expect(!line.contains(": \(word)")) }
      }
    }
  }

  @Test("answers for every file even where the reference is bad")
  func badReference() throws {
    let missing = files.path("missing.wav")
    let result = try overlap("align", "--json", missing, other, reference)
    #expect(result.status == 66)
    let objects = try result.output.split(separator: "\n").map { try parse($0) }
    #expect(objects.map { $0["other"] as? String } == [other, reference])
    #expect(objects.allSatisfy { $0["error"] is String })
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test("gives a file that only another one knows its place, in the order of the command")
  func linked() throws {
    let long = noise(40_000, seed: 63)
    let first = try files.write(Array(long[..<16_000]), "first.wav")
    let last = try files.write(Array(long[24_000...]), "last.wav")
    let middle = try files.write(Array(long[8_000..<32_000]), "middle.wav")
    let result = try overlap("align", "--json", first, last, middle)
    #expect(result.status == 0, "\(result.errors)")
    let objects = try result.output.split(separator: "\n").map { try parse($0) }
    try #require(objects.count == 2)
    #expect(objects[0]["other"] as? String == last)
    #expect(objects[0]["aligned"] as? Bool == true)
    #expect(abs(try number(objects[0], "delay_seconds") + 3) < 1e-6)
    #expect(try number(objects[0], "overlap_seconds") == 0)
    #expect(objects[0]["linked_by"] as? [String] == [middle])
    #expect(objects[1]["linked_by"] == nil)
    let sentence = try overlap("align", first, last, middle, "--output-dir", files.path("aligned"))
    #expect(sentence.output.contains("linked by \(middle)"))
    #expect(
      try AudioRecording(path: files.path("aligned") + "/last.wav").frameCount == 40_000)
  }

  @Test("compares the channels that match best, and says which")
  func bestChannels() throws {
    let stereo = try files.write(
      channels: [noise(16_000, seed: 64).map { 30 * $0 }, sound], "stereo.wav")
    let three = try files.write(
      channels: [
        Array(sound.dropFirst(1000)), noise(15_000, seed: 65),
        [Float](repeating: 0, count: 15_000),
      ], "three.wav")
    let result = try overlap("align", "--json", "--channel", "best", stereo, three)
    #expect(result.status == 0, "\(result.errors)")
    let object = try parse(result.output)
    #expect(object["reference_channel"] as? Int == 2)
    #expect(object["other_channel"] as? Int == 1)
    #expect(abs(try number(object, "delay_seconds") + 0.125) < 1e-9)
    let back = try parse(try overlap("align", "--json", "--channel", "best", three, stereo).output)
    #expect(back["reference_channel"] as? Int == 1 && back["other_channel"] as? Int == 2)
    #expect(try number(back, "delay_seconds") == -(try number(object, "delay_seconds")))
    let table = try overlap("align", "--csv", "--channel", "best", stereo, three)
    #expect(table.output.contains(",reference_channel,other_channel,"))
    let words = try overlap("align", "--channel", "best", stereo, three)
    #expect(words.output.contains("Channel 2 of \(stereo) and channel 1 of \(three) match best."))
    // As one channel alone.
    let one = try overlap("align", "--json", "--channel", "best", reference, other)
    #expect(try number(parse(one.output), "delay_seconds") == 0.125)
  }

  @Test("has the same bits on any number of threads")
  func threads() throws {
    let results = try ["1", "2", "5"].map {
      try overlap("align", "--json", "--drift", "--threads", $0, reference, other)
    }
    #expect(results[0].status == 0)
    #expect(results.allSatisfy { $0.output == results[0].output })
    #expect(try overlap("align", "--threads", "0", reference, other).status == 64)
  }

  @Test("is an error where nobody gets the results")
  func fullDisk() throws {
    let result = try run(
      "sh",
      [
        "-c", "\"$0\" align \"$1\" \"$2\" > /dev/full", try commandPath(), reference, other,
      ])
    #expect(result.status == 74)
    #expect(result.errors.hasPrefix("overlap: standard output: "))
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }
}
