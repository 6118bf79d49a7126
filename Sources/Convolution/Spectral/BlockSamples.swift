// SPDX-License-Identifier: MIT

internal import FourierTransform

/// The samples of a block as results meet them.
struct BlockSamples<Element: SignalElement>: ~Escapable {
  enum Rows {
    /// The rows of the block are rows of the elements, one after the other.
    case own(length: Int)
    /// The block is the part of an image from this row and column on.
    case ofImage(ExtendedImage<Element>, row: Int, column: Int)
  }

  /// What the rows of the block are parts of.
  let elements: Span<Element>
  let rows: Rows
  /// The rows and columns of the block outside of which nothing but zeros is.
  let region: Region2D
  /// The power of two that takes the largest sample near 1.
  let exponent: Int

  @_lifetime(copy elements)
  init(_ elements: Span<Element>, _ rows: Rows, region: Region2D, exponent: Int) {
    self.elements = elements
    self.rows = rows
    self.region = region
    self.exponent = exponent
  }

  /// The index among the elements of a row's first column, and which columns are there; nil if none
  /// is.
  func line(_ row: Int) -> (first: Int, columns: Range<Int>)? {
    switch rows {
    case .own(let length): return (row * length, region.columns)
    case .ofImage(let image, let top, let left):
      guard let source = image.boundary.source(of: top + row, count: image.rows) else {
        return nil
      }
      return (source * image.columns + left, -left..<image.columns - left)
    }
  }

  /// Whether there is nothing in such places.
  var isZeroBeyond: Bool {
    guard case .ofImage(let image, _, _) = rows else { return true }
    return image.boundary == .zero
  }

  /// What is in a place of the region that no line has.
  func beyond(_ row: Int, _ column: Int) -> Element {
    guard case .ofImage(let image, let top, let left) = rows else { return .zero }
    return image.sample(top + row, left + column) ?? .zero
  }
}
