// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("Files that only ffmpeg reads")
struct MediaTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 24_000, seed: 81, as: .pcm16)

  /// Makes a file of `other` and perhaps of a moving picture, as a camera or a phone would.
  private func media(_ name: String, withPicture: Bool) throws -> String {
    let picture = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=10"]
    let result = try run(
      "ffmpeg",
      ["-nostdin", "-v", "error"] + (withPicture ? picture : []) + ["-i", other, "-shortest"]
        + ["file:" + files.path(name)])
    #expect(result.status == 0, "\(result.errors)")
    return files.path(name)
  }

  @Test(
    "are aligned, with a picture and without",
    arguments: [("phone.m4a", false), ("camera.mp4", true), ("screen.mkv", true)])
  func kinds(name: String, withPicture: Bool) throws {
    let path = try media(name, withPicture: withPicture)
    let result = try overlap("align", "--json", reference, path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(abs(try number(parse(result.output), "delay_seconds") - 0.125) < 20e-6)
    #expect(try parse(result.output)["other"] as? String == path)
    // In the other direction, and as a filter's input.
    let back = try overlap("align", "--json", path, reference)
    #expect(abs(try number(parse(back.output), "delay_seconds") + 0.125) < 20e-6)
    let kernel = files.path("kernel.npy")
    try NumPyArray(shape: [1], [Float(1)]).write(to: kernel)
    let copy = try overlap("convolve", path, kernel, "-o", files.path("copy.wav"))
    #expect(copy.status == 0, "\(copy.errors)")
    let copied = try overlap("align", "--json", path, files.path("copy.wav"))
    #expect(abs(try number(parse(copied.output), "delay_seconds")) < 1e-9)
  }

  @Test("may be called anything")
  func names() throws {
    let path = try media("phone.m4a", withPicture: false)
    for name in [
      "-y.m4a", "-i", "a:b.m4a", "two\nlines.m4a", "'q\" `x` $(x) %03d.m4a", "concat:x|y",
      "http:x.m4a",
      "pipe:0", "file:x", "subfile,,start,0,end,9,,:x", "x.m3u8", "x.ffconcat", "x?y#z=%20.m4a",
    ] {
      try FileManager.default.copyItem(atPath: path, toPath: files.path(name))
      let result = try overlap(
        ["align", "--json", "--", "reference.wav", name], directory: files.directory)
      #expect(result.status == 0, "\(name): \(result.errors)")
      #expect(try parse(result.output)["other"] as? String == name)
    }
  }

  @Test("are not followed to others that they name")
  func lists() throws {
    _ = try media("phone.m4a", withPicture: false)
    for (name, text) in [
      (
        "list.m3u8",
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:6,\nphone.m4a\n"
          + "#EXT-X-ENDLIST\n"
      ), ("list.ffconcat", "ffconcat version 1.0\nfile phone.m4a\n"),
      ("list.m4a", "ffconcat version 1.0\nfile phone.m4a\n"),
    ] {
      let path = files.write(Array(text.utf8), name)
      let result = try overlap("align", reference, path)
      #expect(result.status == 65, "\(name)")
      #expect(result.errors.contains("a list of other files"), "\(name): \(result.errors)")
      #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }
  }

  @Test("become WAV in aligned copies")
  func copies() throws {
    let path = try media("camera.mp4", withPicture: true)
    let directory = files.path("aligned")
    let result = try overlap("align", reference, path, "--output-dir", directory)
    #expect(result.status == 0, "\(result.errors)")
    let again = try overlap(
      "align", "--json", directory + "/reference.wav", directory + "/camera.mp4.wav")
    #expect(abs(try number(parse(again.output), "delay_seconds")) < 20e-6)
  }

  @Test("need ffmpeg, and the message says how to get it")
  func missingProgram() throws {
    let path = try media("phone.m4a", withPicture: false)
    for arguments in [
      ["align", reference, path], ["align", path, reference],
      ["convolve", path, reference, "-o", files.path("out.wav")],
    ] {
      let result = try overlap(arguments, path: "/nowhere")
      #expect(result.status == 69)
      #expect(result.output == "")
      #expect(result.errors.hasPrefix("overlap: \(path): "))
      #expect(result.errors.contains("apt-get install ffmpeg"))
      #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }
    // What libsndfile reads needs no ffmpeg.
    #expect(try overlap(["align", reference, other], path: "/nowhere").status == 0)
  }

  @Test("that break off are aligned by what is there, and filtered whole or not at all")
  func broken() throws {
    let whole = Array(
      try Data(contentsOf: URL(fileURLWithPath: media("screen.mkv", withPicture: true))))
    let path = files.write(Array(whole.prefix(whole.count / 2)), "cut.mkv")
    let result = try overlap("align", "--json", reference, path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(abs(try number(parse(result.output), "delay_seconds") - 0.125) < 1e-3)
    #expect(result.errors.contains("s are missing"), "\(result.errors)")
    let filtered = try overlap("convolve", path, reference, "-o", files.path("out.wav"))
    #expect(filtered.status == 65)
    #expect(filtered.errors.contains("s are missing"), "\(filtered.errors)")
  }

  @Test("that are damaged or without sound are errors, with the right words")
  func damaged() throws {
    let whole = Array(
      try Data(contentsOf: URL(fileURLWithPath: media("camera.mp4", withPicture: true))))
    let words = ["never finished it", "not a file that ffmpeg can read", "without sound"]
    var bad = [files.write(Array(whole.prefix(whole.count / 2)), "cut.mp4")]
    bad.append(files.write(Array("no video at all\n".utf8), "text.mp4"))
    bad.append(files.path("mute.mp4"))
    let made = try run(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=1",
        files.path("mute.mp4"),
      ])
    #expect(made.status == 0, "\(made.errors)")
    for (path, words) in zip(bad, words) {
      let result = try overlap("align", reference, path)
      #expect(result.status == 65, "\(path)")
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(result.errors.hasPrefix("overlap: \(path): "), "\(result.errors)")
      #expect(result.errors.filter { $0 == "\n" }.count == 1)
    }
  }

  @Test("leave one line where a library would print its own")
  func damagedMP3() throws {
    let whole = Array(
      try Data(contentsOf: URL(fileURLWithPath: media("song.mp3", withPicture: false))))
    let cut = files.write(Array(whole.prefix(whole.count / 2)), "cut.mp3")
    var holed = whole
    for index in whole.count / 3..<whole.count / 3 + 1500 { holed[index] = UInt8(index & 127) }
    let damaged = files.write(holed, "holed.mp3")
    for path in [cut, damaged] {
      for (arguments, status) in [
        // What is left of a recording is used.
        (["align", reference, path], 0),
        (["convolve", path, reference, "-o", files.path("out.wav")], 65),
      ] as [([String], Int32)] {
        let result = try overlap(arguments)
        #expect(result.status == status, "\(path)")
        let lead = status == 0 ? "overlap: note: " : "overlap: "
        let lines = result.errors.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("\(lead)\(path): ") }, "\(result.errors)")
        // Of a hole is told where it is, and what ffmpeg says.
        #expect(lines.count == (status == 0 && path == damaged ? 2 : 1), "\(result.errors)")
      }
    }
  }
}
