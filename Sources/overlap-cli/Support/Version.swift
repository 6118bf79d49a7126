// SPDX-License-Identifier: MIT

import ComputeSupport
import FourierTransform
import SignalFiles

/// What this command is, and what it works with here: `--version`.
enum Version {
  static let number = "1.0.0-beta"
  /// When this version was made.
  static let date = "2026-11-30"

  /// What there is to know of a command that gives a wrong result, or none.
  static var object: JSONObject {
    let libraries = [("fftw", fftwVersion)] + libraryVersions.map { ($0.name, $0.version) }
    return [
      "version": number, "date": date, "batch_protocol": batchProtocol,
      // Some tell their own name before their version.
      "libraries": JSONObject(libraries.map { ($0, $1.replacing($0 + "-", with: "")) }),
      "instruction_set": instructionSet,
      "programs": [
        "ffmpeg": program("ffmpeg", "-version"), "gnuplot": program("gnuplot", "--version"),
      ] as JSONObject,
    ]
  }

  /// What a program says of its version, if it is there: "gnuplot 5.4 patchlevel 4".
  private static func program(_ name: String, _ option: String) -> String? {
    guard case .ended(succeeded: true, let output) = ExternalProgram.run(name, [option]) else {
      return nil
    }
    let line = String(decoding: output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    return line.firstRange(of: " Copyright").map { String(line[..<$0.lowerBound]) } ?? line
  }
}
