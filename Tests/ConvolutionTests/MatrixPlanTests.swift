// SPDX-License-Identifier: MIT

import FourierTransform
import ComplexModule
import Convolution
import TestSupport
import Testing

/// Kernels that are prepared once, for buffers of the caller's, for several images and for several
/// kernels at a time: to the bit what each would give alone.
@Suite struct MatrixPlanTests {
  private static let methods = ConvolutionMethod.choices

  private func noise(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
    var generator = SeededGenerator(seed: seed)
    return Matrix(
      rows: rows, columns: columns,
      elements: (0..<(rows * columns)).map { _ in Float(generator.normal()) })
  }

  private func apply<Element: SignalElement>(
    _ plan: ConvolutionPlan2D<Element>, _ image: Matrix<Element>, resultCount: Int
  ) throws -> [Element] {
    var results = [Element](repeating: .zero, count: resultCount)
    var output = results.mutableSpan
    try plan.apply(to: image.elements.span, rows: image.rows, columns: image.columns, into: &output)
    return results
  }

  @Test(arguments: methods, [ConvolutionMode.full, .same, .valid])
  func aBufferTakesWhatAMatrixWouldHold(method: ConvolutionMethod?, mode: ConvolutionMode) throws {
    let plan = try ConvolutionPlan2D(
      correlatingWith: noise(5, 4, seed: 1), mode: mode, boundary: .reflect, method: method)
    for (rows, columns) in [(1, 1), (5, 4), (40, 33), (3, 70)] {
      let image = noise(rows, columns, seed: 2)
      let wanted = plan.apply(to: image)
      let size = plan.resultSize(rows: rows, columns: columns)
      #expect(size == (wanted.rows, wanted.columns))
      #expect(try apply(plan, image, resultCount: wanted.count) == wanted.elements)
      #expect(
        throws: ConvolutionError.wrongOutputCount(
          expected: wanted.count, actual: wanted.count + 1)
      ) { try apply(plan, image, resultCount: wanted.count + 1) }
    }
    let empty = Matrix<Float>(rows: 0, columns: 4, elements: [])
    #expect(try apply(plan, empty, resultCount: 0) == [])
  }

  @Test func aSizeThatIsNotTheImagesIsRefused() throws {
    let plan = try ConvolutionPlan2D(kernel: noise(2, 2, seed: 1), mode: .same)
    let bank = try FilterBank2D(kernels: [noise(2, 2, seed: 1)], mode: .same)
    let samples = [Float](repeating: 1, count: 12)
    for (rows, columns) in [(3, 5), (-3, -4), (1 << 62, 8), (0, 12)] {
      let error = ConvolutionError.wrongImageCount(rows: rows, columns: columns, actual: 12)
      #expect(throws: error) {
        var results = [Float](repeating: 0, count: 12)
        var output = results.mutableSpan
        try plan.apply(to: samples.span, rows: rows, columns: columns, into: &output)
      }
      #expect(throws: error) {
        var results = [Float](repeating: 0, count: 12)
        var output = results.mutableSpan
        try bank.apply(to: samples.span, rows: rows, columns: columns, into: &output)
      }
    }
  }

  @Test(arguments: methods) func severalImagesAreEachTheSame(method: ConvolutionMethod?) throws {
    let plan = try ConvolutionPlan2D(
      kernel: noise(4, 7, seed: 3), mode: .same, boundary: .wrap, method: method,
      threads: 2)
    let images = (0..<9).map { noise(10 + $0, 40 - $0, seed: UInt64($0)) }
    #expect(plan.apply(to: images) == images.map { plan.apply(to: $0) })
    #expect(plan.apply(to: [Matrix<Float>]()).isEmpty)
  }

  /// Kernels of two sizes, one of them with an infinity; images with and without what needs care.
  @Test(arguments: methods, [1, 3])
  func severalKernelsAreEachTheSame(method: ConvolutionMethod?, threads: Int) throws {
    var kernels = (0..<4).map { noise(7, 6, seed: UInt64(10 + $0)) }
    kernels.insert(noise(3, 3, seed: 20), at: 2)
    kernels[3].elements[5] = .infinity
    var spoilt = noise(60, 50, seed: 5)
    spoilt[20, 30] = .nan
    spoilt[1, 1] = 1e30
    for image in [noise(60, 50, seed: 4), spoilt, Matrix(repeating: 0, rows: 60, columns: 50)] {
      for boundary in [Boundary<Float>.zero, .symmetric] {
        let bank = try FilterBank2D(
          correlatingWith: kernels, mode: .same, boundary: boundary, method: method,
          threads: threads)
        let wanted = bank.plans.map { $0.apply(to: image) }
        let actual = bank.apply(to: image)
        #expect(zip(actual, wanted).allSatisfy { isSame($0.elements, $1.elements) })
        var results = [Float](repeating: 0, count: bank.resultCount(rows: 60, columns: 50))
        var output = results.mutableSpan
        try bank.apply(to: image.elements.span, rows: 60, columns: 50, into: &output)
        #expect(isSame(results, wanted.flatMap(\.elements)))
        for (kernel, alone) in zip(kernels, wanted) {
          let plan = try ConvolutionPlan2D(
            correlatingWith: kernel, mode: .same, boundary: boundary, method: method)
          #expect(isSame(plan.apply(to: image).elements, alone.elements))
        }
      }
    }
  }

  @Test func moreKernelsThanAreDoneTogether() throws {
    let kernels = (0..<70).map { noise(3, 2, seed: UInt64($0)) }
    let image = noise(9, 8, seed: 99)
    let results = try FilterBank2D(correlatingWith: kernels, mode: .valid, method: .fft)
      .apply(to: image)
    #expect(results.count == 70)
    for (kernel, result) in zip(kernels, results) {
      #expect(result == correlate(image, kernel, mode: .valid, method: .fft))
    }
    #expect(try FilterBank2D(kernels: [Matrix<Float>]()).apply(to: image).isEmpty)
    #expect(throws: ConvolutionError.emptyKernel) {
      try FilterBank2D(kernels: [kernels[0], Matrix(rows: 0, columns: 0, elements: [])])
    }
    let nothing = Matrix<Float>(rows: 0, columns: 0, elements: [])
    #expect(try FilterBank2D(kernels: kernels).apply(to: nothing).allSatisfy(\.isEmpty))
  }

  @Test func aPlanTellsWhatItWouldDo() throws {
    let column: [Float] = (0..<15).map { Float($0 + 1) }
    let product = Matrix(column.map { a in column.map { a * $0 } })
    let plan = try ConvolutionPlan2D(kernel: product, mode: .same)
    #expect(plan.choice(rows: 500, columns: 500).method == .separable)
    #expect(plan.kernelRows == 15 && plan.kernelColumns == 15)
    let other = try ConvolutionPlan2D(kernel: noise(15, 15, seed: 1), mode: .same)
    #expect(other.choice(rows: 500, columns: 500).method != .separable)
  }

  @Test func aFewLagsAreThoseOfAll() {
    let image = noise(30, 21, seed: 6)
    let kernel = noise(8, 25, seed: 7)
    let all = correlate(image, kernel, method: .direct)
    let some = correlate(image, kernel, mode: .lags(-10...4), columnMode: .lags(-3...40))
    #expect(some.rows == 15 && some.columns == 44)
    for row in -10...4 {
      for column in -3...40 {
        let overlaps = -8 < row && row < 30 && -25 < column && column < 21
        let wanted = overlaps ? all[row + 7, column + 24] : 0
        #expect(abs(some[row + 10, column + 3] - wanted) < 1e-4)
      }
    }
    let none = correlate(image, kernel, mode: .lags(100...101), columnMode: .lags(0...2))
    #expect(none == Matrix(repeating: 0, rows: 2, columns: 3))
  }

  /// Whether two are alike to the bit, in NaN too.
  private func isSame(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
  }
}
