// SPDX-License-Identifier: MIT

internal import Convolution

/// The sums over all rectangles of an image (F. C. Crow, "Summed-area tables for texture mapping",
/// 1984).
struct SummedArea {
  private let width: Int
  private var sums: [Double]

  init(_ image: Matrix<Double>, _ value: (Double) -> Double) {
    width = image.columns + 1
    sums = [Double](repeating: 0, count: (image.rows + 1) * width)
    for row in 0..<image.rows {
      let source = image.row(row)
      var line = 0.0
      for column in source.indices {
        line += value(source[column])
        sums[(row + 1) * width + column + 1] = sums[row * width + column + 1] + line
      }
    }
  }

  @inline(__always)
  func sum(_ row: Int, _ column: Int, _ height: Int, _ count: Int) -> Double {
    let (top, bottom) = (row * width + column, (row + height) * width + column)
    return sums[bottom + count] - sums[top + count] - sums[bottom] + sums[top]
  }
}
