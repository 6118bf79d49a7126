// SPDX-License-Identifier: MIT

import Convolution
import TestSupport
import Testing

/// Matrices of integers are exact or refused, whatever the method.
@Suite struct IntegerMatrixTests {
  private static let methods = ConvolutionMethod.choices

  private func compare<I: FixedWidthInteger & Sendable>(
    _ range: ClosedRange<I>, _ shape: (Int, Int, Int, Int), _ method: ConvolutionMethod?
  ) throws {
    var generator = SeededGenerator(seed: UInt64(shape.0 * 100 + shape.3))
    func numbers(_ rows: Int, _ columns: Int) -> Matrix<I> {
      Matrix(
        rows: rows, columns: columns,
        elements: (0..<(rows * columns)).map { _ in I.random(in: range, using: &generator) })
    }
    let image = numbers(shape.0, shape.1)
    let kernel = numbers(shape.2, shape.3)
    let turned = Matrix(
      rows: kernel.rows, columns: kernel.columns, elements: Array(kernel.elements.reversed()))
    for (mode, boundary) in zip(
      [ConvolutionMode.full, .same, .valid, .full, .same, .same], TestBoundary.allCases)
    {
      let edge: Boundary<I> =
        switch boundary {
        case .zero: .zero
        case .constant: .constant(range.upperBound)
        case .wrap: .wrap
        case .symmetric: .symmetric
        case .reflect: .reflect
        case .replicate: .replicate
        }
      let wanted = expected(
        image.map { Int($0) }, kernel.map { Int($0) }, mode, boundary,
        constant: Int(range.upperBound), zero: 0, *)
      #expect(
        try convolve(image, kernel, mode: mode, boundary: edge, method: method) == wanted,
        "\(shape), \(I.self), \(mode), \(boundary)")
      #expect(
        try correlate(image, turned, mode: mode, boundary: edge, method: method) == wanted)
    }
  }

  @Test(arguments: methods) func everyTypeOverItsWholeRange(method: ConvolutionMethod?) throws {
    for shape in [(1, 1, 1, 1), (5, 7, 3, 2), (2, 3, 5, 4), (1, 30, 4, 1), (20, 16, 6, 7)] {
      try compare(Int8.min...Int8.max, shape, method)
      try compare(UInt8.min...UInt8.max, shape, method)
      try compare(Int16.min...Int16.max, shape, method)
      try compare(UInt32.min...(1 << 25), shape, method)
      try compare(Int(-1 << 26)...(1 << 26), shape, method)
    }
  }

  @Test func someLagsOnly() throws {
    let image: Matrix<Int32> = [[1, -2, 3, 4], [5, -6, 7, 8], [9, 1, -2, 3]]
    let kernel: Matrix<Int32> = [[2, -1], [3, 5]]
    for boundary in [Boundary<Int32>.zero, .wrap, .constant(-3)] {
      let all = try correlate(image, kernel, boundary: boundary)
      let some = try correlate(
        image, kernel, mode: .lags(-3...1), columnMode: .lags(0...5), boundary: boundary)
      for row in -3...1 {
        for column in 0...5 {
          let wanted = row >= -1 && column <= 3 ? all[row + 1, column + 1] : 0
          #expect(some[row + 3, column] == wanted)
        }
      }
    }
    let large: Matrix<Int> = [[Int.max, 0, 0, 1]]
    #expect(throws: ConvolutionError.self) { try correlate(large, [[2, 1]]) }
    let some = try correlate(large, [[2, 1]], mode: .lags(0...0), columnMode: .lags(1...3))
    #expect(some == [[0, 1, 2]])
  }

  /// An outer product, whose factors are not whole.
  @Test func productsOfAColumnAndARow() throws {
    let column = [3, 7, -5, 11]
    let kernel = Matrix(column.map { a in [7, 13, 5].map { a * $0 << 20 } })
    let image = Matrix((0..<40).map { r in (0..<50).map { (r * 31 + $0 * 17) % 1001 } })
    let wanted = expected(image, kernel, .same, .zero, constant: 0, zero: 0, *)
    for method in Self.methods {
      #expect(try convolve(image, kernel, mode: .same, method: method) == wanted)
    }
  }

  @Test(arguments: methods) func overflowIsThrown(method: ConvolutionMethod?) throws {
    #expect(throws: ConvolutionError.overflow(index: 1)) {
      try convolve([[1, Int.max]], [[2]], method: method)
    }
    #expect(throws: ConvolutionError.overflow(index: 0)) {
      try convolve(
        [[1]], [[1], [1], [1]], mode: .same, boundary: .constant(Int.max), method: method)
    }
    // What cancels fits though its terms do not.
    #expect(
      try convolve([[Int.max, Int.max]], [[2, -2]], mode: .valid, method: method) == [[0]])
    #expect(try convolve([[Int.min]], [[1]], method: method) == [[Int.min]])
  }

  @Test func emptyOnesGiveNothing() throws {
    let empty = Matrix<Int>(rows: 0, columns: 0, elements: [])
    #expect(try convolve(empty, [[1]], boundary: .wrap).isEmpty)
    #expect(try correlate(Matrix<Int>([[1]]), empty).isEmpty)
  }
}
