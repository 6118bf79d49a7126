// SPDX-License-Identifier: MIT

import Convolution
import TestSupport

extension Volume {
  func map<Other>(_ change: (Element) -> Other) -> Volume<Other> {
    Volume<Other>(planes: planes, rows: rows, columns: columns, elements: elements.map(change))
  }

  /// The planes, rows and columns.
  var shape: [Int] { [planes, rows, columns] }

  /// A volume of the elements that `make` gives.
  init(shape: [Int], _ make: () -> Element) {
    self.init(
      planes: shape[0], rows: shape[1], columns: shape[2],
      elements: (0..<shape.reduce(1, *)).map { _ in make() })
  }

  /// The product of a line along the planes, a column and a row.
  init(
    _ line: [Element], _ column: [Element], _ row: [Element], _ times: (Element, Element) -> Element
  ) {
    self.init(
      planes: line.count, rows: column.count, columns: row.count,
      elements: line.flatMap { a in
        column.flatMap { b in row.map { c in times(times(a, b), c) } }
      })
  }
}

/// The indices of the full convolution that a mode has along one axis, as the page has them; nil for
/// `valid` where neither fits into the other.
func wantedRanges(_ mode: ConvolutionMode, _ n: [Int], _ m: [Int]) -> [Range<Int>] {
  let isNested =
    zip(n, m).allSatisfy { $0 >= $1 } || zip(n, m).allSatisfy { $0 <= $1 }
  return zip(n, m).map { n, m in
    switch mode {
    case .full: 0..<(n + m - 1)
    case .same: ((m - 1) / 2)..<((m - 1) / 2 + n)
    case .valid: isNested ? (min(n, m) - 1)..<max(n, m) : 0..<0
    case .lags(let lags): Range(lags)
    }
  }
}

/// The wanted results of a volume by the definition, one sum after the other.
func expected<T: AdditiveArithmetic>(
  _ volume: Volume<T>, _ kernel: Volume<T>, _ mode: ConvolutionMode, _ boundary: TestBoundary,
  constant: T, _ multiply: (T, T) -> T
) -> Volume<T> {
  let (n, m) = (volume.shape, kernel.shape)
  let ranges = wantedRanges(mode, n, m)
  let edge = mode == .valid ? .zero : boundary
  // For each index, from 1 - m to n + m - 2, the place that the boundary finds there.
  let places = zip(n, m).map { n, m in
    (1 - m..<n + m - 1).map { edge.place($0, n) ?? -1 }
  }
  let outside = edge == .constant ? constant : .zero
  var elements: [T] = []
  for h in ranges[0] {
    for i in ranges[1] {
      for j in ranges[2] {
        var sum = T.zero
        for a in 0..<m[0] where 0..<places[0].count ~= h - a + m[0] - 1 {
          let plane = places[0][h - a + m[0] - 1]
          for b in 0..<m[1] where 0..<places[1].count ~= i - b + m[1] - 1 {
            let row = places[1][i - b + m[1] - 1]
            for c in 0..<m[2] where 0..<places[2].count ~= j - c + m[2] - 1 {
              let column = places[2][j - c + m[2] - 1]
              let isOutside = plane < 0 || row < 0 || column < 0
              if isOutside && edge != .constant { continue }
              sum += multiply(
                isOutside ? outside : volume[plane, row, column], kernel[a, b, c])
            }
          }
        }
        elements.append(sum)
      }
    }
  }
  return Volume(
    planes: ranges[0].count, rows: ranges[1].count, columns: ranges[2].count, elements: elements)
}
