internal import FourierTransform
internal import Convolution

/// The sums of an image's elements and of their squares over all patches of one size whose first
/// row is the same: sliding sums, from row to row and from column to column.
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
      Self.slide(image, entering: entering, leaving: 0..<0, &columnSums, &columnSquares)
    }
  }

  /// Goes on to the next row.
  mutating func moveDown(_ image: Matrix<Element>) {
    Self.slide(
      image, entering: row + patchRows, leaving: row..<(row + 1), &columnSums, &columnSquares)
    row += 1
  }

  /// Adds a row to the columns' sums and takes away `leaving`, one row or none.
  private static func slide(
    _ image: Matrix<Element>, entering: Int, leaving: Range<Int>, _ sums: inout [Double],
    _ squares: inout [Double]
  ) {
    let elements = image.elements.span
    let width = image.columns
    var columnSums = sums.mutableSpan
    var columnSquares = squares.mutableSpan
    Element.slideColumnSums(
      entering: image.row(entering),
      leaving: elements.extracting((leaving.lowerBound * width)..<(leaving.upperBound * width)),
      &columnSums, &columnSquares)
  }

  /// Gives `body` the sums and the sums of squares.
  mutating func withSums(_ body: (Span<Double>, Span<Double>) -> Void) {
    Self.add(columnSums, columnSquares, patchColumns, into: &sums, &squares)
    body(sums.span, squares.span)
  }

  private static func add(
    _ columnSums: [Double], _ columnSquares: [Double], _ width: Int, into sums: inout [Double],
    _ squares: inout [Double]
  ) {
    var sumTarget = sums.mutableSpan
    var squareTarget = squares.mutableSpan
    sumNeighbours(
      columnSums.span, columnSquares.span, width: width, into: &sumTarget, &squareTarget)
  }
}
