import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("Sound that is damaged in the middle")
struct DamagedMediaTests {
  private let files = TemporaryFiles()
  /// Four seconds.
  private let sound = noise(4 * 48_000, seed: 101)
  private let reference: String

  init() throws { reference = try files.write(sound, "reference.wav", rate: 48_000) }

  /// The sound as ffmpeg writes it, with other bytes in a part of it.
  private func holed(_ name: String, _ options: [String] = [], length: Int = 2500) throws -> String
  {
    let made = try run(
      "ffmpeg", ["-nostdin", "-v", "error", "-i", reference] + options + [files.path(name)])
    #expect(made.status == 0, "\(made.errors)")
    var bytes = files.bytes(name)
    for index in bytes.count / 2..<bytes.count / 2 + length { bytes[index] = UInt8(index & 127) }
    return files.write(bytes, name)
  }

  /// Names, what ffmpeg is to do, and how many samples the encoder puts before the sound for all to hear.
  private static let kinds: [(String, [String], Double)] = [
    ("a.mp3", [], 0), ("b.mp3", ["-q:a", "4"], 0), ("c.mp3", ["-write_xing", "0"], 1105),
    ("d.flac", [], 0), ("e.ogg", [], 0), ("f.opus", [], 0), ("g.m4a", [], 0),
    ("h.mkv", ["-c:a", "aac"], 1024), ("i.ac3", [], 256), ("j.dts", ["-strict", "-2"], 512),
  ]

  @Test(
    "is used before the damage and behind it, in its place, and nothing is made of the hole",
    arguments: kinds)
  func aligned(name: String, options: [String], priming: Double) throws {
    let delay = priming / 48_000
    let path = try holed(name, options, length: name.hasSuffix("flac") ? 12_000 : 2500)
    let result = try overlap("align", "--json", reference, path)
    #expect(result.status == 0, "\(result.errors)")
    let object = try parse(result.output)
    #expect(abs(try number(object, "delay_seconds") - delay) < 20e-6)
    #expect(object["pieces"] == nil, "\(result.output)")
    #expect(try number(object, "overlap_seconds") > 3.8)
    let gaps = try #require(object["other_gaps"] as? [[String: Double]])
    for gap in gaps {
      let length = try #require(gap["end_seconds"]) - (try #require(gap["start_seconds"]))
      #expect(length < 1.5, "\(gaps)")
    }
    let notes = try #require(object["notes"] as? [String])
    #expect(notes.contains { $0.contains("leave out") }, "\(notes)")
    #expect(notes.contains { $0.contains("ffmpeg says of it") }, "\(notes)")
  }

  @Test(
    "is filtered with its hole where that is asked for", arguments: ["a.mp3", "d.flac", "e.ogg"])
  func filtered(name: String) throws {
    let path = try holed(name, length: name.hasSuffix("flac") ? 12_000 : 2500)
    let kernel = try files.write([1], [1 as Float], "one.npy")
    let output = files.path("out.wav")
    let refused = try overlap("convolve", path, kernel, "-o", output)
    #expect(refused.status == 65 && refused.errors.contains("--partial"), "\(refused.errors)")
    let used = try overlap("convolve", path, kernel, "-o", output, "--partial")
    #expect(used.status == 0 && used.errors.contains("leave out"), "\(used.errors)")
    let aligned = try overlap("align", "--json", reference, output)
    #expect(abs(try number(parse(aligned.output), "delay_seconds")) < 20e-6)
    #expect(abs(try AudioRecording(path: output).frameCount - sound.count) < 2500)
  }
}
