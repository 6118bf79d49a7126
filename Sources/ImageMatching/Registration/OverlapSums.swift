// SPDX-License-Identifier: MIT

/// Sums over what two images have in common, of numbers that are around 0 on the whole.
struct OverlapSums {
  var first = 0.0
  var second = 0.0
  var firstSquares = 0.0
  var secondSquares = 0.0
  var products = 0.0

  mutating func add(_ a: Double, _ b: Double) {
    first += a
    second += b
    firstSquares += a * a
    secondSquares += b * b
    products += a * b
  }

  mutating func add(_ a: Double, _ b: Double, weight: Double) {
    first += weight * a
    second += weight * b
    firstSquares += weight * a * a
    secondSquares += weight * b * b
    products += weight * a * b
  }

  mutating func add(_ other: OverlapSums) {
    first += other.first
    second += other.second
    firstSquares += other.firstSquares
    secondSquares += other.secondSquares
    products += other.products
  }

  /// The correlation coefficient of `count` pixels, or of weights of that sum; 0 if one part is flat but
  /// for rounding, or the root of the product of what both vary by is not above `least`.
  func correlation(count area: Double, least: Double = 0) -> Double {
    guard area > 0 else { return 0 }
    let (a, b) = (firstSquares - first * first / area, secondSquares - second * second / area)
    guard a > 1e-12 * firstSquares, b > 1e-12 * secondSquares, a > 0, b > 0 else { return 0 }
    let scale = a.squareRoot() * b.squareRoot()
    guard scale > least else { return 0 }
    let coefficient = (products - first * second / area) / scale
    return max(-1, min(1, coefficient))
  }
}
