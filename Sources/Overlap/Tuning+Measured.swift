// SPDX-License-Identifier: MIT

// The only place that knows all that is tuned.

extension Tuning {
  /// Measures this machine: about four minutes, in which it should have nothing else to do.
  ///
  /// - Parameter largestPlan: the longest transform that FFTW is to find the fastest way for.
  /// - Parameter largestCost: the longest transform to time for the planner.
  /// - Parameter report: called with the part of the work that is done, 0 ... 1.
  public static func measured(
    largestPlan: Int = 1 << 18, largestCost: Int = 1 << 22, report: (Double) -> Void = { _ in }
  ) -> Tuning {
    // What ships with the package was measured on another machine.
    Wisdom.forget(for: Float.self)
    Wisdom.forget(for: Double.self)
    let lengths = TransformLengths.planned(upTo: largestPlan)
    // Learning a length takes about as long as a number of its transforms.
    let total = Double(lengths.reduce(0, +))
    var learnt = 0.0
    for length in lengths {
      learn(length, Float.self)
      learn(length, Double.self)
      learnt += Double(length)
      report(0.8 * learnt / total)
    }
    var costs = CostTable()
    CostModel.measured(largest: largestCost) { report(0.8 + 0.15 * $0) }.add(to: &costs)
    LayerCosts.measured { report(0.95 + 0.05 * $0) }.add(to: &costs)
    return Tuning(origin: .here, costs: costs)
  }

  /// Makes every choice by this tuning from now on, unless it lacks a cost or FFTW refuses the
  /// wisdom, which is that of another version or build of it; then everything stays as it is.
  ///
  /// - Returns: whether it is used.
  public func adopt() -> Bool {
    guard let model = CostModel(costs), let layers = LayerCosts(costs), adoptWisdom() else {
      return false
    }
    Planner.shared = Planner(model: model)
    LayerCosts.shared = layers
    return true
  }
}

/// Learns the real and complex transforms of one of the planner's lengths.
private func learn<Scalar: FourierScalar>(_ length: Int, _ scalar: Scalar.Type) {
  do {
    _ = try RealTransform<Scalar>(length: length, rigor: .measure)
    _ = try ComplexTransform<Scalar>(length: length, rigor: .measure)
  } catch {
    preconditionFailure("the planner's lengths can be transformed: \(error)")
  }
}
