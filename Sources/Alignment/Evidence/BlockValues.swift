// SPDX-License-Identifier: MIT

import RealModule

/// How alike two signals are in each block of time at one lag, and at others around it, which tell what
/// is chance.
struct BlockValues {
  /// Of each block the sum of its products in phase, in standard deviations of one in which the phase of
  /// each frequency is random: at most the root of twice their number.
  private var values: [Double] = []
  /// The same at each of ``shifts``: samples of the null distribution.
  private var nullValues: [[Double]]

  private let cellCount: Int
  private let perBlock: Int
  /// The lags around, in cells.
  private let shifts: [Int]

  /// Other lags that are looked at: they tell a standard deviation to 1 / √(2 · 32), an eighth.
  private static var shiftCount: Int { 32 }
  /// How far they are away, in seconds: beyond a room's first reflections. Judged.
  private static var distance: Double { 0.15 }
  /// What the interpolation leaves of a copied sound is always of one sign: 1 % of the products, by the
  /// decimator's errors; twice that is taken off.
  private static var residual: Float { 0.02 }

  init(cellCount: Int, perBlock: Int, cellDuration: Double) {
    (self.cellCount, self.perBlock) = (cellCount, perBlock)
    let near = min(cellCount / 4, Int((Self.distance / cellDuration).rounded(.up)))
    let count = max(0, cellCount - 2 * near + 1)
    // In steps of the golden ratio: in step with no beat.
    let all = (0..<Self.shiftCount).map { index in
      let place = 0.5 * (5.0.squareRoot() - 1) * Double(index)
      return near + Int((place - place.rounded(.down)) * Double(count))
    }
    shifts = near > 0 ? Set(all).sorted() : []
    nullValues = shifts.map { _ in [] }
  }

  /// Adds a segment's blocks; with a rival, what they have more in common with `second` than with it.
  mutating func add(
    _ first: CellSpectra, _ second: CellSpectra, rival: CellSpectra?, sign: Float
  ) {
    let second = second.doubled
    let rival = rival?.doubled
    let zeros = [Float](repeating: 0, count: first.width)
    func value(_ cells: Range<Int>, _ shift: Int) -> Double {
      var (real, imaginary) = (zeros, zeros)
      first.addProducts(cells, with: second, shift: shift, to: &real, &imaginary)
      var sum = real.reduce(0, +)
      if let rival {
        let own = sum
        first.addProducts(cells, with: rival, shift: shift, factor: -sign, to: &real, &imaginary)
        sum = real.reduce(0, +)
        let residual = Self.residual * max(abs(own), abs(own - sum))
        sum -= max(-residual, min(residual, sum))
      }
      // A line is in two frequencies or three: neighbours count by half (Newey & West 1987).
      let squares =
        dot(real.span, real.span) + dot(imaginary.span, imaginary.span)
        + max(0, neighbours(real) + neighbours(imaginary))
      return squares > .leastNormalMagnitude ? Double(sum / (0.5 * squares).squareRoot()) : 0
    }
    func neighbours(_ sums: [Float]) -> Float {
      dot(sums.span.extracting(droppingFirst: 1), sums.span.extracting(droppingLast: 1))
    }
    for start in stride(from: 0, to: cellCount, by: perBlock) {
      let cells = start..<min(cellCount, start + perBlock)
      values.append(value(cells, 0))
      for index in shifts.indices { nullValues[index].append(value(cells, shifts[index])) }
    }
  }

  /// As standard deviations of a normal variable that is as improbable; by its sign the polarity.
  var score: Double {
    let deviations = values.indices.map { block in
      let square = nullValues.reduce(0) { $0 + $1[block] * $1[block] }
      return max(1, square / Double(max(1, shifts.count))).squareRoot()
    }
    func normalised(_ values: [Double]) -> [Double] { zip(values, deviations).map { $0 / $1 } }
    // Where blocks are not independent, their sums at other lags are larger.
    let squares = nullValues.reduce(0) { total, values in
      let sum = normalised(values).reduce(0, +)
      return total + sum * sum
    }
    let spread = max(1, squares / Double(max(1, shifts.count) * max(1, values.count)))
    let own = normalised(values)
    let sign = own.reduce(0, +) < 0 ? -1.0 : 1
    return sign * (2 * BlockLikelihood.logarithm(own.map { sign * $0 }) / spread).squareRoot()
  }
}
