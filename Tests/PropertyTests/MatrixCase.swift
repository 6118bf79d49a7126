// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport

/// An image, a kernel, and how they are to be convolved.
struct MatrixCase: RandomCase, CustomStringConvertible {
  var image: Matrix<Sample>
  var kernel: Matrix<Sample>
  var mode: ConvolutionMode
  var columnMode: ConvolutionMode
  /// Of `boundaries`.
  var boundaryIndex: Int
  var method: ConvolutionMethod?
  var threads: Int
  var typeIndex: Int
  var number: Int

  init(using generator: inout SeededGenerator) {
    func matrix(
      _ most: Int, _ range: SampleRange, _ generator: inout SeededGenerator
    ) -> Matrix<Sample> {
      let (rows, columns) = (generator.size(0...most), generator.size(0...most))
      return Matrix(
        rows: rows, columns: columns, elements: range.samples(rows * columns, &generator))
    }
    let isLarge = Int.random(in: 0..<16, using: &generator) == 0
    image = matrix(isLarge ? 70 : 14, generator.one(of: SampleRange.allCases), &generator)
    kernel = matrix(isLarge ? 20 : 9, generator.one(of: SampleRange.allCases), &generator)
    mode = generator.one(of: [.full, .same, .valid])
    columnMode = Bool.random(using: &generator) ? mode : generator.one(of: [.full, .same, .valid])
    boundaryIndex = Int.random(in: Self.boundaries.indices, using: &generator)
    method = generator.one(of: [nil] + ConvolutionMethod.allCases.map { $0 })
    threads = Int.random(in: 1...4, using: &generator)
    typeIndex = Int.random(in: elementTypes.indices, using: &generator)
    number = generator.size(0...30)
  }

  static let boundaries: [Boundary<Sample>] = [
    .zero, .constant(Sample(3, -2)), .wrap, .symmetric, .reflect, .replicate,
  ]

  var type: any SignalElement.Type { elementTypes[typeIndex] }
  var boundary: Boundary<Sample> { Self.boundaries[boundaryIndex] }

  var simpler: [Self] {
    var candidates = simpler(\.boundaryIndex, atLeast: 0) + simpler(\.threads, atLeast: 1)
    candidates += simpler(\.mode, to: .full) + simpler(\.columnMode, to: mode)
    if method != nil { candidates += simpler(\.method, to: .direct) }
    candidates += simpler(\.typeIndex, atLeast: 0) + simpler(\.number, atLeast: 0)
    candidates += simplerMatrices(image).map { with(\.image, $0) }
    candidates += simplerMatrices(kernel).map { with(\.kernel, $0) }
    return candidates
  }

  var description: String {
    "\(type), \(mode) x \(columnMode), boundary \(boundary), "
      + "method \(method.map(\.rawValue) ?? "any"), \(threads) threads, number \(number), "
      + "image \(text(image)), kernel \(text(kernel))"
  }

  func convolved<T: SignalElement>(
    _ type: T.Type, _ image: Matrix<Sample>, _ kernel: Matrix<Sample>
  ) -> Matrix<Sample> {
    convolve(
      image.of(type), kernel.of(type), mode: mode, columnMode: columnMode,
      boundary: boundary(type), method: method, threads: threads
    ).map(\.sample)
  }

  func correlated<T: SignalElement>(
    _ type: T.Type, _ image: Matrix<Sample>, _ kernel: Matrix<Sample>
  ) -> Matrix<Sample> {
    correlate(
      image.of(type), kernel.of(type), mode: mode, columnMode: columnMode,
      boundary: boundary(type), method: method, threads: threads
    ).map(\.sample)
  }

  func boundary<T: SignalElement>(_ type: T.Type) -> Boundary<T> {
    boundary.with(constant: T(Sample(3, -2)))
  }

  /// How far a result may be from the truth. An extended image has its elements again and again: as
  /// often as a kernel can reach beyond it.
  func bound<T: SignalElement>(
    _ type: T.Type, _ image: Matrix<Sample>, _ kernel: Matrix<Sample>
  ) -> Double {
    var norm = image.elements.norm
    if boundary != .zero && !image.isEmpty {
      let copies = Double(3 + 2 * kernel.rows / image.rows)
      norm *= copies * Double(3 + 2 * kernel.columns / image.columns)
      norm += 4 * Double((image.rows + 2 * kernel.rows) * (image.columns + 2 * kernel.columns))
    }
    let rows = image.rows + 2 * kernel.rows
    let count = rows * (image.columns + 2 * kernel.columns)
    return errorBound(type, norm, kernel.elements.norm, count: count)
  }
}

/// Matrices with fewer rows or columns, or one element simpler.
private func simplerMatrices(_ matrix: Matrix<Sample>) -> [Matrix<Sample>] {
  let (rows, columns) = (matrix.rows, matrix.columns)
  var candidates: [Matrix<Sample>] = []
  for kept in [rows / 2, rows - 1] where kept >= 0 && kept < rows {
    candidates.append(matrix.part(0..<kept, 0..<columns))
    candidates.append(matrix.part(rows - kept..<rows, 0..<columns))
  }
  for kept in [columns / 2, columns - 1] where kept >= 0 && kept < columns {
    candidates.append(matrix.part(0..<rows, 0..<kept))
    candidates.append(matrix.part(0..<rows, columns - kept..<columns))
  }
  for index in matrix.elements.indices {
    for sample in simplerSamples(matrix.elements[index]) {
      var candidate = matrix
      candidate.elements[index] = sample
      candidates.append(candidate)
    }
  }
  return candidates
}

private func text(_ matrix: Matrix<Sample>) -> String {
  "\(matrix.rows) x \(matrix.columns) \(text(matrix.elements))"
}

extension Matrix {
  func map<Other>(_ transform: (Element) -> Other) -> Matrix<Other> {
    Matrix<Other>(rows: rows, columns: columns, elements: elements.map(transform))
  }

  func part(_ rows: Range<Int>, _ columns: Range<Int>) -> Matrix {
    Matrix(
      rows: rows.count, columns: columns.count,
      elements: rows.flatMap { row in columns.map { self[row, $0] } })
  }

  var transposed: Matrix {
    Matrix(
      rows: columns, columns: rows,
      elements: (0..<columns).flatMap { column in (0..<rows).map { self[$0, column] } })
  }

  /// Turned by 180 degrees.
  var turned: Matrix { Matrix(rows: rows, columns: columns, elements: elements.reversed()) }
}

extension Matrix where Element == Sample {
  func of<T: SignalElement>(_ type: T.Type) -> Matrix<T> { map { T($0) } }
}

/// The first place at which two matrices differ by more than `tolerance`, or in their size.
func difference(
  _ actual: Matrix<Sample>, _ expected: Matrix<Sample>, within tolerance: Double
) -> String? {
  guard actual.rows == expected.rows, actual.columns == expected.columns else {
    return "\(actual.rows) x \(actual.columns), not \(expected.rows) x \(expected.columns)"
  }
  return difference(actual.elements, expected.elements, within: tolerance)
}
