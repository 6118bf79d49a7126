/// A number for each of the two axes of a feature map.
public struct Extent: Hashable, Sendable {
  /// Along the rows' index: vertically.
  public var rows: Int
  /// Along the columns' index: horizontally.
  public var columns: Int

  /// Creates an extent.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// Creates an extent with the same number for both axes.
  public init(_ both: Int) { self.init(rows: both, columns: both) }
}

/// How many zeros surround a feature map on each side.
public struct Padding: Hashable, Sendable {
  /// Rows of zeros above the first row.
  public var top: Int
  /// Columns of zeros before the first column.
  public var left: Int
  /// Rows of zeros below the last row.
  public var bottom: Int
  /// Columns of zeros behind the last column.
  public var right: Int

  /// Creates a padding.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
  }

  /// Creates a padding that is the same on opposite sides.
  public init(rows: Int, columns: Int) {
    self.init(top: rows, left: columns, bottom: rows, right: columns)
  }

  /// Creates a padding that is the same on all sides.
  public init(_ all: Int) { self.init(rows: all, columns: all) }
}
