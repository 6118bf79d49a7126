// SPDX-License-Identifier: MIT

internal import FourierTransform
internal import Convolution
internal import VectorKernels

/// The sliding sums of an image's elements and of their squares over all patches of one size whose
/// first row is the same.
struct PatchSums<Element: FourierScalar> {
  private let patchRows: Int
  private let patchColumns: Int
  /// The patches' first row.
  private var row: Int
  /// Sums over the patches' rows, for each column of the image, and then what rounding took from each.
  private var columnSums: [Double]
  private var columnSquares: [Double]
  private var sums: [Double]
  private var squares: [Double]

  init(_ image: Matrix<Element>, rows: Int, columns: Int, from row: Int) {
    (patchRows, patchColumns, self.row) = (rows, columns, row)
    columnSums = [Double](repeating: 0, count: 2 * image.columns)
    columnSquares = columnSums
    sums = [Double](repeating: 0, count: image.columns - columns + 1)
    squares = sums
    for entering in row..<(row + rows) {
      Element.slideColumnSums(
        entering: image.row(entering), leaving: Span(), &columnSums, &columnSquares)
    }
  }

  /// Goes on to the next row.
  mutating func moveDown(_ image: Matrix<Element>) {
    Element.slideColumnSums(
      entering: image.row(row + patchRows), leaving: image.row(row), &columnSums, &columnSquares)
    row += 1
  }

  /// Gives `body` the sums and the sums of squares.
  mutating func withSums(_ body: (Span<Double>, Span<Double>) -> Void) {
    unsafe vk_sum_neighbours(
      columnSums, columnSquares, columnSums.count / 2, patchColumns, &sums, &squares)
    body(sums.span, squares.span)
  }
}
