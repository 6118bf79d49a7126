// SPDX-License-Identifier: MIT

import FourierTransform
import ComplexModule
import Convolution
import Foundation
import TestSupport
import Testing

/// Every image up to 9 x 9 with every kernel up to 9 x 9, by every method, against direct sums of
/// integers.
///
/// Each of these 32 805 meets one mode, boundary and type, which change so that all of them meet.
/// With `OVERLAP_TEST_ALL` in the environment each meets every mode, boundary and type: two million,
/// for a release build.
@Suite struct MatrixSmallShapeTests {
  private static let testsAll = ProcessInfo.processInfo.environment["OVERLAP_TEST_ALL"] != nil

  @Test(arguments: 1...9) func everyShape(rows: Int) {
    var generator = SeededGenerator(seed: UInt64(rows))
    var turn = rows
    for columns in 1...9 {
      for kernelRows in 1...9 {
        for kernelColumns in 1...9 {
          let image = gaussianIntegers(rows, columns, &generator)
          let kernel = gaussianIntegers(kernelRows, kernelColumns, &generator)
          let factor = gaussianIntegers(kernelRows, 1, &generator)
          let other = gaussianIntegers(1, kernelColumns, &generator)
          let product = Matrix(factor.elements.map { a in other.elements.map { a.times($0) } })
          let boundaries =
            Self.testsAll ? TestBoundary.allCases : [TestBoundary.allCases[turn % 6]]
          // For `valid`, to which boundaries do not matter.
          let plain = PackedSums(image, kernel, .zero)
          let plainProduct = PackedSums(image, product, .zero)
          for boundary in boundaries {
            let sums = boundary == .zero ? plain : PackedSums(image, kernel, boundary)
            let productSums =
              boundary == .zero ? plainProduct : PackedSums(image, product, boundary)
            for method in ConvolutionMethod.choices {
              turn += 1
              let smallCase = SmallCase(
                image: image, kernel: method == .separable ? product : kernel,
                boundary: boundary, method: method)
              // 12 pairs of a mode and a type; 5 methods and 6 boundaries have other periods.
              for pair in Self.testsAll ? 0..<12 : (turn * 7 % 12)..<(turn * 7 % 12 + 1) {
                let mode = [ConvolutionMode.full, .same, .valid][pair % 3]
                let wanted =
                  method == .separable
                  ? (mode == .valid ? plainProduct : productSums)
                  : (mode == .valid ? plain : sums)
                smallCase.check(wanted, mode, type: pair / 3)
              }
            }
            turn += 1
          }
        }
      }
    }
  }
}

/// A complex number of small whole parts.
struct GaussianInteger: Equatable {
  var real: Int
  var imaginary: Int

  func times(_ other: GaussianInteger) -> GaussianInteger {
    GaussianInteger(
      real: real * other.real - imaginary * other.imaginary,
      imaginary: real * other.imaginary + imaginary * other.real)
  }
}

private func gaussianIntegers(
  _ rows: Int, _ columns: Int, _ generator: inout SeededGenerator
) -> Matrix<GaussianInteger> {
  Matrix(
    rows: rows, columns: columns,
    elements: (0..<(rows * columns)).map { _ in
      GaussianInteger(
        real: Int.random(in: -5...5, using: &generator),
        imaginary: Int.random(in: -5...5, using: &generator))
    })
}

/// The full sums of products, of real and of complex numbers at once: (a + b X)(c + d X) has a c, the
/// sums for the real parts alone, and what complex numbers are made of, as the digits of one number
/// to the base X.
private struct PackedSums {
  static let constant = GaussianInteger(real: 3, imaginary: -2)
  private static let digit = 21

  private let packed: [Int]
  private let columns: Int

  init(
    _ image: Matrix<GaussianInteger>, _ kernel: Matrix<GaussianInteger>, _ boundary: TestBoundary
  ) {
    func pack(_ value: GaussianInteger) -> Int { value.real + value.imaginary << Self.digit }
    let (m, k) = (kernel.rows, kernel.columns)
    let sourceRows = (1 - m..<image.rows + m - 1).map { boundary.place($0, image.rows) }
    let sourceColumns = (1 - k..<image.columns + k - 1).map { boundary.place($0, image.columns) }
    let outside = boundary == .constant ? pack(Self.constant) : 0
    let samples = image.elements.map(pack)
    let extended = sourceRows.map { row in
      sourceColumns.map { column in
        if let row, let column { samples[row * image.columns + column] } else { outside }
      }
    }
    // Backwards, so that the windows below are read forwards.
    let taps = Array(kernel.elements.map(pack).reversed())
    let (height, width) = (image.rows + m - 1, image.columns + k - 1)
    columns = width
    var sums = [Int](repeating: 0, count: height * width)
    for i in 0..<height {
      for a in 0..<m {
        let line = extended[i + a]
        for j in 0..<width {
          var sum = 0
          for b in 0..<k { sum &+= line[j &+ b] &* taps[a &* k &+ b] }
          sums[i * width + j] += sum
        }
      }
    }
    packed = sums
  }

  /// The sum of the real parts' products, and the complex sum, in a row and a column.
  func sums(_ row: Int, _ column: Int) -> (real: Int, complex: GaussianInteger) {
    var rest = packed[row * columns + column]
    func next() -> Int {
      let bits = Int.bitWidth - Self.digit
      let low = (rest << bits) >> bits
      rest = (rest - low) >> Self.digit
      return low
    }
    let (low, middle, high) = (next(), next(), next())
    return (low, GaussianInteger(real: low - high, imaginary: middle))
  }
}

/// A shape with its contents, a boundary and a method.
private struct SmallCase {
  let image: Matrix<GaussianInteger>
  let kernel: Matrix<GaussianInteger>
  let boundary: TestBoundary
  let method: ConvolutionMethod?

  func check(_ sums: PackedSums, _ mode: ConvolutionMode, type: Int) {
    switch type {
    case 0: checkReal(sums, mode, Float.self)
    case 1: checkReal(sums, mode, Double.self)
    case 2: checkComplex(sums, mode, Float.self)
    default: checkComplex(sums, mode, Double.self)
    }
  }

  private func checkReal<T: FourierScalar>(
    _ sums: PackedSums, _ mode: ConvolutionMode, _ type: T.Type
  ) {
    let constant = T(PackedSums.constant.real)
    let actual = convolve(
      image.map { T($0.real) }, kernel.map { T($0.real) }, mode: mode,
      boundary: boundary.of(constant: constant), method: method)
    compare(actual, sums, mode, T.self) { value, row, column in
      (Double(value) - Double(sums.sums(row, column).real)).magnitude
    }
  }

  private func checkComplex<T: FourierScalar>(
    _ sums: PackedSums, _ mode: ConvolutionMode, _ type: T.Type
  ) {
    func number(_ value: GaussianInteger) -> Complex<T> {
      Complex(T(value.real), T(value.imaginary))
    }
    let actual = convolve(
      image.map(number), kernel.map(number), mode: mode,
      boundary: boundary.of(constant: number(PackedSums.constant)), method: method)
    compare(actual, sums, mode, T.self) { value, row, column in
      let wanted = sums.sums(row, column).complex
      let (x, y) = value.rawStorage
      return max(
        (Double(x) - Double(wanted.real)).magnitude,
        (Double(y) - Double(wanted.imaginary)).magnitude)
    }
  }

  private func compare<Element, T: FourierScalar>(
    _ actual: Matrix<Element>, _ sums: PackedSums, _ mode: ConvolutionMode, _ type: T.Type,
    _ error: (Element, Int, Int) -> Double
  ) {
    let (rows, columns) = wanted(mode)
    var worst = actual.rows == rows.count && actual.columns == columns.count ? 0 : Double.infinity
    var place = 0
    if worst == 0 {
      for row in rows {
        for column in columns {
          worst = max(worst, error(actual.elements[place], row, column))
          place += 1
        }
      }
    }
    // Sums of integers are exact; those of spectra and of factors are within a few units of
    // rounding of the norms of the kernel and of a window of the largest samples.
    let isExact = method == .direct
    let norms = (2.0 * 25 * Double(kernel.count)).squareRoot() * kernelNorm
    if !(worst <= (isExact ? 0 : 16 * unitOfRounding(T.self) * 4 * norms)) {
      Issue.record(
        """
        \(image.rows) x \(image.columns) by \(kernel.rows) x \(kernel.columns), \(Element.self), \
        \(mode), \(boundary), \(method): \(actual.rows) x \(actual.columns), off by \(worst)
        """)
    }
  }

  private var kernelNorm: Double {
    let squares = kernel.elements.reduce(0) { $0 + $1.real * $1.real + $1.imaginary * $1.imaginary }
    return Double(squares).squareRoot()
  }

  /// The rows and columns of a mode, as the page has them.
  private func wanted(_ mode: ConvolutionMode) -> (Range<Int>, Range<Int>) {
    let (n, m, k, l) = (image.rows, kernel.rows, image.columns, kernel.columns)
    switch mode {
    case .full: return (0..<(n + m - 1), 0..<(k + l - 1))
    case .same: return ((m - 1) / 2..<(m - 1) / 2 + n, (l - 1) / 2..<(l - 1) / 2 + k)
    case .valid:
      guard (n >= m && k >= l) || (n <= m && k <= l) else { return (0..<0, 0..<0) }
      return (min(n, m) - 1..<max(n, m), min(k, l) - 1..<max(k, l))
    case .lags(let lags): return (Range(lags), Range(lags))
    }
  }
}
