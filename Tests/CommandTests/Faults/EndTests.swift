// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("However it ends")
struct EndTests {
  private let files = TemporaryFiles()

  init() throws {
    _ = try files.write(noise(480_000, seed: 2111), "a.wav")
    _ = try files.write(Array(noise(480_000, seed: 2111).dropFirst(1000)), "b.wav")
  }

  private func left(besides names: String...) -> [String] {
    files.names.filter { !names.contains($0) && !["a.wav", "b.wav"].contains($0) }
  }

  @Test(
    "a signal leaves no program, no temporary file and no new directory",
    arguments: ["INT", "TERM", "HUP", "QUIT"])
  func signals(signal: String) throws {
    // Decodes for ever, as far as anybody can tell, and says so when it is ended by another signal.
    let path = try files.pathWith([
      "ffprobe": "exec $(type -aP ffprobe | sed -n 2p) \"$@\"",
      "ffmpeg": "touch started; while sleep 0.1; do :; done",
    ])
    let made = try run(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-i", files.path("a.wav"), files.path("c.mka")])
    #expect(made.status == 0)
    // With job control, since a shell makes others ignore SIGINT and SIGQUIT, and so do we then.
    let line = """
      set -m
      $overlap align b.wav c.mka --output-dir copies & id=$!
      while [[ ! -e started ]]; do sleep 0.05; done
      pgrep -P $id >children
      kill -\(signal) $id; wait $id; echo $?
      runs() { grep -s '^State:.[^Z]' /proc/$1/status; }
      while read child; do
        for try in {1..60}; do runs $child >try || break; sleep 0.05; done; rm try
        runs $child
      done <children
      """
    let result = try shell(
      line, directory: files.directory, environment: ["TMPDIR": files.directory, "PATH": path])
    let number = ["INT": 130, "TERM": 143, "HUP": 129, "QUIT": 131][signal] ?? 0
    #expect(result.output == "\(number)\n", "\(result.errors)")
    #expect(left(besides: "c.mka", "ffmpeg", "ffprobe", "started", "children") == [])
  }

  @Test("what cannot be written is an error, and leaves nothing")
  func fileSize() throws {
    for (arguments, output) in [
      ("convolve a.wav b.wav -o out.wav", ""), ("align a.wav b.wav --output-dir copies", "a.wav"),
    ] {
      let result = try shell("ulimit -f 100; $overlap \(arguments)", directory: files.directory)
      #expect(result.status == 74, "\(arguments): \(result.errors)")
      #expect(result.errors.contains("File too large"), "\(result.errors)")
      #expect(result.output.isEmpty == output.isEmpty)
      #expect(left() == [])
    }
  }

  @Test("help that nobody gets is no success", arguments: ["help", "--help", "--version"])
  func help(argument: String) throws {
    #expect(
      try shell("$overlap \(argument) >/dev/full", directory: files.directory).status == 74)
    #expect(try shell("$overlap \(argument)", directory: files.directory).status == 0)
  }

  @Test("who reads no further ends it without a word")
  func closedPipe() throws {
    let result = try shell(
      "$overlap align a.wav b.wav --output-dir copies | :; echo ${PIPESTATUS[0]}",
      directory: files.directory)
    #expect(result.output == "141\n" && result.errors == "", "\(result)")
    #expect(left() == [])
  }

  @Test("an input is never written over, but by -o and its own name")
  func inputs() throws {
    try FileManager.default.createSymbolicLink(
      atPath: files.path("link.wav"), withDestinationPath: "b.wav")
    try FileManager.default.linkItem(atPath: files.path("b.wav"), toPath: files.path("hard.wav"))
    let before = files.bytes("b.wav")
    for name in ["link.wav", "./hard.wav", files.path("link.wav")] {
      for command in ["convolve", "correlate"] {
        let result = try overlap(
          [command, "a.wav", "b.wav", "-o", name], directory: files.directory)
        #expect(result.status == 73, "\(command) \(name): \(result.errors)")
      }
    }
    for name in ["b.wav", "link.wav"] {
      for option in ["--report", "--timeline"] {
        let result = try overlap(
          ["align", "a.wav", "b.wav", option, name], directory: files.directory)
        #expect([64, 73].contains(result.status), "\(option) \(name): \(result.errors)")
      }
    }
    #expect(files.bytes("b.wav") == before)
    _ = try files.write([Float(1), 2], "kernel.wav")
    let replaced = try overlap(
      ["convolve", "b.wav", "kernel.wav", "-o", "./b.wav"], directory: files.directory)
    #expect(replaced.status == 0, "\(replaced.errors)")
    #expect(files.bytes("b.wav") != before)
  }

  @Test("an input that is replaced while it runs is not copied in its place")
  func replacedInput() throws {
    let other = try files.write(noise(480_000, seed: 2112), "other.wav")
    // The third file comes late, after the first has been opened.
    let line = """
      { sleep 2; cat b.wav; } | $overlap align a.wav b.wav /dev/stdin --output-dir copies &
      sleep 1; mv \(other) a.wav; wait $!
      """
    let result = try shell(line, directory: files.directory)
    #expect(result.status == 74, "\(result.output) \(result.errors)")
    #expect(result.errors.contains("it was changed since it was aligned"), "\(result.errors)")
    #expect(left() == [])
  }

  @Test("sound whose places its library does not know is copied, too")
  func withoutPlaces() throws {
    let made = try run(
      "ffmpeg",
      ["-nostdin", "-v", "error", "-i", files.path("b.wav"), "-c:a", "gsm_ms", "-ar", "8000"]
        + [files.path("gsm.wav")])
    // Not every ffmpeg has the encoder.
    guard made.status == 0 else { return }
    let result = try overlap(
      ["align", "a.wav", "gsm.wav", "--output-dir", "copies"], directory: files.directory)
    #expect(result.status == 0, "\(result.errors)")
    #expect(FileManager.default.fileExists(atPath: files.path("copies/gsm.wav")))
  }
}
