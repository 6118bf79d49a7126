internal import FourierTransform
internal import Convolution

/// The sums of an image's elements and of their squares over all windows of one size whose first
/// row is the same.
struct WindowSums<Element: FourierScalar> {
  private let windowRows: Int
  private let windowColumns: Int
  /// The windows' first row.
  private var row: Int
  /// Sums over the windows' rows, for each column of the image, and then what rounding took from each.
  private var columnSums: [Double]
  private var columnSquares: [Double]
  private var sums: [Double]
  private var squares: [Double]

  init(_ image: Matrix<Element>, rows: Int, columns: Int, from row: Int) {
    (windowRows, windowColumns, self.row) = (rows, columns, row)
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
      image, entering: row + windowRows, leaving: row..<(row + 1), &columnSums, &columnSquares)
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
      entering: elements.extracting((entering * width)..<((entering + 1) * width)),
      leaving: elements.extracting((leaving.lowerBound * width)..<(leaving.upperBound * width)),
      &columnSums, &columnSquares)
  }

  /// Gives `body` the sums and the sums of squares.
  mutating func withSums(_ body: (Span<Double>, Span<Double>) -> Void) {
    Self.add(columnSums, columnSquares, windowColumns, into: &sums, &squares)
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
