// SPDX-License-Identifier: MIT

/// A shift by whole pixels, down and to the right.
struct Shift: Hashable {
  var row: Int
  var column: Int

  /// Whether images of this size have a pixel in common at it.
  func leavesOverlap(rows: Int, columns: Int) -> Bool { abs(row) < rows && abs(column) < columns }

  /// Whether another one is no more than `distance` away along both axes.
  func isNear(_ other: Shift, within distance: Int) -> Bool {
    abs(row - other.row) <= distance && abs(column - other.column) <= distance
  }

  /// Whether this and another one leave images nothing in common that is the same pixels, but for
  /// `slack` rows or columns.
  func isApart(from other: Shift, rows: Int, columns: Int, slack: Int) -> Bool {
    abs(row - other.row) >= rows - slack || abs(column - other.column) >= columns - slack
  }
}
