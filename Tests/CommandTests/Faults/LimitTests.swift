// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("Where little may be had")
struct LimitTests {
  private let files = TemporaryFiles()

  init() throws {
    _ = try files.write(noise(160_000, seed: 2121), "a.wav")
    _ = try files.write(Array(noise(160_000, seed: 2121).dropFirst(1000)), "b.wav")
    let made = try run(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-i", files.path("b.wav"), files.path("c.mka")])
    #expect(made.status == 0)
  }

  private func expectAnswer(_ result: CommandResult, _ comment: String) {
    if result.status == 0 { return }
    #expect([65, 74].contains(result.status), "\(comment): \(result.status) \(result.errors)")
    #expect(result.errors.hasPrefix("overlap: "), "\(comment): \(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1, "\(comment): \(result.errors)")
  }

  @Test("few descriptors are enough, or an error", arguments: [6, 8, 10, 12, 16, 20])
  func descriptors(count: Int) throws {
    for other in ["b.wav", "c.mka"] {
      let result = try shell(
        "ulimit -n \(count); $overlap align a.wav \(other)", directory: files.directory)
      expectAnswer(result, "\(count) descriptors, \(other)")
      if count == 20 { #expect(result.status == 0, "\(result.errors)") }
    }
  }

  @Test("little memory is enough, or an error", arguments: [60, 80, 100, 150, 200, 300, 400])
  func addresses(megabytes: Int) throws {
    for other in ["b.wav", "c.mka"] {
      let result = try shell(
        "ulimit -v \(megabytes << 10); $overlap align a.wav \(other)", directory: files.directory)
      expectAnswer(result, "\(megabytes) MB, \(other)")
    }
    let result = try shell(
      "ulimit -v \(megabytes << 10); $overlap convolve a.wav b.wav -o out.wav",
      directory: files.directory)
    expectAnswer(result, "\(megabytes) MB, convolve")
    #expect(files.names.contains("out.wav") == (result.status == 0))
  }

  /// Whether a process without privileges can be had, whose threads are limited.
  private static let canLimit =
    (try? run("setpriv", ["--reuid=12345", "--regid=12345", "--clear-groups", "true"]))?.status == 0

  @Test("one thread is enough", .enabled(if: canLimit), arguments: 1...4)
  func threads(count: Int) throws {
    let everybody = [FileAttributeKey.posixPermissions: 0o777]
    try FileManager.default.setAttributes(everybody, ofItemAtPath: files.directory)
    for other in ["b.wav", "c.mka"] {
      let line = "ulimit -u \(count); exec $overlap align a.wav \(other)"
      let result = try shell(
        "export overlap; setpriv --reuid=12345 --regid=12345 --clear-groups bash -c '\(line)'",
        directory: files.directory)
      expectAnswer(result, "\(count) threads, \(other)")
      if other == "b.wav" { #expect(result.status == 0, "\(result.errors)") }
    }
  }

  @Test("--max-memory refuses what needs more, with the figure, and nothing else")
  func ownLimit() throws {
    try NumPyArray([Float](repeating: 1, count: 1 << 22)).write(to: files.path("long.npy"))
    let arguments = ["convolve", "long.npy", "long.npy", "-o", "out.npy", "--max-memory"]
    let refused = try overlap(arguments + ["80M"], directory: files.directory)
    #expect(refused.status == 65, "\(refused.errors)")
    #expect(
      refused.errors.hasSuffix("MB may be had; take a shorter part of it, or allow more\n"),
      "\(refused.errors)")
    #expect(!files.names.contains("out.npy"))
    #expect(try overlap(arguments + ["1G"], directory: files.directory).status == 0)
    for command in [["plan", "1000", "10"], ["align", "a.wav", "b.wav"]] {
      let result = try overlap(command + ["--max-memory", "1G"], directory: files.directory)
      #expect(result.status == 0, "\(result.errors)")
    }
    for wrong in ["much", "-1", ""] {
      let result = try overlap(["plan", "10", "10", "--max-memory", wrong])
      #expect(result.status == 64, "\(wrong): \(result.errors)")
    }
  }

  @Test("a list without lines is none")
  func endlessLine() throws {
    let result = try overlap("align", "--batch", "/dev/zero")
    #expect(result.status == 65, "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1, "\(result.errors)")
  }

  @Test("a pipe in the place of the cache is not waited for")
  func pipeAsCache() throws {
    let line = "mkdir cache cache/overlap; mkfifo cache/overlap/tuning; $overlap plan 1000 10"
    let result = try shell(
      line, directory: files.directory,
      environment: ["XDG_CACHE_HOME": files.path("cache")])
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("ignoring the measurements"), "\(result.errors)")
  }
}
