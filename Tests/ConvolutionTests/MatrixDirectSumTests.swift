// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport
import Testing

/// Every method, mode, boundary and type in two dimensions against the definition; for all small
/// shapes see ``MatrixSmallShapeTests``.
@Suite struct MatrixDirectSumTests {
  static let methods = ConvolutionMethod.choices

  /// Shapes with several pieces, tiles and strips, and boundaries longer than the image.
  @Test(arguments: methods, TestBoundary.allCases)
  func randomLargerShapes(method: ConvolutionMethod?, boundary: TestBoundary) {
    var generator = SeededGenerator(seed: 7)
    var shapes = [Shape(2, 3, 11, 14), Shape(1, 60, 7, 2), Shape(40, 1, 3, 9)]
    for _ in 0..<2 {
      shapes.append(
        Shape(
          Int.random(in: 1...50, using: &generator), Int.random(in: 1...60, using: &generator),
          Int.random(in: 1...13, using: &generator), Int.random(in: 1...20, using: &generator)))
    }
    for (seed, shape) in shapes.enumerated() {
      for mode in [ConvolutionMode.full, .same, .valid] {
        compare(shape, mode, boundary, method, Float.self, UInt64(seed))
        compareComplex(shape, mode, boundary, method, Double.self, UInt64(seed))
      }
    }
  }

  /// A kernel that is an outer product takes the separable way; integers stay exact there too,
  /// because its largest element is a power of two.
  @Test(arguments: TestBoundary.allCases) func separableKernels(boundary: TestBoundary) {
    var generator = SeededGenerator(seed: 11)
    let column = [1, -2, 4, 2, 1]
    let row = [3, 1, 4, -2, 0, 1]
    let kernel = Matrix(column.map { c in row.map { c * $0 } })
    for (rows, columns) in [(1, 1), (3, 40), (66, 20), (3, 530)] {
      let image = smallIntegers(rows, columns, &generator)
      for mode in [ConvolutionMode.full, .same, .valid] {
        let wanted = expected(image, kernel, mode, boundary, constant: 3, zero: 0, *)
        let actual = convolve(
          image.map { Double($0) }, kernel.map { Double($0) }, mode: mode,
          boundary: boundary.of(constant: 3), method: .separable)
        #expect(actual == wanted.map { Double($0) })
      }
    }
  }

  /// Taps that read the same backwards meet sums of two samples, which must not show where samples
  /// are not finite or so large that their sum is not.
  @Test(arguments: [1.0, -1.0]) func symmetricSeparableKernels(sign: Double) {
    let half: [Double] = [1, 2, 4]
    let taps = half + [sign > 0 ? 8 : 0] + half.reversed().map { sign * $0 }
    let kernel = Matrix(taps.map { a in half.map { a * $0 / 64 } })
    var generator = SeededGenerator(seed: 12)
    let special = [Double.nan, .infinity, -.infinity, .greatestFiniteMagnitude]
    for value in special {
      var image = smallIntegers(30, 50, &generator).map { Double($0) }
      for _ in 0..<3 {
        image[
          Int.random(in: 0..<30, using: &generator), Int.random(in: 0..<50, using: &generator)] =
          value
      }
      let wanted = convolve(image, kernel, method: .direct)
      let actual = convolve(image, kernel, method: .separable)
      for (a, b) in zip(actual.elements, wanted.elements) {
        #expect(a.isNaN == b.isNaN && (a.isNaN || a == b || abs(a - b) <= 1e-14 * abs(b)))
      }
    }
  }

  struct Shape {
    let (rows, columns, kernelRows, kernelColumns): (Int, Int, Int, Int)
    init(_ rows: Int, _ columns: Int, _ kernelRows: Int, _ kernelColumns: Int) {
      (self.rows, self.columns, self.kernelRows, self.kernelColumns) = (
        rows, columns, kernelRows, kernelColumns
      )
    }
  }

  private func compare<T: FourierScalar>(
    _ shape: Shape, _ mode: ConvolutionMode, _ boundary: TestBoundary, _ method: ConvolutionMethod?,
    _ type: T.Type, _ seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    let image = smallIntegers(shape.rows, shape.columns, &generator)
    let kernel = smallIntegers(shape.kernelRows, shape.kernelColumns, &generator)
    let wanted = expected(image, kernel, mode, boundary, constant: 5, zero: 0, *)
    let actual = convolve(
      image.map { T($0) }, kernel.map { T($0) }, mode: mode, boundary: boundary.of(constant: 5),
      method: method)
    let isExact = method == .direct
    let bound = isExact ? 0 : bound(image, kernel, T.self)
    check(shape, mode, boundary, method, T.self, bound, actual.map { Double($0) }, wanted)
    let turned = Matrix(
      rows: kernel.rows, columns: kernel.columns, elements: kernel.elements.reversed())
    let correlation = correlate(
      image.map { T($0) }, turned.map { T($0) }, mode: mode, boundary: boundary.of(constant: 5),
      method: method)
    #expect(correlation == actual)
  }

  private func compareComplex<T: FourierScalar>(
    _ shape: Shape, _ mode: ConvolutionMode, _ boundary: TestBoundary, _ method: ConvolutionMethod?,
    _ type: T.Type, _ seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    func numbers(_ rows: Int, _ columns: Int) -> Matrix<Complex<Double>> {
      smallIntegers(rows, columns, &generator).map {
        Complex(Double($0), Double(generator.smallInteger()))
      }
    }
    let image = numbers(shape.rows, shape.columns)
    let kernel = numbers(shape.kernelRows, shape.kernelColumns)
    let k = Complex<Double>(2, -3)
    let wanted = expected(image, kernel, mode, boundary, constant: k, zero: .zero, *)
    func narrow(_ matrix: Matrix<Complex<Double>>) -> Matrix<Complex<T>> {
      matrix.map { Complex(T($0.real), T($0.imaginary)) }
    }
    let actual = convolve(
      narrow(image), narrow(kernel), mode: mode, boundary: boundary.of(constant: Complex(2, -3)),
      method: method)
    let parts = [image, kernel].map { matrix in
      matrix.map { Int(max(abs($0.real), abs($0.imaginary))) * 2 }
    }
    let bound = method == .direct ? 0 : bound(parts[0], parts[1], T.self)
    for part in [\Complex<Double>.real, \.imaginary] {
      check(
        shape, mode, boundary, method, T.self, bound,
        actual.map { Complex(Double($0.rawStorage.x), Double($0.rawStorage.y))[keyPath: part] },
        wanted.map { Int($0[keyPath: part]) })
    }
    let turned = Matrix(
      rows: kernel.rows, columns: kernel.columns,
      elements: kernel.elements.reversed().map(\.conjugate))
    #expect(
      correlate(
        narrow(image), narrow(turned), mode: mode, boundary: boundary.of(constant: Complex(2, -3)),
        method: method) == actual)
  }

  /// FFT results are within a few units of rounding of ‖image‖ ‖kernel‖; beyond the edges the image
  /// goes on, which the norm of a window as large as the kernel covers.
  private func bound<T: FourierScalar>(
    _ image: Matrix<Int>, _ kernel: Matrix<Int>, _ type: T.Type
  ) -> Double {
    let size = Double(
      (image.rows + 2 * kernel.rows) * (image.columns + 2 * kernel.columns))
    return 8 * unitOfRounding(T.self) * (8 * size.squareRoot())
      * norm(kernel.elements.map { Double($0) })
  }

  private func check<T>(
    _ shape: Shape, _ mode: ConvolutionMode, _ boundary: TestBoundary, _ method: ConvolutionMethod?,
    _ type: T.Type, _ bound: Double, _ actual: Matrix<Double>, _ wanted: Matrix<Int>
  ) {
    let worst =
      zip(actual.elements, wanted.elements).map { abs($0 - Double($1)) }.max() ?? 0
    if actual.rows != wanted.rows || actual.columns != wanted.columns || !(worst <= bound) {
      Issue.record(
        """
        \(shape) \(mode) \(boundary) \(method) \(type): \(actual.rows) x \(actual.columns), \
        off by \(worst), bound \(bound)
        """)
    }
  }
}
