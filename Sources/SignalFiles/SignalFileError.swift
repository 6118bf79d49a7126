// SPDX-License-Identifier: MIT

internal import ComputeSupport

/// What went wrong with a file of signals: which file it was, what is the matter with it, and what
/// to do.
///
/// ``description`` is one line for people.
public enum SignalFileError: Error, Equatable, CustomStringConvertible {
  /// There is no file at `path`.
  case missing(path: String)
  /// `path` is a directory: as an input, there is no file of that name.
  case isDirectory(path: String)
  /// The file is there, and the system does not let us read it.
  case unreadable(path: String, reason: String)
  /// The file has no bytes, or no samples.
  case empty(path: String)
  /// The file is not of a format that can be read.
  case unrecognized(path: String, expected: String)
  /// The file breaks the rules of its own format.
  case damaged(path: String, problem: String)
  /// The file ends before what its header announces; both are counted in `unit`.
  case truncated(path: String, expected: Int, actual: Int, unit: String)
  /// A sample is NaN or infinite; counted from 0 over the channel's samples.
  case notFinite(path: String, channel: Int, index: Int)
  /// The contents are sound, and not of the kind that was asked for.
  case wrongShape(path: String, expected: String, actual: String)
  /// Memory has no room for what the file holds; both are counted in bytes.
  case tooLarge(path: String, byteCount: Int, available: Int)
  /// The file can be read only by an outside program, and that is not installed.
  case missingProgram(path: String, program: String, advice: String)
  /// The output cannot be created.
  case cannotCreate(path: String, reason: String)
  /// Reading failed half-way.
  case readFailed(path: String, reason: String)
  /// Writing failed half-way; no partial output is left behind.
  case writeFailed(path: String, reason: String)

  /// Whose turn it is to act: all that a choice of an exit status needs.
  package enum Kind {
    case noSuchInput, invalidData, missingProgram, cannotCreateOutput, inputOutput
  }

  package var kind: Kind {
    switch self {
    case .missing, .isDirectory: .noSuchInput
    case .empty, .unrecognized, .damaged, .truncated, .notFinite, .wrongShape, .tooLarge:
      .invalidData
    case .missingProgram: .missingProgram
    case .cannotCreate: .cannotCreateOutput
    case .unreadable, .readFailed, .writeFailed: .inputOutput
    }
  }

  /// The file that the error is about.
  public var path: String {
    switch self {
    case .missing(let path), .isDirectory(let path), .unreadable(let path, _), .empty(let path),
      .unrecognized(let path, _), .damaged(let path, _), .truncated(let path, _, _, _),
      .notFinite(let path, _, _), .wrongShape(let path, _, _), .tooLarge(let path, _, _),
      .missingProgram(let path, _, _), .cannotCreate(let path, _),
      .readFailed(let path, _), .writeFailed(let path, _):
      path
    }
  }

  /// The same of the file that the user named, where another was read in its place.
  package func about(_ path: String) -> SignalFileError {
    switch self {
    case .missing: .missing(path: path)
    case .isDirectory: .isDirectory(path: path)
    case .unreadable(_, let reason): .unreadable(path: path, reason: reason)
    case .empty: .empty(path: path)
    case .unrecognized(_, let expected): .unrecognized(path: path, expected: expected)
    case .damaged(_, let problem): .damaged(path: path, problem: problem)
    case .truncated(_, let expected, let actual, let unit):
      .truncated(path: path, expected: expected, actual: actual, unit: unit)
    case .notFinite(_, let channel, let index):
      .notFinite(path: path, channel: channel, index: index)
    case .wrongShape(_, let expected, let actual):
      .wrongShape(path: path, expected: expected, actual: actual)
    case .tooLarge(_, let byteCount, let available):
      .tooLarge(path: path, byteCount: byteCount, available: available)
    case .missingProgram(_, let program, let advice):
      .missingProgram(path: path, program: program, advice: advice)
    case .cannotCreate(_, let reason): .cannotCreate(path: path, reason: reason)
    case .readFailed(_, let reason): .readFailed(path: path, reason: reason)
    case .writeFailed(_, let reason): .writeFailed(path: path, reason: reason)
    }
  }

  /// The file, what is the matter with it, and what to do: one line.
  public var description: String { "\(path): \(parts.problem); \(parts.advice)" }

  /// What is the matter with the file: a part of a sentence.
  package var problem: String { parts.problem }

  private var parts: (problem: String, advice: String) {
    switch self {
    case .missing: ("no such file", "check the path")
    case .isDirectory: ("is a directory", "name a file in it")
    case .unreadable(_, let reason): ("cannot be opened (\(reason))", "check its permissions")
    case .empty: ("the file holds no samples", "choose another file")
    case .unrecognized(_, let expected): ("not \(expected)", "check that it is the right file")
    case .damaged(_, let problem): ("the file is damaged (\(problem))", "record or copy it again")
    case .truncated(_, let expected, let actual, let unit):
      (
        "the file is cut off, \(actual) of \(expected) \(unit) are there",
        "copy it again"
          + (unit == "frames" || unit == "bytes of sound"
            ? ", or keep the rest with `ffmpeg -i` into a new file" : "")
      )
    case .notFinite(_, let channel, let index):
      (
        "sample \(index) of channel \(channel) is not a finite number",
        "export the file again without NaN and infinity"
      )
    case .wrongShape(_, let expected, let actual):
      ("holds \(actual) where \(expected) is needed", "choose another file")
    case .tooLarge(_, let byteCount, let available):
      (memoryProblem(byteCount: byteCount, available: available), memoryAdvice)
    case .missingProgram(_, let program, let advice):
      ("needs the program `\(program)`, which is not installed", advice)
    case .cannotCreate(_, let reason):
      (
        "cannot be created (\(reason))", "choose another name or place"
      )
    case .readFailed(_, let reason):
      ("reading failed (\(reason))", "check the disk, then try again")
    case .writeFailed(_, let reason):
      ("writing failed (\(reason))", "check the free space, then try again")
    }
  }
}

/// What is the matter where so much memory is not to be had: a part of a sentence.
package func memoryProblem(byteCount: Int, available: Int) -> String {
  "needs \(megabytes(byteCount)) of memory, and \(megabytes(available)) may be had"
}

package var memoryAdvice: String {
  "take a shorter part of it, or " + (hasMemoryLimit ? "allow more" : "a machine with more")
}

/// A number of bytes for people, rounded up: "12 MB".
private func megabytes(_ byteCount: Int) -> String { "\((byteCount - 1) / 1_000_000 + 1) MB" }
