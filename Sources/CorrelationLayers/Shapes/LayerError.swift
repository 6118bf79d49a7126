// SPDX-License-Identifier: MIT

/// What can be wrong with a request to a layer.
public enum LayerError: Error, Hashable, CustomStringConvertible {
  /// A number that a layer is made with.
  public enum Parameter: String, Sendable {
    /// The rows or columns of an input that a padding is asked for.
    case inputSize = "a size"
    /// The rows or columns of a kernel.
    case kernelSize = "the size of the kernel"
    /// The rows or columns that an output is to have.
    case outputSize = "the output size"
    /// The distance between patches.
    case stride = "the stride"
    /// The distance between displacements.
    case displacementStride = "the displacement stride"
    /// The distance between the elements under neighbouring weights.
    case dilation = "the dilation"
    /// The zeros on one side.
    case padding = "the padding"
    /// The rows or columns at the end of a transposed convolution.
    case outputPadding = "the output padding"
    /// The largest displacement.
    case maxDisplacement = "the maximal displacement"
    /// The number of groups of channels.
    case groups = "the number of groups"
  }

  /// A shape has a negative size, or more elements than can be counted.
  case invalidShape([Int])
  /// The numbers that are needed at once do not fit into this machine's memory.
  case tooLarge(elements: Int, limit: Int)
  /// There are more or fewer numbers than the shape has places.
  case wrongElementCount(expected: Int, actual: Int)
  /// A parameter is outside its range.
  case outOfRange(Parameter, allowed: ClosedRange<Int>, actual: Int)
  /// The kernel of a correlation layer has no middle.
  case evenKernelSize(Int)
  /// Channels or kernels cannot be divided into so many groups.
  case unevenGroups(groups: Int, count: Int)
  /// The two inputs of a correlation layer have different shapes.
  case differentInputs(FeatureMapShape, FeatureMapShape)
  /// The gradient with respect to the output does not have the output's shape.
  case wrongOutputGradient(expected: FeatureMapShape, actual: FeatureMapShape)
  /// No patch fits into the padded input, or nothing is left of the output.
  case noOutput(
    input: FeatureMapShape, needed: ConvolutionLayer.Extent, available: ConvolutionLayer.Extent)
  /// The number of an input's channels does not go with the weights and the groups.
  case wrongChannelCount(expected: Int, actual: Int)
  /// There is not one number of the bias for each kernel.
  case wrongBiasCount(expected: Int, actual: Int)
  /// A result of integers, counted in their order, does not fit `Int`.
  case overflow(index: Int)
  /// An integer, counted in their order, has more than 64 bits.
  case integerTooLarge(index: Int)
  /// The absolute difference has no such method.
  case unavailableMethod(CorrelationLayer.Method)

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
    case .outOfRange(let parameter, let allowed, let actual):
      "\(parameter.rawValue) must be from \(allowed.lowerBound) to \(allowed.upperBound), "
        + "not \(actual)"
    case .evenKernelSize(let actual):
      "the kernel size must be odd and at least 1, not \(actual)"
    case .unevenGroups(let groups, let count):
      "the number of channels or kernels must be a multiple of the \(groups) groups, not \(count)"
    case .differentInputs(let expected, let actual):
      "the second input must have the shape \(expected), not \(actual)"
    case .wrongOutputGradient(let expected, let actual):
      "the output gradient must have the shape \(expected), not \(actual)"
    case .noOutput(let input, let needed, let available):
      "an input of \(input) gives no output: a patch needs \(needed.rows)x\(needed.columns), and "
        + "there are \(available.rows)x\(available.columns) with the padding"
    case .wrongChannelCount(let expected, let actual):
      "the input must have \(expected) channels, not \(actual)"
    case .wrongBiasCount(let expected, let actual):
      "the bias must have \(expected) channels, not \(actual)"
    case .overflow(let index):
      "the exact result at index \(index) is outside \(Int.min)...\(Int.max)"
    case .integerTooLarge(let index):
      "the integer at index \(index) must have at most 64 bits"
    case .unavailableMethod(let method):
      "the absolute difference has no method \(method)"
    }
  }
}

/// The largest parameter: sums and products of a few of them and of sizes never overflow.
let largestParameter = 1 << 30

/// Checks that a parameter lies within `least` and ``largestParameter``.
func check(
  _ parameter: LayerError.Parameter, _ value: Int, from least: Int = 1,
  to most: Int = largestParameter
) throws(LayerError) {
  guard least...most ~= value else {
    throw .outOfRange(parameter, allowed: least...most, actual: value)
  }
}
