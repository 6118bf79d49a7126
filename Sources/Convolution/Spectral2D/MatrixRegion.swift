internal import ComputeSupport

/// A rectangle of a matrix.
struct MatrixRegion: Sendable, Hashable {
  var rows: Range<Int>
  var columns: Range<Int>

  var isEmpty: Bool { rows.isEmpty || columns.isEmpty }
  var count: Int { rows.count * columns.count }

  /// The region with the row and column `row` and `column` of something else as its 0.
  func relative(toRow row: Int, column: Int) -> MatrixRegion {
    MatrixRegion(
      rows: (rows.lowerBound - row)..<(rows.upperBound - row),
      columns: (columns.lowerBound - column)..<(columns.upperBound - column))
  }

  /// The samples that results here are made of with a kernel of this size.
  func window(kernelRows: Int, kernelColumns: Int) -> MatrixRegion {
    MatrixRegion(
      rows: (rows.lowerBound - kernelRows + 1)..<rows.upperBound,
      columns: (columns.lowerBound - kernelColumns + 1)..<columns.upperBound)
  }

  /// Where memory that holds this region, row by row without gaps, has the elements from the first to
  /// the last of `part`.
  func place(of part: MatrixRegion) -> Range<Int> {
    let width = columns.count
    let start =
      (part.rows.lowerBound - rows.lowerBound) * width
      + part.columns.lowerBound - columns.lowerBound
    return start..<(start + (part.rows.count - 1) * width + part.columns.count)
  }

  /// The region in pieces of at most `height` by `width`, row by row of them.
  func pieces(height: Int, width: Int) -> [MatrixRegion] {
    rows.pieces(of: height).flatMap { rows in
      columns.pieces(of: width).map { MatrixRegion(rows: rows, columns: $0) }
    }
  }
}

extension ConvolutionMode {
  /// The wanted results of a 2-D convolution within the full one: this mode's in each dimension,
  /// except that `valid` has none unless one of the two lies wholly inside the other.
  func region<A, B>(image: Matrix<A>, kernel: Matrix<B>) -> MatrixRegion {
    region(rows: image.rows, columns: image.columns, kernel.rows, kernel.columns)
  }

  func region(rows: Int, columns: Int, _ kernelRows: Int, _ kernelColumns: Int) -> MatrixRegion {
    let isNested =
      (rows >= kernelRows && columns >= kernelColumns)
      || (rows <= kernelRows && columns <= kernelColumns)
    if self == .valid && !isNested { return MatrixRegion(rows: 0..<0, columns: 0..<0) }
    return MatrixRegion(
      rows: range(signalCount: rows, kernelCount: kernelRows),
      columns: range(signalCount: columns, kernelCount: kernelColumns))
  }
}
