// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("Aligned copies with pictures")
struct PictureCopyTests {
  private let files = TemporaryFiles()
  private let sound = noise(128_000, seed: 91)

  /// A camera that hears the sound from a sample on, for six seconds, and takes 25 pictures a second, of
  /// which few stand for themselves.
  ///
  /// - Parameter delay: When it starts by the file's clock, in seconds.
  private func camera(
    from start: Int, _ name: String = "camera.mov", delay: Double = 0
  ) throws -> String {
    let heard = try files.write(Array(sound[start..<start + 48_000]), "heard.wav")
    let made = try run(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=r=25:s=96x64:d=6", "-i",
        heard, "-c:v", "mpeg4", "-g", "40", "-bf", "2", "-c:a", "pcm_f32le", "-output_ts_offset",
        "\(delay)",
        files.path(name),
      ])
    #expect(made.status == 0, "\(made.errors)")
    return files.path(name)
  }

  /// When each picture of a file is shown, in seconds, and a sum of what it shows.
  private func pictures(_ path: String) throws -> [(time: Double, sum: String)] {
    let shown = try run(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-copyts", "-i", path, "-map", "0:v", "-fps_mode",
        "passthrough", "-enc_time_base", "1:90000", "-f", "framemd5", "-",
      ])
    return shown.output.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
      let fields = line.split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      return Double(fields[2]).map { ($0 / 90_000, fields[5]) }
    }
  }

  private func delay(_ reference: String, _ other: String) throws -> Double {
    try number(try parse(overlap("align", "--json", reference, other).output), "delay_seconds")
  }

  @Test(
    "show every picture at its time on the line, over the aligned sound",
    arguments: [("camera.mov", 0), ("camera.mkv", 0.7)])
  func padded(name: String, start: Double) throws {
    let reference = try files.write(Array(sound[..<100_000]), "reference.wav")
    let camera = try camera(from: 16_100, name, delay: start)
    let result = try overlap(
      "align", reference, camera, "--output-dir", files.path("copies"), "--video")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      abs(try delay(files.path("copies/reference.wav"), files.path("copies/camera.mov"))) < 1e-6)
    let (before, after) = (try pictures(camera), try pictures(files.path("copies/camera.mov")))
    #expect(before.count == 150)
    #expect(after.map(\.sum) == before.map(\.sum))
    // Both begin with the sound that is heard then.
    for (old, new) in zip(before, after) {
      #expect(abs(new.time - (old.time - before[0].time) - 16_100.0 / 8000) < 2e-3)
    }
  }

  @Test("are cut at any picture where the line begins later")
  func trimmed() throws {
    let camera = try camera(from: 8000)
    let reference = try files.write(Array(sound[14_400..<64_000]), "reference.wav")
    let result = try overlap(
      "align", reference, camera, "--output-dir", files.path("copies"), "--video", "--trim")
    #expect(result.status == 0, "\(result.errors)")
    let (before, after) = (try pictures(camera), try pictures(files.path("copies/camera.mov")))
    // The reference begins 0.8 s after the camera: 20 pictures.
    let first = try #require(after.first)
    let place = try #require(before.firstIndex { $0.sum == first.sum })
    #expect(20...21 ~= place)
    #expect(zip(before[place...], after).allSatisfy { $0.sum == $1.sum })
    #expect(
      abs(try delay(files.path("copies/reference.wav"), files.path("copies/camera.mov"))) < 1e-6)
  }

  @Test("leave nothing behind where a picture cannot be kept, or there is none")
  func refused() throws {
    let reference = try files.write(Array(sound[..<100_000]), "reference.wav")
    let none = try overlap(
      "align", reference, reference, "--output-dir", files.path("none"), "--video")
    #expect(none.status == 64 && none.errors.contains("--video"))
    let alone = try overlap("align", reference, reference, "--video")
    #expect(alone.status == 64)
    // Which QuickTime files do not hold.
    let camera = try camera(from: 16_100)
    let other = files.path("web.mkv")
    let made = try run(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-i", camera, "-c:v", "libvpx-vp9", "-deadline", "realtime",
        "-c:a", "flac", other,
      ])
    #expect(made.status == 0, "\(made.errors)")
    let result = try overlap(
      "align", reference, other, "--output-dir", files.path("copies"), "--video")
    #expect(result.status == 74 && result.errors.contains("web.mov"), "\(result.errors)")
    let left = try FileManager.default.contentsOfDirectory(atPath: files.path("copies"))
    #expect(left == ["reference.wav"])
  }
}
