// SPDX-License-Identifier: MIT

import ComplexModule
import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("Whatever the files hold")
struct RobustnessTests {
  private let files: TemporaryFiles
  private let sound: String

  init() throws {
    files = TemporaryFiles()
    sound = try files.write(noise(2000, seed: 41), "sound.wav")
  }

  /// A good file of each kind, and a command that reads it.
  private func commands() throws -> [(file: String, command: (String) -> [String])] {
    let output = files.path("out.npy")
    let vector = files.path("vector.npy")
    let matrix = files.path("matrix.npy")
    let image = files.path("image.png")
    let maps = files.path("maps.npy")
    let values = noise(4 * 40, seed: 42)
    try NumPyArray(shape: [160], values).write(to: vector)
    try NumPyArray(shape: [8, 20], values).write(to: matrix)
    try NumPyArray(shape: [1, 4, 8, 5], values).write(to: maps)
    try Raster(
      height: 8, width: 20, channels: .grey, planes: [values.map { 128 + 100 * $0 }], bits: 8
    ).write(to: image)
    let flac = try files.write(noise(2000, seed: 43), "sound.flac", as: .pcm16)
    return [
      (sound, { ["align", "--json", sound, $0] }),
      (flac, { ["convolve", $0, vector, "-o", output] }),
      (vector, { ["correlate", vector, $0, "-o", output] }),
      (matrix, { ["convolve", $0, matrix, "-o", output] }),
      (image, { ["match", $0, image] }), (image, { ["register", image, $0] }),
      (maps, { ["correlation-layer", $0, maps, "-o", output] }),
      (maps, { ["conv2d", $0, maps, "-o", output] }),
    ]
  }

  private func check(_ result: CommandResult, _ words: String) {
    #expect([0, 1, 65].contains(result.status), "\(words): \(result.status) \(result.errors)")
    let lines = result.errors.split(separator: "\n").filter { !$0.hasPrefix("overlap: note: ") }
    #expect(lines.count == (result.status == 0 ? 0 : 1), "\(words): \(result.errors)")
    #expect(
      result.status == 0 || !FileManager.default.fileExists(atPath: files.path("out.npy")),
      "\(words)")
    try? FileManager.default.removeItem(atPath: files.path("out.npy"))
  }

  @Test("a file that is cut off anywhere is an error of its own")
  func cut() throws {
    for (file, command) in try commands() {
      let whole = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
      for length in [1, 7, 11, 20, 43, 60, whole.count / 2, whole.count - 1] {
        // Of a recording that is aligned, what is left is used.
        if file == sound && length > 43 { continue }
        let bad = files.write(
          Array(whole.prefix(length)), "bad." + (file.split(separator: ".").last ?? ""))
        let result = try overlap(command(bad))
        check(result, "\(file), \(length) bytes")
        #expect(result.status == 65, "\(file), \(length) bytes")
      }
    }
  }

  @Test("bytes that are wrong give an error or other numbers, and never a crash")
  func wrong() throws {
    var generator = SeededGenerator(seed: 44)
    for (file, command) in try commands() {
      let whole = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
      for round in 0..<6 {
        var bytes = whole
        for _ in 0..<3 {
          let place = Int.random(in: 0..<min(bytes.count, round < 4 ? 64 : .max), using: &generator)
          bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
        }
        let bad = files.write(bytes, "bad." + (file.split(separator: ".").last ?? ""))
        check(try overlap(command(bad)), "\(file), round \(round) of seed 44")
      }
    }
  }

  @Test("sound may come through a pipe")
  func pipes() throws {
    let other = try files.write(Array(noise(2000, seed: 41).dropFirst(100)), "other.wav")
    for arguments in ["<(cat \"$1\") \"$2\"", "\"$1\" <(cat \"$2\")"] {
      let result = try run(
        "bash", ["-c", "\"$0\" align --json \(arguments)", try commandPath(), sound, other])
      #expect(result.status == 0, "\(result.errors)")
      #expect(abs(try number(parse(result.output), "delay_seconds") + 0.0125) < 1e-9)
    }
    let text = try run(
      "bash", ["-c", "\"$0\" align \"$1\" <(echo no sound)", try commandPath(), sound])
    #expect(text.status == 65)
    #expect(text.errors.hasPrefix("overlap: /dev/fd/"))
  }

  @Test("results that have nowhere to go are an error, whatever is opened in the place of a stream")
  func closedStreams() throws {
    for (closing, status) in [
      (">&-", 74), ("<&- >&-", 74), (">/dev/full", 74), ("2>&- >/dev/null", 0),
    ] {
      for arguments in ["plan 1000 10", "align --quiet --json \"$1\" \"$1\""] {
        let result = try run(
          "bash", ["-c", "\"$0\" \(arguments) \(closing)", try commandPath(), sound])
        #expect(result.status == status, "\(arguments) \(closing): \(result.errors)")
        #expect(result.output == "")
        #expect(result.errors.filter { $0 == "\n" }.count == (status == 0 ? 0 : 1))
      }
    }
  }

  @Test("a coloured image and complex numbers give complex numbers for each colour")
  func complexColours() throws {
    let planes = (0..<3).map { plane in (0..<12).map { Float(20 * plane + $0) } }
    let image = files.path("colours.png")
    try Raster(height: 3, width: 4, channels: .color, planes: planes, bits: 8).write(to: image)
    let kernel = files.path("kernel.npy")
    try NumPyArray(shape: [1, 1], [Complex<Float>(2, -1)]).write(to: kernel)
    let output = files.path("out.npy")
    let result = try overlap("convolve", image, kernel, "-o", output)
    #expect(result.status == 0, "\(result.errors)")
    let array = try NumPyArray(path: output)
    #expect(array.shape == [3, 4, 3])
    #expect(array.elementType == .complex64)
    let expected = (0..<12).flatMap { index in
      planes.map { Complex<Float>(2 * $0[index], -$0[index]) }
    }
    #expect([Complex<Float>](array) == expected)
  }

  @Test("two results never go to one file, by whatever path")
  func samePlace() throws {
    let vector = files.path("vector.npy")
    try NumPyArray(shape: [3], [Float(1), 2, 3]).write(to: vector)
    try FileManager.default.createSymbolicLink(
      atPath: files.path("link"), withDestinationPath: files.directory)
    for lags in ["out.npy", "./out.npy", files.path("out.npy"), "link/out.npy"] {
      let result = try overlap(
        ["correlate", vector, vector, "-o", "out.npy", "--lags", lags],
        directory: files.directory)
      #expect(result.status == 64, "\(lags)")
      #expect(!FileManager.default.fileExists(atPath: files.path("out.npy")))
    }
  }

  @Test("every command takes --json, --quiet and --threads")
  func everywhere() throws {
    _ = try commands()
    let (vector, matrix) = (files.path("vector.npy"), files.path("matrix.npy"))
    let (image, maps) = (files.path("image.png"), files.path("maps.npy"))
    let output = ["-o", files.path("out.npy")]
    let transposed = files.path("transposed.npy")
    try NumPyArray(shape: [4, 1, 2, 2], noise(16, seed: 45)).write(to: transposed)
    for command in [
      ["align", sound, sound], ["convolve", vector, vector] + output,
      ["correlate", sound, sound] + output, ["convolve", matrix, matrix] + output,
      ["match", image, image], ["register", image, image], ["plan", "1000", "10"],
      ["plan", "100x100", "3x3"],
      ["correlation-layer", maps, maps] + output, ["conv2d", maps, maps] + output,
      ["conv-transpose2d", maps, transposed] + output,
    ] {
      let results = try ["1", "3"].map {
        try overlap(command + ["--json", "--quiet", "--threads", $0])
      }
      #expect(results[0].status == 0, "\(command): \(results[0].errors)")
      #expect(results[0].errors == "")
      #expect(results[0].output.hasSuffix("}\n"))
      let object = try parse(results[0].output)
      #expect(!object.isEmpty)
      if command[0] != "plan" { #expect(results[1].output == results[0].output) }
      for wrong in ["0", "-1", "many"] {
        #expect(try overlap(command + ["--threads", wrong]).status == 64, "\(command) \(wrong)")
      }
    }
  }
}
