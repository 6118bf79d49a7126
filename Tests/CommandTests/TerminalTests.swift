import Foundation
import TestSupport
import Testing

@Suite("What a terminal shows")
struct TerminalTests {
  private let files: TemporaryFiles
  private let reference: String
  private let other: String

  init() throws {
    files = TemporaryFiles()
    let sound = noise(24_000, seed: 1)
    reference = try files.write(Array(sound.dropFirst(1000)), "reference.wav")
    other = try files.write(sound, "other.wav")
  }

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
