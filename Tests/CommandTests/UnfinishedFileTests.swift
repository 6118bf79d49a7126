// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("Files that were never closed, and headers that lie")
struct UnfinishedFileTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 16_000, seed: 91)

  /// Runs the command in one gigabyte of address space.
  private func limited(_ arguments: [String]) throws -> CommandResult {
    try run(
      "bash", ["-c", "ulimit -v 1000000; exec \"$0\" \"$@\"", try commandPath()] + arguments)
  }

  /// - Parameter count: How many samples of the sound are in it.
  private func lying(_ header: LyingHeader, count: Int = 16_000) throws -> String {
    let name = "lying-\(header.description.filter(\.isLetter)).\(header.kind)"
    let good = try files.write(
      channels: [Array(sound.prefix(count))], name, as: header.kind == "wav" ? .float32 : .pcm16)
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: good)))
    header.edit(&bytes)
    return files.write(bytes, name)
  }

  @Test(
    "align uses what is there and says so; convolve does with --partial", arguments: lyingHeaders)
  func lyingSound(header: LyingHeader) throws {
    let path = try lying(header)
    let aligned = try limited(["align", "--json", reference, path])
    #expect(aligned.status == 0, "\(aligned.errors)")
    let object = try parse(aligned.output)
    #expect(abs(try number(object, "delay_seconds") - 0.125) < 1e-4)
    let notes = try #require(object["notes"] as? [String])
    #expect(notes.allSatisfy { $0.hasPrefix(path) && $0.hasSuffix("what is there is used") })
    #expect(aligned.errors.split(separator: "\n").count == notes.count)

    let kernel = try files.write([1], [1 as Float], "one.npy")
    let output = files.path("out.wav")
    for arguments in [["convolve", path, kernel], ["correlate", kernel, path]] {
      let refused = try limited(arguments + ["-o", output])
      #expect(refused.status == 65, "\(refused.errors)")
      #expect(refused.errors.hasPrefix("overlap: \(path): "))
      #expect(refused.errors.contains("--partial"))
      #expect(refused.errors.filter { $0 == "\n" }.count == 1)
      #expect(!files.names.contains("out.wav"))
    }
    let used = try limited(["convolve", path, kernel, "-o", output, "--partial", "--json"])
    #expect(used.status == 0, "\(used.errors)")
    // Only the number that lies would tell where the last block of Ogg ends.
    let count = try #require(try parse(used.output)["count"] as? Int)
    #expect((header.kind.hasPrefix("o") ? 0..<8192 : 0..<1) ~= count - sound.count)
    #expect((try parse(used.output)["notes"] as? [String])?.count == 1)
  }

  @Test(
    "what is left of a file that is cut off is aligned",
    arguments: ["wav", "aiff", "au", "caf", "w64", "flac", "ogg", "mp3"])
  func cut(kind: String) throws {
    // Twice as much, half of which is lost.
    let long = sound + noise(16_000, seed: 92)
    let whole = try files.write(long, "whole." + kind, as: .pcm16)
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: whole)))
    let path = files.write(Array(bytes[..<(bytes.count * 6 / 10)]), "cut." + kind)
    let result = try overlap("align", "--json", reference, path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(abs(try number(parse(result.output), "delay_seconds") - 0.125) < 1e-4)
    #expect((try parse(result.output)["notes"] as? [String])?.count == 1, "\(result.output)")
    let kernel = try files.write([1], [1 as Float], "one.npy")
    #expect(try overlap("convolve", path, kernel, "-o", files.path("out.wav")).status == 65)
    #expect(
      try overlap("convolve", path, kernel, "-o", files.path("out.wav"), "--partial").status == 0)
    let count = try AudioRecording(path: files.path("out.wav")).frameCount
    // Ogg has pages of a second and more.
    #expect(count > 8000 && count < 24_000)
  }

  @Test(
    "sizes that were never filled in are those of what is there",
    arguments: [
      [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0xFF, count: 16),
    ])
  func neverClosed(sizes: [UInt8]) throws {
    let wave = try files.write(sound, "sound.wav", as: .pcm16)
    let made = try run(
      "ffmpeg",
      ["-v", "error", "-i", wave, "-rf64", "always", "-c:a", "copy", files.path("large.wav")])
    #expect(made.status == 0, "\(made.errors)")
    var bytes = files.bytes("large.wav")
    let place = try #require(bytes.place(of: "ds64"))
    bytes.set(sizes, at: place + 8)
    let path = files.write(bytes, "never.wav")
    #expect(try AudioRecording(path: path).channels == AudioRecording(path: wave).channels)
    // FLAC to a pipe announces nothing.
    let piped = try run(
      "sh",
      [
        "-c", "ffmpeg -v error -i \"$0\" -f flac - > \"$1\"", wave,
        files.path("piped.flac"),
      ])
    #expect(piped.status == 0)
    #expect(
      try AudioRecording(path: files.path("piped.flac")).channels
        == AudioRecording(path: wave).channels)
  }

  @Test("arrays that announce more than they hold take no memory")
  func arrays() throws {
    let vector = try files.write([100], noise(100, seed: 93), "vector.npy")
    var bytes = files.bytes("vector.npy")
    let place = try #require(bytes.place(of: "(100,), }"))
    bytes.set(Array("(100000000000,), }".utf8), at: place)
    let lying = files.write(bytes, "lying.npy")
    for arguments in [
      ["convolve", lying, vector], ["correlate", vector, lying], ["conv2d", lying, vector],
    ] {
      #expect(try limited(arguments + ["-o", files.path("out.npy")]).status == 65)
    }
    // A column and a row, of which each is small.
    let column = try files.write([100_000, 1], noise(100_000, seed: 94), "column.npy")
    let row = try files.write([1, 100_000], noise(100_000, seed: 95), "row.npy")
    let result = try limited(["convolve", column, row, "-o", files.path("out.npy")])
    #expect(result.status == 65)
    #expect(result.errors.contains("needs 160000 MB of memory"), "\(result.errors)")
  }

  @Test("an image of a few bytes that unpacks to many is refused where memory has no room")
  func images() throws {
    let bomb = files.path("bomb.png")
    let made = try run(
      "ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "color=black:s=8000x8000:r=1", "-frames:v", "1",
        "-pix_fmt",
        "gray", bomb,
      ])
    #expect(made.status == 0 && files.bytes("bomb.png").count < 100_000, "\(made.errors)")
    let result = try run(
      "bash",
      [
        "-c", "ulimit -v 400000; exec \"$0\" match \"$1\" \"$1\" --threads 1", try commandPath(),
        bomb,
      ])
    #expect(result.status == 65, "\(result.errors)")
    #expect(result.errors.contains(" MB of memory, and "), "\(result.errors)")
  }

  @Test("a batch of 200 files, among them each bad kind, gives 200 results in order")
  func batch() throws {
    // Half a second is enough of each.
    let reference = try files.write(Array(sound[1000..<4000]), "short-reference.wav")
    var names = try lyingHeaders.map { try lying($0, count: 4000) }
    names.append(files.path("missing.wav"))
    names.append(files.write([], "empty.wav"))
    names.append(files.write(Array("no sound".utf8), "text.wav"))
    names.append(files.write(Array(files.bytes("reference.wav")[..<30]), "short.wav"))
    names.append(try files.write([Float](repeating: 0, count: 4000), "silent.wav"))
    names.append(try files.write([Float](repeating: .nan, count: 4000), "nan.wav"))
    names.append(try files.write([0.5], "sample.wav"))
    names.append(files.directory)
    let lines = (0..<200).map { "\(reference)\t\(names[$0 % names.count])" }
    let list = files.write(Array(lines.joined(separator: "\n").utf8), "list.txt")
    let result = try limited(["align", "--quiet", "--batch", list])
    #expect(result.status == 65 || result.status == 66)
    let answers = try result.output.split(separator: "\n").map { try parse($0) }
    try #require(answers.count == 200)
    for (index, answer) in answers.enumerated() {
      #expect(answer["other"] as? String == names[index % names.count])
      let isLying = index % names.count < lyingHeaders.count
      #expect(answer["aligned"] as? Bool == isLying, "\(answer)")
    }
  }
}
