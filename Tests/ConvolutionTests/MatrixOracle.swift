// SPDX-License-Identifier: MIT

import FourierTransform
import ComplexModule
import Convolution
import TestSupport

/// A matrix of small integers, whose products and sums are exact in every type.
func smallIntegers(_ rows: Int, _ columns: Int, _ generator: inout SeededGenerator) -> Matrix<Int> {
  Matrix(
    rows: rows, columns: columns,
    elements: (0..<(rows * columns)).map { _ in generator.smallInteger() })
}

extension Matrix {
  func map<Other>(_ change: (Element) -> Other) -> Matrix<Other> {
    Matrix<Other>(rows: rows, columns: columns, elements: elements.map(change))
  }

  /// The element that a boundary puts at a place, by the letters of its definition: walks to the
  /// place step by step instead of computing with remainders.
  func extended(_ row: Int, _ column: Int, _ boundary: TestBoundary, zero: Element, k: Element)
    -> Element
  {
    guard let r = boundary.place(row, rows), let c = boundary.place(column, columns) else {
      return boundary == .constant ? k : zero
    }
    return self[r, c]
  }
}

/// The boundaries, without their element type.
enum TestBoundary: CaseIterable {
  case zero, constant, wrap, symmetric, reflect, replicate

  func of<Element: SignalElement>(constant: Element) -> Boundary<Element> {
    switch self {
    case .zero: .zero
    case .constant: .constant(constant)
    case .wrap: .wrap
    case .symmetric: .symmetric
    case .reflect: .reflect
    case .replicate: .replicate
    }
  }

  /// Walks from index 0 to `index`, one step at a time, as the boundary bounces.
  func place(_ index: Int, _ count: Int) -> Int? {
    if 0..<count ~= index { return index }
    var (place, direction) = (0, index < 0 ? -1 : 1)
    for _ in 0..<abs(index) {
      let next = place + direction
      if 0..<count ~= next {
        place = next
        continue
      }
      switch self {
      case .zero, .constant: return nil
      case .wrap: place = next < 0 ? count - 1 : 0
      case .symmetric: direction = -direction
      case .reflect:
        direction = -direction
        if count > 1 { place += direction }
      case .replicate: break
      }
    }
    return place
  }
}

/// The wanted results by the definition.
func expected<T: AdditiveArithmetic>(
  _ image: Matrix<T>, _ kernel: Matrix<T>, _ mode: ConvolutionMode, _ boundary: TestBoundary,
  constant: T, zero: T, _ multiply: (T, T) -> T
) -> Matrix<T> {
  let (n, m) = ((image.rows, image.columns), (kernel.rows, kernel.columns))
  let rows: Range<Int>
  let columns: Range<Int>
  switch mode {
  case .full: (rows, columns) = (0..<(n.0 + m.0 - 1), 0..<(n.1 + m.1 - 1))
  case .same:
    (rows, columns) = (
      ((m.0 - 1) / 2)..<((m.0 - 1) / 2 + n.0), ((m.1 - 1) / 2)..<((m.1 - 1) / 2 + n.1)
    )
  case .valid:
    guard (n.0 >= m.0 && n.1 >= m.1) || (n.0 <= m.0 && n.1 <= m.1) else {
      return Matrix(rows: 0, columns: 0, elements: [])
    }
    (rows, columns) = (
      (min(n.0, m.0) - 1)..<max(n.0, m.0), (min(n.1, m.1) - 1)..<max(n.1, m.1)
    )
  case .lags(let lags): (rows, columns) = (Range(lags), Range(lags))
  }
  let edge = mode == .valid ? .zero : boundary
  var elements: [T] = []
  for i in rows {
    for j in columns {
      var sum = zero
      for a in 0..<m.0 {
        for b in 0..<m.1 {
          let isOutside = !(0..<n.0 ~= i - a && 0..<n.1 ~= j - b)
          if edge == .zero && isOutside { continue }
          sum += multiply(
            image.extended(i - a, j - b, edge, zero: zero, k: constant), kernel[a, b])
        }
      }
      elements.append(sum)
    }
  }
  return Matrix(rows: rows.count, columns: columns.count, elements: elements)
}
