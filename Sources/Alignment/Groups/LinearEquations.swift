// SPDX-License-Identifier: MIT

import ComputeSupport

/// Linear equations with errors, of which each has few of the unknowns.
struct LinearEquations {
  /// The sum of factors times unknowns has a value, but for an error.
  struct Equation {
    var terms: [(unknown: Int, factor: Double)]
    var value: Double
    /// 1 / variance.
    var weight: Double
  }

  /// Values with their errors.
  struct Solution {
    var values: [Double]
    fileprivate var inverse: [[Double]]
    fileprivate var scale: Double

    /// The covariance of the errors of two unknowns.
    func covariance(_ first: Int, _ second: Int) -> Double {
      scale * scale * inverse[first][second]
    }
  }

  /// Whether each unknown is sought; the others are 0.
  var isUnknown: [Bool]
  var equations: [Equation] = []

  /// By then the weights have settled. Judged.
  private static var iterationCount: Int { 20 }

  /// Weighted least squares in which what is off by more than three standard deviations counts less
  /// (P. J. Huber, 1964). The errors grow with the scatter where the weights do not explain it.
  ///
  /// - Complexity: O(n³ + equations) for n unknowns, each time that the weights change.
  func robustLeastSquares() -> Solution {
    var solution = leastSquares(equations.map(\.weight))
    let freedom = equations.count - isUnknown.count { $0 }
    guard freedom > 0 else { return solution }
    var gains = [Double](repeating: 1, count: equations.count)
    for _ in 0..<Self.iterationCount {
      var squares = 0.0
      let known = gains
      for (index, equation) in equations.enumerated() {
        let sum = equation.terms.reduce(0) { $0 + $1.factor * solution.values[$1.unknown] }
        let normalized = abs(sum - equation.value) * equation.weight.squareRoot()
        gains[index] = min(1, 3 * solution.scale / max(normalized, .leastNormalMagnitude))
        squares += gains[index] * normalized * normalized
      }
      let scale = max(1, (squares / Double(freedom)).squareRoot())
      // Judged: a hundredth of a weight moves nothing by a tenth of its error.
      if zip(known, gains).allSatisfy({ abs($0 - $1) < 0.01 }) {
        solution.scale = scale
        break
      }
      solution = leastSquares(zip(equations, gains).map { $0.weight * $1 })
      solution.scale = scale
    }
    return solution
  }

  private func leastSquares(_ weights: [Double]) -> Solution {
    let count = isUnknown.count
    // Unknowns of unlike size are brought to one.
    var sizes = [Double](repeating: 0, count: count)
    for (equation, weight) in zip(equations, weights) {
      for (unknown, factor) in equation.terms { sizes[unknown] += weight * factor * factor }
    }
    for index in 0..<count { sizes[index] = sizes[index] > 0 ? 1 / sizes[index].squareRoot() : 1 }
    // The equation of a value that is not sought says that it is 0.
    var matrix = (0..<count).map { row in
      (0..<count).map { $0 == row && !isUnknown[row] ? 1.0 : 0 }
    }
    var right = [Double](repeating: 0, count: count)
    for (equation, weight) in zip(equations, weights) {
      let terms = equation.terms.filter { isUnknown[$0.unknown] }.map {
        (unknown: $0.unknown, factor: $0.factor * sizes[$0.unknown])
      }
      for (row, factor) in terms {
        right[row] += weight * factor * equation.value
        for (column, other) in terms { matrix[row][column] += weight * factor * other }
      }
    }
    var inverse = inverted(matrix)
    var values = inverse.map { row in zip(row, right).reduce(0) { $0 + $1.0 * $1.1 } }
    for row in 0..<count {
      values[row] *= sizes[row]
      for column in 0..<count {
        inverse[row][column] *=
          isUnknown[row] && isUnknown[column] ? sizes[row] * sizes[column] : 0
      }
    }
    return Solution(values: values, inverse: inverse, scale: 1)
  }
}
