// SPDX-License-Identifier: MIT

import Convolution
import FourierTransform
import ComplexModule
import TestSupport
import Testing

@Suite("Kernels that are a sum of outer products are found")
struct SeparableKernelTests {
  /// The number of terms; nil where a kernel is no such sum.
  private func rank<Element: SignalElement>(_ kernel: Matrix<Element>) -> Int? {
    SeparableKernel(Kernel2D(kernel))?.terms.count
  }

  private func noise(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
  }

  private func product<Element: SignalElement>(
    _ column: [Element], _ row: [Element]
  ) -> Matrix<Element> {
    Matrix(column.map { a in row.map { a * $0 } })
  }

  private func sum<Element: SignalElement>(
    _ a: Matrix<Element>, _ b: Matrix<Element>
  ) -> Matrix<Element> {
    Matrix(
      rows: a.rows, columns: a.columns, elements: zip(a.elements, b.elements).map { $0 + $1 })
  }

  @Test(
    "of every size, however far their taps are apart", arguments: [2, 5, 8, 9, 15, 31, 64, 129])
  func sizes(count: Int) {
    for seed in 1...20 as ClosedRange<UInt64> {
      let a = noise(count, seed: 4 * seed)
      let b = noise(count + 3, seed: 4 * seed + 1)
      let c = noise(count, seed: 4 * seed + 2)
      let d = noise(count + 3, seed: 4 * seed + 3)
      #expect(rank(product(a, b)) == 1)
      #expect(rank(product(a.map { Complex($0, 1) }, b.map { Complex(0, $0) })) == 1)
      #expect(rank(sum(product(a, b), product(c, d))) == 2)
      // Where all of one is far below the other, rounding may decide; a few taps may not.
      let faint = sum(product(a, b), product(c.map { $0 / 1024 }, d))
      #expect(!SeparableKernel.isRuledOut(Kernel2D(faint)))
      let bell = { (width: Double) -> [Float] in
        (0..<count).map {
          let x = (Double($0) - Double(count - 1) / 2) / width
          return Float(1 / (1 + x * x * x * x * x * x))
        }
      }
      let width = 1 + Double(seed) / 4
      #expect(rank(product(bell(width), bell(2 * width))) == 1)
      #expect(rank(sum(product(bell(width), bell(width)), product(bell(3), bell(9)))) ?? 2 <= 2)
    }
  }

  @Test("and others are not, be there many taps that differ or one", arguments: [9, 15, 31, 64])
  func others(count: Int) {
    #expect(rank(noiseMatrix(count, seed: 9)) == nil)
    let disc = Matrix(
      (0..<count).map { i in
        (0..<count).map { j in
          let (x, y) = (2 * i - count + 1, 2 * j - count + 1)
          return Float(x * x + y * y < count * count ? 1 : 0)
        }
      })
    #expect(rank(disc) == nil)
    // Two taps of a kernel of rank one, at places that few samples of it would show.
    let a = noise(count, seed: 11).map { $0 + 2 }
    var kernel = product(a, a)
    kernel[1, 2] *= 1.001
    kernel[3, 5] *= 1.001
    #expect(rank(kernel) == nil)
    #expect(rank(Matrix<Float>(repeating: 0, rows: count, columns: count)) == nil)
  }

  private func noiseMatrix(_ count: Int, seed: UInt64) -> Matrix<Float> {
    Matrix(
      rows: count, columns: count, elements: noise(count * count, seed: seed))
  }
}
