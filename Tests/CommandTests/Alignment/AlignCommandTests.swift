// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap align")
struct AlignCommandTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 24_000, seed: 1)

  @Test("prints one JSON object a line with --json")
  func json() throws {
    let other = try files.write(sound.map { -$0 }, "upside \"down\".wav")
    let result = try overlap("align", "--json", reference, other)
    #expect(result.status == 0)
    #expect(result.output.hasSuffix("}\n"))
    let object = try parse(result.output)
    #expect(object["reference"] as? String == reference)
    #expect(object["other"] as? String == other)
    #expect(object["aligned"] as? Bool == true)
    #expect(object["sample_rate"] as? Int == 8000)
    #expect(object["polarity"] as? Int == -1)
    #expect(abs(try number(object, "delay_seconds") - 0.125) < 1e-9)
    #expect(abs(try number(object, "delay_samples") - 1000) < 1e-5)
    #expect(try number(object, "standard_error_seconds") < 1e-8)
    #expect(try number(object, "false_alarm_probability") < 1e-30)
    #expect(try number(object, "peak_ratio") > 3)
    #expect(abs(try number(object, "overlap_seconds") - 2.875) < 1e-3)
    #expect(object["error"] == nil)
  }

  @Test("has exit status 1 and a reason for recordings with nothing in common")
  func unrelated() throws {
    let other = try files.write(noise(24_000, seed: 2), "other.wav")
    let result = try overlap("align", reference, other)
    #expect(result.status == 1)
    #expect(result.output == "")
    #expect(
      result.errors.hasPrefix("overlap: no reliable alignment of \(reference) and \(other): "))
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
    let json = try overlap("align", "--json", reference, other)
    #expect(json.status == 1)
    #expect(try parse(json.output)["aligned"] as? Bool == false)
  }

  @Test("takes --threshold and --max-lag seriously")
  func options() throws {
    #expect(try overlap("align", "--max-lag", "0.1", reference, other).status == 1)
    #expect(try overlap("align", "--max-lag", "0.2", reference, other).status == 0)
    #expect(try overlap("align", "--threshold", "1e-301", reference, other).status == 1)
    for wrong in [
      ["--max-lag", "-1"], ["--max-lag", "nan"], ["--threshold", "0"], ["--nonsense"],
    ] {
      let result = try overlap("align", wrong[0], wrong.last ?? "", reference, other)
      #expect(result.status == 64, "\(wrong)")
      #expect(result.output == "")
    }
    #expect(try overlap("align", reference).status == 64)
  }

  @Test("has one line and an exit status for every kind of bad input")
  func badInput() throws {
    let wave = try Data(contentsOf: URL(fileURLWithPath: reference))
    var holed = sound
    holed[5] = .nan
    let cases: [(String, Int32, String)] = [
      (files.path("missing.wav"), 66, "no such file"),
      (files.directory, 66, "is a directory"),
      (
        files.write(Array("no sound at all\n".utf8), "text.wav"), 65, "not an audio file"
      ),
      (files.write([], "empty.wav"), 65, "no samples"),
      (files.write(Array(wave.prefix(40)), "cut.wav"), 65, "cut.wav"),
      (try files.write([Float](repeating: 0, count: 8000), "silence.wav"), 65, "silent"),
      (try files.write(noise(79, seed: 3), "short.wav"), 65, "10 ms"),
      (try files.write(holed, "nan.wav"), 65, "not a finite number"),
    ]
    for (path, status, words) in cases {
      for pair in [[reference, path], [path, reference]] {
        let result = try overlap("align", pair[0], pair[1])
        #expect(result.status == status, "\(path)")
        #expect(result.output == "", "\(path)")
        #expect(result.errors.hasPrefix("overlap: \(path): "), "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
        #expect(result.errors.filter { $0 == "\n" }.count == 1, "\(result.errors)")
      }
    }
  }

  @Test("goes on with the other files after a bad one")
  func severalFiles() throws {
    let result = try overlap("align", "--json", reference, files.path("missing.wav"), other)
    #expect(result.status == 66)
    let lines = result.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 2)
    #expect(try parse(lines[0])["error"] is String)
    #expect(try parse(lines[0])["aligned"] as? Bool == false)
    #expect(try parse(lines[1])["aligned"] as? Bool == true)
  }

  @Test("keeps an error on one line whatever a file is called")
  func strangeNames() throws {
    let result = try overlap("align", reference, files.path("two\nlines.wav"))
    #expect(result.status == 66)
    #expect(result.errors.filter { $0 == "\n" }.count == 1)
  }

  @Test("writes copies that line up, and replaces nothing unasked")
  func alignedCopies() throws {
    let other = try files.write(sound.map { -0.5 * $0 }, "other.flac", as: .pcm16)
    let directory = files.path("aligned")
    let first = try overlap("align", reference, other, "--output-dir", directory)
    #expect(first.status == 0, "\(first.errors)")
    let copies = [directory + "/reference.wav", directory + "/other.flac"]
    let again = try overlap("align", "--json", copies[0], copies[1])
    let object = try parse(again.output)
    #expect(abs(try number(object, "delay_seconds")) < 1e-6)
    #expect(object["polarity"] as? Int == 1)
    // Padded: both as long as what they span together.
    #expect(try AudioRecording(path: copies[0]).frameCount == 24_000)
    #expect(try AudioRecording(path: copies[1]).frameCount == 24_000)
    let kept = try Data(contentsOf: URL(fileURLWithPath: copies[0]))
    let second = try overlap("align", reference, other, "--output-dir", directory, "--trim")
    #expect(second.status == 73)
    #expect(second.errors.contains("--force"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: copies[0])) == kept)
    let forced = try overlap(
      "align", reference, other, "--output-dir", directory, "--trim", "--force", "--rate", "16000")
    #expect(forced.status == 0, "\(forced.errors)")
    let trimmed = try AudioRecording(path: copies[0])
    #expect(trimmed.sampleRate == 16_000 && trimmed.frameCount == 46_000)
    #expect(try AudioRecording(path: copies[1]).frameCount == 46_000)
    let onInputs = try overlap(
      "align", reference, other, "--output-dir", files.directory, "--force")
    #expect(onInputs.status == 73)
    #expect(onInputs.errors.contains("one of the inputs"))
  }

  @Test("prints the same columns for every pair with --csv")
  func commaSeparated() throws {
    let other = try files.write(sound, "with, comma.wav")
    let result = try overlap("align", "--csv", reference, other, files.path("missing.wav"))
    let lines = result.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 3)
    #expect(lines[0].hasPrefix("reference,other,aligned,delay_seconds,delay_samples,sample_rate,"))
    #expect(lines[0].hasSuffix(",overlap_seconds,error"))
    #expect(lines[1].hasPrefix("\(reference),\"\(other)\",true,0.125"))
    #expect(lines[2].contains("missing.wav,false,,,"))
    #expect(result.status == 66)
    // What is one character in Swift may be two that count: both ends of a line, an accented quote.
    for (name, quoted) in [("a\r\nb.wav", "a\r\nb.wav"), ("\"\u{301}.wav", "\"\"\u{301}.wav")] {
      let other = try files.write(sound, name)
      let table = try overlap("align", "--csv", reference, other)
      let expected = "\(reference),\"\(files.path(quoted))\",true,0.125"
      #expect(table.output.utf8.contains(Array(expected.utf8)), "\(table.output)")
    }
  }

  @Test("goes through a batch in its order, bad pairs and bad lines included")
  func batch() throws {
    let list = files.write(
      Array(
        """
        \(reference)\t\(other)
        {"reference": "\(other)", "other": "\(reference)"}
        \(files.path("missing.wav"))\t\(other)

        nonsense
        """.utf8), "list.txt")
    let result = try overlap("align", "--batch", list)
    #expect(result.status == 66)
    let objects = try result.output.split(separator: "\n").map { try parse(String($0)) }
    try #require(objects.count == 4)
    #expect(
      try number(objects[0], "delay_seconds") == -(try number(objects[1], "delay_seconds")))
    #expect((objects[2]["error"] as? String)?.contains("no such file") == true)
    #expect((objects[3]["error"] as? String)?.contains("nonsense: ") == true)
    #expect(objects[2]["error_status"] as? Int == 66 && objects[3]["error_status"] as? Int == 65)
    #expect(objects[2]["error_may_pass"] as? Bool == true)
    #expect(objects[3]["error_may_pass"] as? Bool == false)
    #expect(try overlap("align", "--batch", files.path("none.txt")).status == 66)
  }

  @Test("compares the channel that was asked for")
  func channel() throws {
    let path = try files.write(channels: [noise(24_000, seed: 9), sound], "stereo.wav")
    let mono = try files.write(sound, "mono.wav")
    #expect(try overlap("align", "--channel", "1", mono, path).status == 1)
    #expect(try overlap("align", "--channel", "2", path, path).status == 0)
    #expect(try overlap("align", "--channel", "3", path, path).status == 65)
    #expect(try overlap("align", "--channel", "zero", path, path).status == 64)
  }

  @Test("measures the clocks with --drift")
  func drift() throws {
    let object = try parse(try overlap("align", "--json", "--drift", reference, other).output)
    #expect(abs(try number(object, "drift_ppm")) < 1)
    #expect(try number(object, "drift_standard_error_ppm") >= 0)
    #expect(abs(try number(object, "delay_seconds") - 0.125) < 1e-6)
  }
}
