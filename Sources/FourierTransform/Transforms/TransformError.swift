/// What can be wrong with a request for a transform.
public enum TransformError: Error, Equatable, CustomStringConvertible {
  /// A transform's length must be at least 1.
  case invalidLength(Int)
  /// A two-dimensional transform needs at least one row, one column and one plane.
  case invalidShape(rows: Int, columns: Int, count: Int)
  /// A buffer does not have the number of elements that the transform needs.
  case wrongCount(role: String, expected: Int, actual: Int)

  /// The problem in one sentence, with the expected and the actual.
  public var description: String {
    switch self {
    case .invalidLength(let length):
      "a transform's length must be from 1 to \(maximumTransformLength), not \(length)"
    case .invalidShape(let rows, let columns, let count):
      "\(count) transforms of \(rows) by \(columns) numbers: each must be at least 1, and all of "
        + "them together at most \(maximumTransformLength)"
    case .wrongCount(let role, let expected, let actual):
      "the \(role) of this transform has \(expected) elements, not \(actual)"
    }
  }
}

/// The largest length for which no size computed from it can overflow: far beyond any memory.
let maximumTransformLength = Int.max >> 8
