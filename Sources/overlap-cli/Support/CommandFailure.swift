// SPDX-License-Identifier: MIT

import Alignment
import ComputeSupport
import Platform
import SignalFiles

/// The exit statuses, as in the BSD convention `sysexits.h`.
enum ExitStatus: Int32 {
  case noMatch = 1
  case usage = 64
  case invalidData = 65
  case noInput = 66
  case missingProgram = 69
  case cannotCreateOutput = 73
  case inputOutput = 74
}

/// Why a command ends without having done its work: one line for people, and an exit status.
struct CommandFailure: Error {
  var status: ExitStatus
  /// Empty where everything has been said already.
  var message: String
  /// Whether memory was short, of which there may be more at another time.
  private(set) var isForMemory = false
  /// Whether it may be over at another time, or on another machine.
  var mayPass: Bool {
    switch status {
    case .noInput, .missingProgram, .cannotCreateOutput, .inputOutput: true
    case .noMatch, .usage, .invalidData: isForMemory
    }
  }
  /// Whether a file is of no kind that is known, or holds no sound.
  private(set) var isAboutFormat = false

  init(_ status: ExitStatus, _ message: String = "") {
    self.status = status
    self.message = message
  }

  init(_ error: SignalFileError) {
    let status: ExitStatus =
      switch error.kind {
      case .noSuchInput: .noInput
      case .invalidData: .invalidData
      case .missingProgram: .missingProgram
      case .cannotCreateOutput: .cannotCreateOutput
      case .inputOutput: .inputOutput
      }
    self.init(status, error.description)
    switch error {
    case .tooLarge: isForMemory = true
    case .unrecognized, .empty, .wrongShape: isAboutFormat = true
    default: break
    }
  }

  /// Memory ran short half-way.
  init(_ shortage: OutOfMemory.Shortage) {
    let problem = memoryProblem(byteCount: shortage.byteCount, available: availableMemory())
    self.init(.invalidData, "the work \(problem); \(memoryAdvice)")
    isForMemory = true
  }

  /// The failure to align the file `other` with the file `reference`.
  init(_ error: AlignmentError, reference: String, other: String) {
    if case .sourceFailed(_, let cause as SignalFileError) = error {
      self.init(cause)
    } else {
      switch error.role {
      case .reference: self.init(.invalidData, "\(reference): \(error.problem)")
      case .other: self.init(.invalidData, "\(other): \(error.problem)")
      case nil:
        var status = ExitStatus.usage
        if case .tooLarge = error { status = .invalidData }
        self.init(status, error.problem)
        isForMemory = status == .invalidData
      }
    }
  }

  func end() -> Never {
    if !message.isEmpty { printError(message) }
    exit(status.rawValue)
  }
}
