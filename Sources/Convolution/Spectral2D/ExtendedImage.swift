// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// An image as it is seen through a boundary: with a value in every row and column, however far
/// outside.
struct ExtendedImage<Element: SignalElement>: Sendable {
  let elements: SharedBuffer<Element>
  let rows: Int
  let columns: Int
  let boundary: Boundary<Element>

  /// The rows and columns that hold samples, of those in `window`: with the zero boundary only the
  /// image's own.
  func samples(in window: Region2D) -> Region2D {
    guard case .zero = boundary else { return window }
    return Region2D(
      rows: window.rows.clamped(to: 0..<rows), columns: window.columns.clamped(to: 0..<columns))
  }

  /// Whether a window is wholly the image's own.
  func contains(_ window: Region2D) -> Bool {
    window.rows.lowerBound >= 0 && window.rows.upperBound <= rows
      && window.columns.lowerBound >= 0 && window.columns.upperBound <= columns
  }

  /// What is in every place that has none of the image's elements.
  private var outside: Element {
    if case .constant(let value) = boundary { return value }
    return .zero
  }

  /// Writes part of a row.
  func copy(row: Int, columns range: Range<Int>, into target: inout MutableSpan<Element>) {
    precondition(target.count == range.count)
    guard let sourceRow = boundary.source(of: row, count: rows) else {
      return target.update(repeating: outside)
    }
    let source = elements.span.extracting((sourceRow * columns)..<((sourceRow + 1) * columns))
    let from = range.lowerBound
    // Before the image, in it, and after it.
    let start = min(max(from, 0), range.upperBound)
    let end = max(min(range.upperBound, columns), start)
    func copyBeyond(_ range: Range<Int>, into target: inout MutableSpan<Element>) {
      for column in range {
        target[column - from] =
          boundary.source(of: column, count: columns).map { source[$0] } ?? outside
      }
    }
    copyBeyond(from..<start, into: &target)
    copyBeyond(end..<range.upperBound, into: &target)
    if start < end {
      var part = target._mutatingExtracting((start - from)..<(end - from))
      copyElements(source.extracting(start..<end), into: &part)
    }
  }

  /// Writes what continues rows of the image at their ends, row by row without gaps: the columns of
  /// `window` before those of `own`, and those after them. The zero boundary leaves `target`, which
  /// holds zeros then, as it is.
  func copyEnds(
    of window: Region2D, around own: Range<Int>, into target: inout MutableSpan<Element>
  ) {
    if case .zero = boundary { return }
    let beyond =
      Array(window.columns.lowerBound..<own.lowerBound)
      + Array(own.upperBound..<window.columns.upperBound)
    let sources = beyond.map { boundary.source(of: $0, count: columns) }
    var place = 0
    for row in window.rows {
      let line = elements.span.extracting((row * columns)..<((row + 1) * columns))
      for source in sources {
        target[place] = source.map { line[$0] } ?? outside
        place += 1
      }
    }
  }

  /// Lets `body` read part of a row: in place where that is possible, else in a copy in `scratch`.
  func withRow(
    _ row: Int, columns range: Range<Int>, scratch: inout [Element], _ body: (Span<Element>) -> Void
  ) {
    if range.lowerBound >= 0 && range.upperBound <= columns,
      let sourceRow = boundary.source(of: row, count: rows)
    {
      let start = sourceRow * columns
      body(elements.span.extracting((start + range.lowerBound)..<(start + range.upperBound)))
      return
    }
    if scratch.count < range.count { scratch = [Element](repeating: .zero, count: range.count) }
    var target = scratch.mutableSpan
    var part = target._mutatingExtracting(0..<range.count)
    copy(row: row, columns: range, into: &part)
    body(scratch.span.extracting(0..<range.count))
  }

  /// The element in a row and column; nil if there is none.
  func sample(_ row: Int, _ column: Int) -> Element? {
    if let row = boundary.source(of: row, count: rows),
      let column = boundary.source(of: column, count: columns)
    {
      return elements.span[row * columns + column]
    }
    if case .constant(let value) = boundary { return value }
    return nil
  }
}
