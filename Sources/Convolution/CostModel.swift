internal import RealModule

/// What the parts of a convolution take on a machine, in seconds, as measured.
///
/// Defaults ship with the package; ``measured(report:)`` makes one for the machine it runs on.
public struct CostModel: Sendable, Hashable, Codable {
  /// The costs of one type of samples.
  public struct Costs: Sendable, Hashable, Codable {
    /// One product of a direct sum, on one thread.
    public var product: Double
    /// What a direct convolution takes besides its products.
    public var directCall: Double
    /// What a convolution by transforms takes besides its blocks.
    public var transformCall: Double
    /// What one block takes, forward, multiply and back, over its length: for each of the planner's
    /// transform lengths from 32 upwards (4, 5, 6, 7 times 8, 16, 32, …).
    public var step: [Double]
  }

  /// The costs by type of samples.
  public var costs: [ElementKind: Costs]
  /// What it takes to start work on more than one thread.
  public var threadStart: Double

  /// Creates a model from its parts.
  public init(costs: [ElementKind: Costs], threadStart: Double) {
    self.costs = costs
    self.threadStart = threadStart
  }
}

extension CostModel.Costs {
  /// Seconds of one block, forward, multiply and back, of the transform length with this index.
  func stepSeconds(at index: Int) -> Double {
    let length = Double(TransformLengths.length(at: index))
    if index < step.count { return step[index] * length }
    // Beyond what was measured the time grows as N log N does.
    let last = step.count - 4 + index % 4
    let known = Double(TransformLengths.length(at: last))
    return step[last] * length * Double.log(length) / Double.log(known)
  }
}
