// SPDX-License-Identifier: MIT

internal import ComputeSupport

/// A rectangle of a matrix.
struct Region2D: Sendable, Hashable {
  var rows: Range<Int>
  var columns: Range<Int>

  var isEmpty: Bool { rows.isEmpty || columns.isEmpty }
  var count: Int { rows.count * columns.count }

  /// The region with the row and column `row` and `column` of something else as its 0.
  func relative(toRow row: Int, column: Int) -> Region2D {
    Region2D(
      rows: (rows.lowerBound - row)..<(rows.upperBound - row),
      columns: (columns.lowerBound - column)..<(columns.upperBound - column))
  }

  /// The places from the first to the last where lines of `lineLength`, the rows of the region, follow
  /// each other.
  func flattened(lineLength: Int) -> Range<Int> {
    guard !isEmpty else { return 0..<0 }
    return
      (rows.lowerBound * lineLength + columns.lowerBound)..<((rows.upperBound - 1) * lineLength
      + columns.upperBound)
  }

  /// The samples that results here are made of with a kernel of this size.
  func window(kernelRows: Int, kernelColumns: Int) -> Region2D {
    Region2D(
      rows: (rows.lowerBound - kernelRows + 1)..<rows.upperBound,
      columns: (columns.lowerBound - kernelColumns + 1)..<columns.upperBound)
  }

  /// Where memory that holds this region, row by row without gaps, has the elements from the first to
  /// the last of `part`.
  func place(of part: Region2D) -> Range<Int> {
    let width = columns.count
    let start =
      (part.rows.lowerBound - rows.lowerBound) * width
      + part.columns.lowerBound - columns.lowerBound
    return start..<(start + (part.rows.count - 1) * width + part.columns.count)
  }

  /// The region in pieces of at most `height` by `width`, row by row of them.
  func pieces(height: Int, width: Int) -> [Region2D] {
    rows.pieces(of: height).flatMap { rows in
      columns.pieces(of: width).map { Region2D(rows: rows, columns: $0) }
    }
  }
}
