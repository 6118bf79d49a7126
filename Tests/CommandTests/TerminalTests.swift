// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("What a terminal shows")
struct TerminalTests: OfTwoRecordings {
  let recordings = TwoRecordings(of: 24_000, seed: 1)

  /// All that a terminal of so many columns gets while `overlap` waits for a file out of a pipe.
  private func terminal(columns: Int = 80, _ options: String...) throws -> String {
    let line =
      "stty cols \(columns); '\(try commandPath())' align '\(reference)' "
      + "<(sleep 2.5; cat '\(other)') \(options.joined(separator: " "))"
    return try run(
      "env", ["TERM=xterm", "SHELL=/bin/bash", "script", "-qec", line, "/dev/null"]
    ).output
  }

  @Test("A bar moves while a step takes long, and is gone before a result is printed")
  func bar() throws {
    let output = try terminal()
    let clear = "\r\u{1B}[K"
    // Two pictures of it at least, and the time that has passed.
    #expect(output.split(separator: "\r").filter { $0.contains("█") }.count > 2, "\(output)")
    #expect(output.contains("Aligning") && output.contains("0:01") && output.contains("0:02"))
    #expect(output.contains(clear + "Every event comes "), "\(output)")
    let last = try #require(output.components(separatedBy: clear).last)
    #expect(!last.contains("█"))
  }

  @Test("A bar tells how much of a file ffmpeg has decoded")
  func decoding() throws {
    let video = files.path("video.mkv")
    #expect(try run("ffmpeg", ["-nostdin", "-v", "error", "-i", other, video]).status == 0)
    // As slowly as it would be played.
    let slow = files.write(
      Array("#!/bin/sh\nPATH=${PATH#*:}\nexec ffmpeg -re \"$@\"\n".utf8), "ffmpeg")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: slow)
    let line =
      "PATH='\(files.directory)':\"$PATH\" '\(try commandPath())' align '\(reference)' '\(video)'"
    let output = try run(
      "env", ["TERM=xterm", "SHELL=/bin/bash", "script", "-qec", line, "/dev/null"]
    ).output
    let pictures = output.split(separator: "\r").filter { $0.contains("Decoding") }
    let parts = pictures.compactMap { picture in
      picture.split(separator: "%").first?.split(separator: " ").last.flatMap { Int($0) }
    }
    #expect(parts.count > 2 && parts == parts.sorted(), "\(parts)")
    #expect(
      (parts.first ?? 0) < 70 && (parts.last ?? 0) > 70 && (parts.last ?? 0) <= 100, "\(parts)")
  }

  @Test(
    "A command that is interrupted leaves no bar and no file", arguments: ["INT", "TERM", "HUP"])
  func interruption(signal: String) throws {
    let line =
      "TMPDIR='\(files.directory)' timeout --foreground -s \(signal) 2 '\(try commandPath())' align "
      + "'\(reference)' <(sleep 4) ; echo status $?"
    let output = try run(
      "env", ["TERM=xterm", "SHELL=/bin/bash", "script", "-qec", line, "/dev/null"]
    ).output
    #expect(output.contains("█") && output.contains("status 124"), "\(output)")
    let last = try #require(output.components(separatedBy: "\r\u{1B}[K").last)
    #expect(!last.contains("█"), "\(output)")
    #expect(files.names.sorted() == ["other.wav", "reference.wav"])
  }

  @Test("A bar is no longer than a line, and --quiet has none")
  func widths() throws {
    let pictures = try terminal(columns: 50).split(separator: "\r").filter { $0.contains("█") }
    #expect(!pictures.isEmpty)
    for picture in pictures {
      #expect(picture.prefix { $0 != "\u{1B}" }.count < 50, "\(picture)")
    }
    #expect(!(try terminal("--quiet").contains("█")))
  }
}
