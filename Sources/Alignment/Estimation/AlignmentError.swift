// SPDX-License-Identifier: MIT

/// Why two signals could not be compared.
///
/// That they have nothing in common is no error: it is a ``DelayEstimate`` that is not
/// ``DelayEstimate/isReliable(atMost:)``.
public enum AlignmentError: Error, Equatable, CustomStringConvertible {
  /// Which of the two signals is meant.
  public enum Role: Sendable {
    /// The one that stays where it is.
    case reference
    /// The one whose delay is sought.
    case other
  }

  /// A signal is shorter than the 10 ms that aligning needs.
  case tooShort(role: Role, frameCount: Int, sampleRate: Double)
  /// All samples of a signal are equal: there is nothing to align by.
  case silent(role: Role)
  /// A sample is NaN or infinite; counted from 0.
  case notFinite(role: Role, index: Int)
  /// A sample rate must be positive and finite.
  case invalidSampleRate(role: Role, Double)
  /// An option cannot be used: which one, and why.
  case invalidOption(String)
  /// The source of a signal failed.
  case sourceFailed(role: Role, any Error)
  /// Memory has no room for a search of signals so long; both are counted in bytes.
  case tooLarge(byteCount: Int, available: Int)
  /// The work was done in `runCancellable(progress:_:)`, and its task was cancelled.
  case cancelled

  /// In seconds; below, there are fewer independent values than a delay's significance needs.
  static var shortestDuration: Double { 0.01 }

  /// The signal that the error is about, if it is one of them.
  package var role: Role? {
    switch self {
    case .tooShort(let role, _, _), .silent(let role), .notFinite(let role, _),
      .invalidSampleRate(let role, _), .sourceFailed(let role, _):
      role
    case .invalidOption, .tooLarge, .cancelled: nil
    }
  }

  /// The problem without the name of the signal, in one sentence.
  package var problem: String {
    switch self {
    case .tooShort(_, let frameCount, let sampleRate):
      "lasts \(frameCount) samples at \(plain(sampleRate)) Hz, which is less than the 10 ms that "
        + "aligning needs"
    case .silent: "is silent: all its samples are equal, so there is nothing to align by"
    case .notFinite(_, let index): "sample \(index) is not a finite number"
    case .invalidSampleRate(_, let rate): "a sample rate must be positive, not \(plain(rate))"
    case .invalidOption(let problem): problem
    case .sourceFailed(_, let error): "\(error)"
    case .tooLarge(let byteCount, let available):
      "so long a search needs \(byteCount / 1_000_000) MB of memory, and "
        + "\(available / 1_000_000) MB may be had; align shorter stretches"
    case .cancelled: "the work was cancelled"
    }
  }

  /// The problem in one sentence.
  public var description: String {
    guard let role else { return problem }
    return "the \(role) signal: \(problem)"
  }

  /// Whether both say the same.
  public static func == (first: Self, second: Self) -> Bool {
    first.description == second.description
  }
}

/// A number without the ".0" of a whole one.
private func plain(_ value: Double) -> String { Int(exactly: value)?.description ?? "\(value)" }
