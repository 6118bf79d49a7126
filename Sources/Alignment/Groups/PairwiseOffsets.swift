// SPDX-License-Identifier: MIT

import ComputeSupport

/// Values of which only differences have been measured; one of them, the anchor, is 0.
struct PairwiseOffsets {
  /// One measured difference.
  struct Link {
    var a: Int
    var b: Int
    /// Of x[b] - x[a].
    var value: Double

    func residual(_ x: [Double]) -> Double { x[b] - x[a] - value }
  }

  var count: Int
  var anchor: Int
  var links: [Link]

  /// The values that are connected with the anchor.
  var reachable: [Bool] {
    var reached = [Bool](repeating: false, count: count)
    reached[anchor] = true
    var grows = true
    while grows {
      grows = false
      for link in links where reached[link.a] != reached[link.b] {
        reached[link.a] = true
        reached[link.b] = true
        grows = true
      }
    }
    return reached
  }

  /// The weighted least-squares values, 0 for those that are not ``reachable``, in O(n³ + links) for n
  /// values.
  private func leastSquares(_ weights: [Double]) -> [Double] {
    let reachable = reachable
    let isUnknown = (0..<count).map { reachable[$0] && $0 != anchor }
    // The equation of a value that is not asked for says that it is 0.
    var matrix = (0..<count).map { row in
      (0..<count).map { $0 == row && !isUnknown[row] ? 1.0 : 0 }
    }
    var right = [Double](repeating: 0, count: count)
    for (link, weight) in zip(links, weights) where reachable[link.a] {
      for (node, sign) in [(link.a, -1.0), (link.b, 1.0)] where isUnknown[node] {
        matrix[node][node] += weight
        right[node] += sign * weight * link.value
      }
      if isUnknown[link.a], isUnknown[link.b] {
        matrix[link.a][link.b] -= weight
        matrix[link.b][link.a] -= weight
      }
    }
    return inverted(matrix).map { row in zip(row, right).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The values with the smallest sum of absolute deviations, whatever the weights, so that wrong
  /// differences are outvoted; by iteratively reweighted least squares (E. J. Schlossmacher, 1973).
  ///
  /// - Parameter floor: The deviation below which all are alike.
  func leastDeviations(floor: Double) -> [Double] {
    var values = leastSquares(links.map { _ in 1 })
    for _ in 0..<iterationCount {
      values = leastSquares(links.map { 1 / max(floor, abs($0.residual(values))) })
    }
    return values
  }
}

/// By then the reweighting of some dozens of links has settled. Judged.
private let iterationCount = 40
