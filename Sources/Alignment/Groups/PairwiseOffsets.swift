import ComputeSupport

/// Values of which only differences have been measured: x[b] - x[a] = value, give or take.
///
/// One of them, the anchor, is 0. This is how places on a time line follow from the delays between
/// pairs of recordings.
struct PairwiseOffsets {
  /// One measured difference.
  struct Link {
    var a: Int
    var b: Int
    /// Of x[b] - x[a].
    var value: Double
    /// 1 / variance, or whatever else says how much it counts.
    var weight: Double

    func residual(_ x: [Double]) -> Double { x[b] - x[a] - value }
  }

  /// The number of values.
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

  /// The weighted least-squares values and their variances, if weights are 1 / variance. Those that
  /// are not ``reachable`` are 0.
  ///
  /// - Complexity: O(n³ + links) for n values.
  func leastSquares() -> (values: [Double], variances: [Double]) {
    let reachable = reachable
    let unknowns = (0..<count).filter { reachable[$0] && $0 != anchor }
    var place = [Int?](repeating: nil, count: count)
    for (index, unknown) in unknowns.enumerated() { place[unknown] = index }
    let size = unknowns.count
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    var right = [Double](repeating: 0, count: size)
    for link in links where reachable[link.a] {
      for (node, sign) in [(link.a, -1.0), (link.b, 1.0)] {
        guard let row = place[node] else { continue }
        matrix[row][row] += link.weight
        right[row] += sign * link.weight * link.value
      }
      if let a = place[link.a], let b = place[link.b] {
        matrix[a][b] -= link.weight
        matrix[b][a] -= link.weight
      }
    }
    let inverse = inverted(matrix)
    var (values, variances) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
    )
    for (index, unknown) in unknowns.enumerated() {
      values[unknown] = (0..<size).reduce(0) { $0 + inverse[index][$1] * right[$1] }
      variances[unknown] = inverse[index][index]
    }
    return (values, variances)
  }

  /// The values with the smallest weighted sum of absolute deviations: wrong differences, as long as
  /// they are outvoted, have no influence.
  ///
  /// By iteratively reweighted least squares (E. J. Schlossmacher, 1973).
  ///
  /// - Parameter floor: The deviation below which all are alike.
  func leastDeviations(floor: Double) -> [Double] {
    var system = self
    var values = leastSquares().values
    for _ in 0..<iterationCount {
      for index in links.indices {
        system.links[index].weight =
          links[index].weight / max(floor, abs(links[index].residual(values)))
      }
      values = system.leastSquares().values
    }
    return values
  }

  /// Weighted least squares (weights are 1 / variance) in which what is off by more than three
  /// standard deviations counts less (P. J. Huber, 1964).
  ///
  /// - Returns: The values and their standard deviations, which grow with the scatter where that is
  ///   more than the weights explain.
  func robustLeastSquares() -> (values: [Double], deviations: [Double]) {
    var system = self
    var solution = system.leastSquares()
    var scale = 1.0
    let freedom = links.count - reachable.count { $0 } + 1
    guard freedom > 0 else {
      return (solution.values, solution.variances.map { $0.squareRoot() })
    }
    for _ in 0..<iterationCount {
      var squares = 0.0
      for index in links.indices {
        let link = links[index]
        let normalized = abs(link.residual(solution.values)) * link.weight.squareRoot()
        let gain = min(1, 3 * scale / max(normalized, .leastNormalMagnitude))
        system.links[index].weight = link.weight * gain
        squares += gain * normalized * normalized
      }
      scale = max(1, (squares / Double(freedom)).squareRoot())
      solution = system.leastSquares()
    }
    return (solution.values, solution.variances.map { scale * $0.squareRoot() })
  }
}

/// By then the reweighting of some dozens of links has settled. Judged.
private let iterationCount = 40
