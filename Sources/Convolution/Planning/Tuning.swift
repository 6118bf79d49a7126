internal import FourierTransform

/// What has been measured of a machine once, to be kept: the costs that the planner predicts from,
/// and FFTW's wisdom.
public struct Tuning: Sendable, Equatable {
  /// The planner's costs.
  public var model: CostModel
  /// FFTW's wisdom for `Float`.
  public var floatWisdom: String
  /// FFTW's wisdom for `Double`.
  public var doubleWisdom: String

  /// Creates a tuning from its parts.
  public init(model: CostModel, floatWisdom: String, doubleWisdom: String) {
    self.model = model
    self.floatWisdom = floatWisdom
    self.doubleWisdom = doubleWisdom
  }

  /// Measures this machine: about four minutes, in which it should have nothing else to do.
  ///
  /// - Parameter largestPlan: the longest transform that FFTW is to find the fastest way for.
  /// - Parameter largestCost: the longest transform to time for the planner.
  /// - Parameter report: called with the part of the work that is done, 0 ... 1.
  public static func measured(
    largestPlan: Int = 1 << 18, largestCost: Int = 1 << 22, report: (Double) -> Void = { _ in }
  ) -> Tuning {
    let lengths = (0...TransformLengths.index(atLeast: largestPlan))
      .map(TransformLengths.length(at:)).filter { $0 <= largestPlan }
    // What ships with the package was measured on another machine.
    Wisdom.forget(for: Float.self)
    Wisdom.forget(for: Double.self)
    // Learning a length takes about as long as a number of its transforms.
    let total = Double(lengths.reduce(0, +))
    var learnt = 0.0
    for length in lengths {
      learn(length)
      learnt += Double(length)
      report(0.8 * learnt / total)
    }
    let model = CostModel.measured(largest: largestCost) { report(0.8 + 0.2 * $0) }
    return Tuning(
      model: model, floatWisdom: Wisdom.exported(for: Float.self),
      doubleWisdom: Wisdom.exported(for: Double.self))
  }

  /// Makes the planner and FFTW use it from now on, unless FFTW refuses the wisdom, which is that of
  /// another version or build of it; then the planner stays as it is.
  ///
  /// - Returns: whether it is used.
  public func adopt() -> Bool {
    guard Wisdom.add(floatWisdom, for: Float.self), Wisdom.add(doubleWisdom, for: Double.self)
    else { return false }
    // Only now, because what ships with the package is still needed where this is refused.
    Wisdom.forget(for: Float.self)
    Wisdom.forget(for: Double.self)
    _ = Wisdom.add(floatWisdom, for: Float.self)
    _ = Wisdom.add(doubleWisdom, for: Double.self)
    Planner.shared = Planner(model: model)
    return true
  }
}

/// Learns one of the planner's lengths in both precisions.
private func learn(_ length: Int) {
  do {
    try Wisdom.learn(length: length, for: Float.self)
    try Wisdom.learn(length: length, for: Double.self)
  } catch {
    preconditionFailure("the planner's lengths can be transformed: \(error)")
  }
}
