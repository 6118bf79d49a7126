// SPDX-License-Identifier: MIT

import Convolution
import ImageMatching
import RealModule
import TestSupport
import Testing

@Suite("Parts of a pixel under masks") struct MaskedRefinementTests {
  /// A scene of waves, of which there is a value at every place: its shift is exact.
  private struct Waves {
    private var waves: [(row: Double, column: Double, phase: Double, size: Double)] = []

    /// - Parameter limit: The highest angular frequency along an axis.
    init(count: Int, limit: Double, seed: UInt64) {
      var generator = SeededGenerator(seed: seed)
      for _ in 0..<count {
        let (row, column) = (
          Double.random(in: -limit...limit, using: &generator),
          Double.random(in: -limit...limit, using: &generator)
        )
        // As photographs have it, the lower the frequency the larger.
        let size = 1 / (0.05 + (row * row + column * column).squareRoot())
        waves.append((row, column, Double.random(in: 0...6.3, using: &generator), size))
      }
    }

    /// Unit variance, but for chance, and white noise of a deviation.
    func image(
      _ rows: Int, _ columns: Int, down: Double = 0, right: Double = 0, noise level: Double = 0,
      seed: UInt64 = 1
    ) -> Matrix<Double> {
      let power = waves.reduce(0) { $0 + $1.size * $1.size / 2 }
      let dust: [Double] = whiteNoise(rows * columns, seed: seed)
      let elements = (0..<rows * columns).map { index in
        let (row, column) = (Double(index / columns) - down, Double(index % columns) - right)
        let value = waves.reduce(0) {
          $0 + $1.size * Double.cos($1.row * row + $1.column * column + $1.phase)
        }
        return value / power.squareRoot() + level * dust[index]
      }
      return Matrix(rows: rows, columns: columns, elements: elements)
    }
  }

  /// A mask with holes of several sizes and dead columns.
  private func holes(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
    var mask = Matrix(repeating: 1.0, rows: rows, columns: columns)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<6 {
      let side = Int.random(in: 1...12, using: &generator)
      let (top, left) = (
        Int.random(in: 0..<(rows - side), using: &generator),
        Int.random(in: 0..<(columns - side), using: &generator)
      )
      for row in top..<(top + side) {
        for column in left..<(left + side) { mask[row, column] = 0 }
      }
    }
    for row in 0..<rows { mask[row, columns / 3] = 0 }
    return mask
  }

  private func garbage(_ image: Matrix<Double>, _ mask: Matrix<Double>) -> Matrix<Double> {
    Matrix(
      rows: image.rows, columns: image.columns,
      elements: zip(image.elements, mask.elements).map { $1 > 0 ? $0 : 30 })
  }

  @Test(
    "Fractional shifts are exact but for the interpolation",
    arguments: [(0.0, 0.0), (0.5, -0.5), (3.25, -7.4), (-11.71, 5.13)])
  func fractions(down: Double, right: Double) throws {
    let mask = holes(96, 110, seed: 3)
    let other = holes(96, 110, seed: 4)
    for (limit, bound) in [(0.3 * Double.pi, 1e-3), (0.6 * Double.pi, 5e-3)] {
      let scene = Waves(count: 60, limit: limit, seed: 5)
      let first = garbage(scene.image(96, 110), mask)
      let second = garbage(scene.image(96, 110, down: down, right: right), other)
      let found = try estimateTranslation(of: second, from: first, mask: mask, movingMask: other)
      #expect(
        abs(found.rowShift - down) < bound && abs(found.columnShift - right) < bound,
        "\(limit): \(found.rowShift - down), \(found.columnShift - right)")
      #expect(found.isReliable(atMost: 1e-6))
      // The other way round it is the opposite.
      let back = try estimateTranslation(of: first, from: second, mask: other, movingMask: mask)
      #expect(
        abs(found.rowShift + back.rowShift) < bound
          && abs(found.columnShift + back.columnShift) < bound)
    }
  }

  @Test("Few pixels between dead columns tell parts of a pixel too", arguments: [6, 8, 12])
  func narrow(spacing: Int) throws {
    var mask = Matrix(repeating: 1.0, rows: 90, columns: 96)
    for row in 0..<90 {
      for column in stride(from: 2, to: 96, by: spacing) { mask[row, column] = 0 }
    }
    let scene = Waves(count: 60, limit: 0.3 * .pi, seed: 6)
    let first = garbage(scene.image(90, 96), mask)
    let second = garbage(scene.image(90, 96, down: 1.3, right: 2.4), mask)
    let found = try estimateTranslation(of: second, from: first, mask: mask, movingMask: mask)
    #expect(abs(found.rowShift - 1.3) < 0.05 && abs(found.columnShift - 2.4) < 0.05, "\(found)")
    #expect(found.isReliable(atMost: 1e-6))
  }

  @Test("Rows of one pixel have a shift along them")
  func thin() throws {
    let scene = Waves(count: 40, limit: 0.5 * .pi, seed: 7)
    var mask = Matrix(repeating: 1.0, rows: 1, columns: 300)
    for column in 100..<120 { mask[0, column] = 0 }
    let found = try estimateTranslation(
      of: scene.image(1, 300, right: 4.3), from: garbage(scene.image(1, 300), mask), mask: mask)
    #expect(found.rowShift == 0 && found.rowStandardError == nil)
    #expect(abs(found.columnShift - 4.3) < 0.01)
    #expect(found.columnStandardError != nil)
  }

  @Test(
    "The standard errors cover the errors that are made",
    arguments: [(128, 128, 0.1), (128, 128, 0.3), (96, 160, 1.0), (64, 64, 0.3)])
  func coverage(rows: Int, columns: Int, level: Double) throws {
    var errors: [Double] = []
    for index in 0..<40 as Range<UInt64> {
      let seed = 9000 + 10 * index
      let scene = Waves(count: 80, limit: 0.6 * .pi, seed: seed)
      let (mask, other) = (
        holes(rows, columns, seed: seed + 1), holes(rows, columns, seed: seed + 2)
      )
      let (down, right) = (3.4 - 0.17 * Double(index), -5.2 + 0.23 * Double(index))
      let found = try estimateTranslation(
        of: garbage(
          scene.image(rows, columns, down: down, right: right, noise: level, seed: seed + 3), other),
        from: garbage(scene.image(rows, columns, noise: level, seed: seed + 4), mask), mask: mask,
        movingMask: other)
      errors.append((found.rowShift - down) / (try #require(found.rowStandardError)))
      errors.append((found.columnShift - right) / (try #require(found.columnStandardError)))
    }
    // The root mean square of 80 normal values is 1 within 0.08.
    let spread = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    #expect(spread > 0.7 && spread < 1.3, "\(spread)")
    #expect(errors.filter { abs($0) > 2 }.count <= 10)
  }
}
