// SPDX-License-Identifier: MIT

import Foundation
import TestSupport
import Testing

@Suite("Programs that fail")
struct ProgramFaultTests {
  private let files = TemporaryFiles()
  private let reference: String
  private let video: String

  init() throws {
    reference = try files.write(noise(32_000, seed: 2101), "reference.wav")
    video = files.path("video.mka")
    let made = try run("ffmpeg", ["-nostdin", "-v", "error", "-i", reference, video])
    #expect(made.status == 0, "\(made.errors)")
  }

  @Test(
    "ffmpeg's failures are not the file's",
    arguments: [
      ("ffprobe", "exit 3", "ffmpeg failed"),
      ("ffprobe", "echo cannot load a library >&2; exit 127", "cannot load a library"),
      ("ffprobe", "kill -9 $$", "ended by signal 9"),
      ("ffprobe", "exec yes", "ffmpeg failed"),
      ("ffprobe", "exec yes >&2", "prints without end"),
      ("ffmpeg", "exit 3", "ffmpeg failed"),
      ("ffmpeg", "kill -SEGV $$", "ended by signal 11"),
      ("ffmpeg", "exec cat /dev/zero >&2", "prints without end"),
    ])
  func ffmpeg(program: String, script: String, words: String) throws {
    let result = try overlap(
      ["align", reference, video], path: files.pathWith([program: script]))
    #expect(result.status == 74, "\(result.errors)")
    #expect(result.errors.hasPrefix("overlap: \(video): "), "\(result.errors)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1, "\(result.errors)")
  }

  @Test("sound that ffmpeg decodes and does not write is never taken for all there is")
  func fewerSamples() throws {
    // Its file may have 40,000 bytes, of 128,000.
    let path = try files.pathWith([
      "ffmpeg": "trap '' XFSZ; ulimit -f 40; exec $(type -aP ffmpeg | sed -n 2p) \"$@\""
    ])
    let result = try overlap(["align", reference, video], path: path)
    #expect(result.status == 74, "\(result.output) \(result.errors)")
    #expect(result.errors.contains("of 32000 samples that it decoded"), "\(result.errors)")
  }

  @Test(
    "gnuplot's failures leave no figure, and the results that there are",
    arguments: [
      ("exit 3", Int32(69)), ("exec <&-; exit 0", 69), ("exec yes", 69), ("exec yes >&2", 74),
      ("kill -9 $$", 74), ("cat >/dev/null; exit 1", 69),
    ])
  func gnuplot(script: String, status: Int32) throws {
    let path = try files.pathWith(["gnuplot": "[[ $1 = --version ]] && exit 0\n\(script)"])
    let figure = files.path("figure.svg")
    let result = try overlap(["align", reference, reference, "--plot", figure], path: path)
    #expect(result.status == status, "\(result.errors)")
    #expect(!result.output.isEmpty)
    #expect(result.errors.hasPrefix("overlap: \(figure): "), "\(result.errors)")
    #expect(result.errors.filter { $0 == "\n" }.count == 1, "\(result.errors)")
    #expect(files.names.filter { $0.contains("figure.svg") } == [])
  }

  @Test("names that begin with quotes are drawn", arguments: ["'a.wav", "''", "\"a\".wav", "'"])
  func quotes(name: String) throws {
    let file = try files.write(noise(32_000, seed: 2101), name + ".wav")
    let figure = files.path("figure.svg")
    let result = try overlap("align", reference, file, "--plot", figure)
    #expect(result.status == 0, "\(result.errors)")
    let drawn = try String(contentsOfFile: figure, encoding: .utf8)
    let shown = name.replacingOccurrences(of: "'", with: "&#39;")
      .replacingOccurrences(of: "\"", with: "&quot;")
    #expect(drawn.contains(shown + ".wav") || drawn.contains(name + ".wav"))
  }

  @Test("a program that has closed its streams and goes on is waited for, and not for ever")
  func quiet() throws {
    let path = try files.pathWith(["ffprobe": "exec >&- 2>&-; sleep 0.5; exit 3"])
    let result = try overlap(["align", reference, video], path: path)
    #expect(result.status == 74, "\(result.errors)")
  }
}
