// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("Files with names that are not UTF-8, or alike in Unicode")
struct FileNameTests {
  private let files: TemporaryFiles
  private let delay = 100

  init() throws {
    files = TemporaryFiles()
    let sound = noise(4000, seed: 51)
    _ = try files.write(sound, "first.wav")
    _ = try files.write([Float](repeating: 0, count: delay) + sound, "second.wav")
  }

  /// Runs lines of Bash in the directory of the files; `$overlap` is the command.
  private func bash(_ script: String) throws -> CommandResult {
    try run(
      "bash", ["-c", "overlap=$0; cd \"$1\"; \(script)", try commandPath(), files.directory])
  }

  @Test("two names that differ in such a byte are two files, for reading and for writing")
  func latin1() throws {
    let result = try bash(
      """
      mv first.wav $'caf\\xe9.wav'; mv second.wav $'caf\\xe8.wav'
      "$overlap" align --json $'caf\\xe9.wav' $'caf\\xe8.wav' --output-dir $'d\\xfc' || exit
      [ -s $'d\\xfc/caf\\xe9.wav' ] && [ -s $'d\\xfc/caf\\xe8.wav' ] || exit 99
      "$overlap" convolve --quiet $'caf\\xe9.wav' $'caf\\xe8.wav' -o $'r\\xff.wav' && [ -s $'r\\xff.wav' ]
      """)
    #expect(result.status == 0, "\(result.errors)")
    let object = try parse(result.output)
    #expect(abs(try number(object, "delay_samples") - Double(delay)) < 1e-3)
    #expect(object["other"] as? String == "caf\u{FFFD}.wav")
  }

  @Test("a list of pairs may name them")
  func batch() throws {
    let result = try bash(
      """
      mv first.wav $'caf\\xe9.wav'
      printf 'caf\\xe9.wav\\tsecond.wav\\n{"reference":"caf\\xe9.wav","other":"second.wav"}\\n' |
        "$overlap" align --batch -
      """)
    #expect(result.status == 0, "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      #expect(
        abs(try number(parse(String(line)), "delay_samples") - Double(delay)) < 1e-3)
    }
  }

  @Test("an error names such a file in one line of UTF-8")
  func missing() throws {
    let result = try bash("\"$overlap\" align $'nosuch\\xe9\\x1b.wav' first.wav")
    #expect(result.status == 66)
    #expect(result.errors == "overlap: nosuch\u{FFFD}?.wav: no such file; check the path\n")
  }

  @Test("an accent that is written in two ways makes two files")
  func accents() throws {
    let result = try bash(
      """
      mv first.wav $'e\\xcc\\x81.wav'; mv second.wav $'\\xc3\\xa9.wav'
      "$overlap" align --json $'e\\xcc\\x81.wav' $'\\xc3\\xa9.wav'
      """)
    #expect(result.status == 0, "\(result.errors)")
    #expect(abs(try number(parse(result.output), "delay_samples") - Double(delay)) < 1e-3)
  }
}
