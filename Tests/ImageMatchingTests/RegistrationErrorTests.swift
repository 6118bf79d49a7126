// SPDX-License-Identifier: MIT

import Convolution
import ImageMatching
import RealModule
import TestSupport
import Testing

@Suite("Standard errors of shifts")
struct RegistrationErrorTests {
  /// A scene whose neighbours are alike over two pixels or so, and shot noise beside it.
  private func errors(
    rows: Int, columns: Int, noise level: Double, seed: UInt64
  ) throws -> [Double] {
    let taps = (-6...6).map { Double.exp(-0.125 * Double($0 * $0)) }
    let kernel = Matrix(taps.map { tap in taps.map { tap * $0 } })
    let scene = convolve(noise(rows + 40, columns + 40, seed: seed), kernel, mode: .same)
    let power = scene.elements.reduce(0) { $0 + $1 * $1 } / Double(scene.count)
    func shot(_ row: Int, _ column: Int, seed: UInt64) -> Matrix<Double> {
      let clean = part(scene, row, column, rows, columns)
      let dust = whiteNoise(rows * columns, seed: seed)
      return Matrix(
        rows: rows, columns: columns,
        elements: zip(clean.elements, dust).map { $0 + level * power.squareRoot() * Double($1) })
    }
    let found = try estimateTranslation(
      of: shot(17, 25, seed: seed + 1), from: shot(20, 20, seed: seed + 2))
    let (row, column) = try (
      #require(found.rowStandardError), #require(found.columnStandardError)
    )
    return [(found.rowShift - 3) / row, (found.columnShift + 5) / column]
  }

  @Test("cover the errors that are made", arguments: [(128, 128, 0.3), (96, 160, 1.0)])
  func coverage(rows: Int, columns: Int, level: Double) throws {
    let seeds = (0..<40).map { 7000 + 10 * UInt64($0) }
    let errors = try seeds.flatMap {
      try self.errors(rows: rows, columns: columns, noise: level, seed: $0)
    }
    // The root mean square of 80 normal values is 1 within 0.08.
    let spread = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    #expect(spread > 0.7 && spread < 1.3, "\(spread)")
    #expect(errors.filter { abs($0) > 2 }.count <= 10)
  }

  @Test("are none along an axis of one pixel")
  func thin() throws {
    let row = noise(1, 256, seed: 7)
    let found = try estimateTranslation(of: row, from: row)
    #expect(found.rowStandardError == nil)
    #expect(try #require(found.columnStandardError) < 1e-3)
  }
}
