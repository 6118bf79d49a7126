// SPDX-License-Identifier: MIT

internal import FourierTransform

/// Which of the patches of an image in one row of patches have but equal elements, told in a time
/// that does not depend on their size.
struct FlatPatches<Element: FourierScalar> {
  private let patchRows: Int
  private let patchColumns: Int
  /// The last row of the patches; -1 before the first row has been taken.
  private var last = -1
  /// For each column how many elements, the last row's and those above it, are equal.
  private var runs: [Int]

  init(rows: Int, columns: Int, imageColumns: Int) {
    (patchRows, patchColumns) = (rows, columns)
    runs = [Int](repeating: 0, count: imageColumns)
  }

  /// Sets the scores to 0 that belong to flat patches, in one row of patches, unless they are NaN, as
  /// those of infinite elements are. Later calls are for
  /// rows further down.
  mutating func clear(
    _ scores: inout MutableSpan<Element>, row: Int, of image: Span<Element>
  ) {
    let columns = runs.count
    // Rows that were skipped are taken now, but for those that no patch of this row holds.
    if last < row - 1 {
      for column in 0..<columns { runs[column] = 0 }
      last = row - 1
    }
    while last < row + patchRows - 1 {
      last += 1
      let (start, above) = (last * columns, (last - 1) * columns)
      for column in 0..<columns {
        runs[column] =
          runs[column] > 0 && image[start + column] == image[above + column]
          ? runs[column] + 1 : 1
      }
    }
    let start = last * columns
    var length = 0
    for column in stride(from: columns - 1, through: 0, by: -1) {
      if runs[column] < patchRows {
        length = 0
      } else if length > 0, image[start + column] == image[start + column + 1] {
        length += 1
      } else {
        length = 1
      }
      if length >= patchColumns, !scores[column].isNaN { scores[column] = 0 }
    }
  }
}
