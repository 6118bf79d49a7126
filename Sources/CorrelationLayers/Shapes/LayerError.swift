/// What can be wrong with a request to a layer.
public enum LayerError: Error, Equatable, CustomStringConvertible {
  /// A shape has a negative size, or more elements than can be counted.
  case invalidShape([Int])
  /// The numbers that are needed at once do not fit into this machine's memory.
  case tooLarge(elements: Int, limit: Int)
  /// There are more or fewer numbers than the shape has places.
  case wrongElementCount(expected: Int, actual: Int)
  /// A parameter is outside its range.
  case invalidParameter(name: String, requirement: String, actual: Int)
  /// Two shapes must be equal and are not.
  case wrongShape(role: String, expected: FeatureMapShape, actual: FeatureMapShape)
  /// The layer's windows do not fit into the padded input.
  case noOutput(input: FeatureMapShape, needed: Int, available: Int, axis: String)
  /// The number of channels does not go with the weights or the groups.
  case wrongChannels(role: String, expected: Int, actual: Int)
  /// The operation has no such method.
  case unavailableMethod(operation: String, method: String)

  /// The problem in one sentence, with the expected and the actual.
  public var description: String {
    switch self {
    case .invalidShape(let sizes):
      "the shape \(sizes.map(String.init).joined(separator: "x")) has a negative size or more "
        + "elements than \(maximumElementCount)"
    case .tooLarge(let elements, let limit):
      "needs memory for \(elements) numbers at once, and this machine has it for \(limit)"
    case .wrongElementCount(let expected, let actual):
      "the shape has \(expected) elements, not \(actual)"
    case .invalidParameter(let name, let requirement, let actual):
      "\(name) must be \(requirement), not \(actual)"
    case .wrongShape(let role, let expected, let actual):
      "\(role) must have the shape \(expected), not \(actual)"
    case .noOutput(let input, let needed, let available, let axis):
      "an input of \(input) gives no output: a window needs \(needed) \(axis), and there are "
        + "\(available) with the padding"
    case .wrongChannels(let role, let expected, let actual):
      "\(role) must have \(expected) channels, not \(actual)"
    case .unavailableMethod(let operation, let method):
      "\(operation) has no method \(method)"
    }
  }
}

/// The largest value of a parameter: small enough for sums and products of a few parameters and
/// sizes never to overflow.
let largestParameter = 1 << 30

/// Checks that a parameter lies within `least` and ``largestParameter``.
///
/// - Throws: ``LayerError/invalidParameter(name:requirement:actual:)``.
func checkParameter(_ name: String, _ value: Int, from least: Int) throws(LayerError) {
  guard least...largestParameter ~= value else {
    throw .invalidParameter(
      name: name, requirement: "from \(least) to \(largestParameter)", actual: value)
  }
}
