// SPDX-License-Identifier: MIT

import Convolution
import FourierTransform
import TestSupport
import Testing

/// Images of which an operand has special values; see SpecialOperands.swift.
@Suite struct MatrixRangeTests {
  private func expect<T: FourierScalar>(
    _ image: Matrix<T>, _ kernel: Matrix<T>, _ what: String, _ results: Matrix<T>
  ) {
    let (rows, columns) = (image.rows + kernel.rows - 1, image.columns + kernel.columns - 1)
    var wanted = ProductSums(count: rows * columns)
    for row in 0..<image.rows {
      for column in 0..<image.columns {
        for a in 0..<kernel.rows {
          for b in 0..<kernel.columns {
            wanted.add(image[row, column], kernel[a, b], to: (row + a) * columns + column + b)
          }
        }
      }
    }
    #expect(results.rows == rows && results.columns == columns, "\(what)")
    wanted.expect(
      results.elements, 0..<rows * columns,
      "\(what), \(image.rows) x \(image.columns) by \(kernel.rows) x \(kernel.columns)")
  }

  private func check<T: FourierScalar>(
    _ type: T.Type, _ method: ConvolutionMethod?, seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    for special in specialValues(type) {
      for _ in 0..<rangeShapes {
        let (rows, columns) = (
          Int.random(in: 8...48, using: &generator), Int.random(in: 8...48, using: &generator)
        )
        let (a, b) = (
          Int.random(in: 1...8, using: &generator), Int.random(in: 1...8, using: &generator)
        )
        let place = Int.random(in: 0..<3, using: &generator)
        func matrix(_ rows: Int, _ columns: Int, _ special: T?) -> Matrix<T> {
          Matrix(
            rows: rows, columns: columns,
            elements: operand(rows * columns, special, &generator))
        }
        let image = matrix(rows, columns, place == 1 ? nil : special)
        let kernel = matrix(a, b, place == 0 ? nil : special)
        let what = "\(T.self), \(special), \(method.map { "\($0)" } ?? "any"), seed \(seed)"
        expect(image, kernel, what, convolve(image, kernel, method: method))
        let bank = try FilterBank2D(kernels: [kernel, kernel], mode: .full, method: method)
        for result in bank.apply(to: image) { expect(image, kernel, "bank, " + what, result) }
      }
    }
  }

  @Test(arguments: ConvolutionMethod.choices) func inSinglePrecision(method: ConvolutionMethod?)
    throws
  { try check(Float.self, method, seed: 25) }

  @Test(arguments: ConvolutionMethod.choices) func inDoublePrecision(method: ConvolutionMethod?)
    throws
  { try check(Double.self, method, seed: 29) }
}
