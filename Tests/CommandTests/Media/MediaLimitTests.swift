// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("What ffmpeg may take")
struct MediaLimitTests {
  private let files = TemporaryFiles()
  private let reference: String
  private let video: String

  init() throws {
    reference = try files.write(noise(32_000, seed: 111), "reference.wav")
    video = files.path("video.mkv")
    let made = try run("ffmpeg", ["-nostdin", "-v", "error", "-i", reference, video])
    #expect(made.status == 0, "\(made.errors)")
  }

  private static let sleep = "exec sleep 600"

  private func expectFailure(_ result: CommandResult, _ words: String) {
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.hasPrefix("overlap: \(video): "), "\(result.errors)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1, "\(result.errors)")
  }

  /// Whether this system lets everybody mount a small disk.
  private static let canMount =
    (try? run("unshare", ["-rm", "sh", "-c", "mount -t tmpfs -o size=16m none /mnt"]))?.status == 0

  @Test("a disk that is nearly full ends it", .enabled(if: canMount))
  func disk() throws {
    let path = try files.pathWith(["ffmpeg": Self.sleep])
    let line =
      "mount -t tmpfs -o size=16m none /mnt && "
      + "TMPDIR=/mnt PATH='\(path)' exec '\(try commandPath())' align '\(reference)' '\(video)'"
    expectFailure(try run("unshare", ["-rm", "sh", "-c", line]), "the disk of /mnt is nearly full")
  }

  @Test(
    "half a minute without a sign of life ends it",
    .enabled(if: ProcessInfo.processInfo.environment["OVERLAP_TEST_ALL"] != nil),
    arguments: ["ffmpeg", "ffprobe"])
  func patience(program: String) throws {
    let path = try files.pathWith([program: Self.sleep])
    expectFailure(
      try overlap(["align", reference, video], path: path), "no sign of life for 30 s")
  }
}
