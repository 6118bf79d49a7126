// SPDX-License-Identifier: MIT

extension ConvolutionLayer {
  /// A number for each of the two axes of a feature map; a literal stands for the same number for
  /// both.
  public struct Extent: Hashable, Codable, Sendable {
    /// Along the rows' index: vertically.
    public var rows: Int
    /// Along the columns' index: horizontally.
    public var columns: Int

    /// Creates an extent.
    public init(rows: Int, columns: Int) {
      self.rows = rows
      self.columns = columns
    }
  }
}

extension ConvolutionLayer.Extent: ExpressibleByIntegerLiteral {
  /// Creates an extent with the same number for both axes.
  public init(_ both: Int) { self.init(rows: both, columns: both) }

  /// Creates an extent with the same number for both axes.
  public init(integerLiteral both: Int) { self.init(both) }

  /// What `body` makes of each axis, given a function that takes the axis's number of an extent.
  init<Failure: Error>(
    _ body: (_ along: (Self) -> Int) throws(Failure) -> Int
  ) throws(Failure) {
    self.init(rows: try body { $0.rows }, columns: try body { $0.columns })
  }
}
