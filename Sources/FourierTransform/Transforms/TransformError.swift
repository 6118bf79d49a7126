// SPDX-License-Identifier: MIT

/// What can be wrong with a request for a transform.
public enum TransformError: Error, Hashable, CustomStringConvertible {
  /// A transform's length must be at least 1.
  case invalidLength(Int)
  /// A two-dimensional transform needs at least one row, one column and one plane.
  case invalidShape(rows: Int, columns: Int, count: Int)
  /// The signal does not have the number of samples that the transform is for.
  case wrongSignalCount(expected: Int, actual: Int)
  /// The spectrum does not have the number of frequencies that the transform has.
  case wrongSpectrumCount(expected: Int, actual: Int)

  /// The problem in one sentence, with the expected and the actual.
  public var description: String {
    switch self {
    case .invalidLength(let length):
      "a transform's length must be from 1 to \(maximumTransformLength), not \(length)"
    case .invalidShape(let rows, let columns, let count):
      "\(count) transforms of \(rows) by \(columns) numbers: each must be at least 1, and all of "
        + "them together at most \(maximumTransformLength)"
    case .wrongSignalCount(let expected, let actual):
      "the signal of this transform has \(expected) elements, not \(actual)"
    case .wrongSpectrumCount(let expected, let actual):
      "the spectrum of this transform has \(expected) elements, not \(actual)"
    }
  }
}

/// The largest length for which no size computed from it can overflow: far beyond any memory.
let maximumTransformLength = Int.max >> 8
