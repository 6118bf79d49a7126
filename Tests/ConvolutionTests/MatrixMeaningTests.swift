// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import TestSupport
import Testing

/// What a matrix convolution means does not depend on how it is done.
@Suite struct MatrixMeaningTests {
  static let methods = ConvolutionMethod.choices

  @Test(arguments: methods) func workedExample(method: ConvolutionMethod?) {
    let image: Matrix<Double> = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    let result = correlate(image, [[0, 1], [2, 3]], mode: .valid, method: method)
    #expect(result.map { $0.rounded() } == [[19, 25], [37, 43]])
  }

  /// Setting all elements of a matrix one by one would otherwise take the square of their number.
  @Test func anElementIsSetWithoutACopyOfTheMatrix() {
    var image = Matrix<Float>(repeating: 0, rows: 4, columns: 5)
    func place() -> UInt {
      unsafe image.elements.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }
    let before = place()
    image[2, 3] = 1
    #expect(place() == before)
    image.elements[0] = 2
    #expect(place() == before)
    #expect(image.elements.filter { $0 != 0 } == [2, 1])
  }

  @Test(arguments: [ConvolutionMode.full, .same, .valid]) func emptiesGiveNothing(
    mode: ConvolutionMode
  ) {
    let empty = Matrix<Float>(rows: 0, columns: 5, elements: [])
    let image: Matrix<Float> = [[1, 2], [3, 4]]
    #expect(convolve(empty, image, mode: mode).isEmpty)
    #expect(convolve(image, empty, mode: mode).isEmpty)
    #expect(convolve(empty, empty, mode: mode, boundary: .reflect).isEmpty)
  }

  @Test(arguments: methods) func neitherInsideTheOtherHasNoValidResults(method: ConvolutionMethod?)
  {
    let tall = Matrix<Float>(repeating: 1, rows: 5, columns: 2)
    let wide = Matrix<Float>(repeating: 1, rows: 2, columns: 5)
    #expect(convolve(tall, wide, mode: .valid, method: method).isEmpty)
  }

  /// NaN and infinities, at every position, reach the results they are a part of and no others.
  @Test(arguments: methods, [Float.nan, .infinity, -.infinity])
  func specialSamples(method: ConvolutionMethod?, special: Float) {
    var generator = SeededGenerator(seed: 5)
    let kernel = smallIntegers(3, 2, &generator).map { Float($0 == 0 ? 1 : $0) }
    for place in 0..<30 {
      var image = smallIntegers(5, 6, &generator).map { Float($0) }
      image.elements[place] = special
      for boundary in TestBoundary.allCases {
        let wanted = expected(image, kernel, .full, boundary, constant: 2, zero: 0, *)
        let actual = convolve(image, kernel, boundary: boundary.of(constant: 2), method: method)
        #expect(
          zip(actual.elements, wanted.elements).allSatisfy {
            $0.isNaN == $1.isNaN && ($1.isNaN || abs($0 - $1) < 1e-3 || $0 == $1)
          }, "\(place) \(boundary)")
      }
    }
  }

  /// The same for complex numbers of which one part is NaN or infinite, in both precisions, and for
  /// single rows and columns.
  @Test(arguments: methods, [(1, 7), (6, 1), (3, 4)])
  func specialComplexSamples(method: ConvolutionMethod?, shape: (Int, Int)) {
    var generator = SeededGenerator(seed: 12)
    func numbers(_ rows: Int, _ columns: Int) -> Matrix<Complex<Double>> {
      smallIntegers(rows, columns, &generator).map {
        Complex(Double($0 == 0 ? 1 : $0), Double(generator.smallInteger()))
      }
    }
    let kernel = numbers(min(2, shape.0), min(3, shape.1))
    for place in 0..<(shape.0 * shape.1) {
      var image = numbers(shape.0, shape.1)
      image.elements[place] =
        place % 2 == 0 ? Complex(1, .nan) : Complex(-.infinity, image.elements[place].imaginary)
      for boundary in TestBoundary.allCases {
        let wanted = expected(
          image, kernel, .full, boundary, constant: Complex(2, 1), zero: .zero, *)
        let actual = convolve(
          image, kernel, boundary: boundary.of(constant: Complex(2, 1)), method: method)
        expectSame(actual, wanted, tolerance: 1e-11, "\(place) \(boundary)")
        let narrow = convolve(
          image.map { Complex<Float>($0) }, kernel.map { Complex<Float>($0) },
          boundary: boundary.of(constant: Complex(2, 1)), method: method)
        expectSame(
          narrow.map { Complex<Double>($0) }, wanted, tolerance: 1e-3, "\(place) \(boundary)")
      }
    }
  }

  /// That both are finite at the same places, and alike there.
  private func expectSame(
    _ actual: Matrix<Complex<Double>>, _ wanted: Matrix<Complex<Double>>, tolerance: Double,
    _ comment: Comment
  ) {
    #expect(
      zip(actual.elements, wanted.elements).allSatisfy {
        $0.isFinite == $1.isFinite && (!$1.isFinite || ($0 - $1).length < tolerance)
      }, comment)
  }

  @Test(arguments: methods) func specialTaps(method: ConvolutionMethod?) {
    var generator = SeededGenerator(seed: 6)
    let image = smallIntegers(6, 5, &generator).map { Float($0 == 0 ? 1 : $0) }
    for place in 0..<9 {
      var kernel = smallIntegers(3, 3, &generator).map { Float($0) }
      kernel.elements[place] = place % 2 == 0 ? .infinity : .nan
      for boundary in TestBoundary.allCases {
        let wanted = expected(image, kernel, .same, boundary, constant: 2, zero: 0, *)
        let actual = convolve(
          image, kernel, mode: .same, boundary: boundary.of(constant: 2), method: method)
        #expect(
          zip(actual.elements, wanted.elements).allSatisfy {
            $0.isNaN == $1.isNaN && ($1.isNaN || abs($0 - $1) < 1e-3 || $0 == $1)
          }, "\(place) \(boundary)")
      }
    }
  }

  /// One huge sample does not drown the results that it has no part in, and zeros stay zeros.
  @Test(arguments: methods) func hugeDynamicRange(method: ConvolutionMethod?) {
    var image = Matrix<Float>(repeating: 1, rows: 40, columns: 40)
    for row in 0..<10 { for column in 0..<40 { image[row, column] = 0 } }
    image[39, 39] = 1e30
    let kernel = Matrix<Float>(repeating: 1, rows: 5, columns: 5)
    let actual = convolve(image, kernel, mode: .same, method: method)
    for row in 0..<8 { for column in 0..<40 { #expect(actual[row, column] == 0) } }
    for row in 12..<37 { for column in 2..<37 { #expect(abs(actual[row, column] - 25) < 1e-3) } }
  }

  @Test(arguments: methods) func threadsAndPlansDoNotChangeABit(method: ConvolutionMethod?) throws {
    var generator = SeededGenerator(seed: 8)
    let image = Matrix(
      rows: 150, columns: 130, elements: (0..<19500).map { _ in Float(generator.normal()) })
    let kernel = Matrix(
      rows: 9, columns: 12, elements: (0..<108).map { _ in Float(generator.normal()) })
    let one = convolve(image, kernel, mode: .same, boundary: .wrap, method: method, threads: 1)
    #expect(
      convolve(image, kernel, mode: .same, boundary: .wrap, method: method, threads: 3) == one)
    let plan = try ConvolutionPlan2D(
      kernel: kernel, mode: .same, boundary: .wrap, method: method, threads: 2,
      expectedUses: 1)
    #expect(plan.apply(to: image) == one)
    #expect(plan.apply(to: image) == one)
    #expect(throws: ConvolutionError.emptyKernel) {
      try ConvolutionPlan2D(kernel: Matrix<Float>(rows: 0, columns: 0, elements: []))
    }
  }

  /// Passes go down an image in bands of 64 rows: the last one may be made of rows that are all beyond
  /// the image.
  @Test(arguments: [65, 70, 79, 80, 127, 128, 130]) func imagesOfAnyHeightInTwoPasses(rows: Int) {
    var generator = SeededGenerator(seed: 9)
    let elements = (0..<(45 * rows)).map { _ in Double(generator.smallInteger()) }
    let image = Matrix(rows: rows, columns: 45, elements: elements)
    let row: [Double] = [1, 2, 3]
    let kernel = Matrix((0..<31).map { tap in row.map { $0 * Double(tap % 4 + 1) } })
    for mode in [ConvolutionMode.full, .same, .valid] {
      let passes = convolve(image, kernel, mode: mode, method: .separable, threads: 1)
      let direct = convolve(image, kernel, mode: mode, method: .direct, threads: 1)
      #expect(passes.map { $0.rounded() } == direct)
    }
  }

  /// A band with a NaN in it is done another way, and it is the same band on any number of threads.
  @Test func threadsDoNotChangeABitBesideNaN() {
    var generator = SeededGenerator(seed: 10)
    var image = Matrix(
      rows: 1100, columns: 40, elements: (0..<44000).map { _ in Float(generator.normal()) })
    for row in [40, 366, 557, 1040] { image[row, 20] = .nan }
    let taps: [Float] = [1, 2, 3, 4, 5, 4, 3, 2, 1]
    let kernel = Matrix(taps.map { tap in taps.map { $0 * tap } })
    func bits(threads: Int) -> [UInt32] {
      convolve(image, kernel, mode: .same, method: .separable, threads: threads).elements.map {
        $0.bitPattern
      }
    }
    let one = bits(threads: 1)
    #expect(bits(threads: 2) == one && bits(threads: 3) == one)
  }
}
