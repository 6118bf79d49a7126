// SPDX-License-Identifier: MIT

/// Up to where direct sums are the fastest whatever the lengths of a transform: a bound that a few
/// operations evaluate, because a call of some hundred products takes less time than a plan.
struct DirectLimits: Sendable {
  /// Those of one type of samples, in seconds.
  private struct Limit {
    /// One product.
    var product = 0.0
    /// Transforms, for one result at the least.
    var transform = 0.0
    /// What a call by transforms takes besides, less what one by direct sums does. Of unknown costs nothing
    /// is certain.
    var callDifference = -Double.infinity
  }

  /// By type of samples, in the order of all.
  private let limits: [Limit]

  init(_ model: CostModel) {
    limits = ElementKind.allCases.map { kind in
      guard let costs = model.costs[kind] else { return Limit() }
      // The blocks of a convolution are together no shorter than its results, and the costs beyond
      // the table grow.
      return Limit(
        product: costs.product, transform: costs.step.min() ?? 0,
        callDifference: costs.transformCall - costs.directCall)
    }
  }

  /// Whether direct sums for so many results take no longer, on one thread, than any transforms would.
  func hold(_ kind: ElementKind, results: Int, taps: Int) -> Bool {
    let limit = limits[kind.place]
    return Double(results) * (Double(taps) * limit.product - limit.transform)
      <= limit.callDifference
  }
}

extension ElementKind {
  /// The place among all cases.
  fileprivate var place: Int {
    switch self {
    case .float32: 0
    case .float64: 1
    case .complex64: 2
    case .complex128: 3
    }
  }
}
