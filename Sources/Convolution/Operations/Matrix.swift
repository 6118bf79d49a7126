// SPDX-License-Identifier: MIT

/// Numbers in rows and columns: an image, or a kernel for one.
public struct Matrix<Element> {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  private var storage: [Element]

  /// The elements, row by row: `rows · columns` of them.
  public var elements: [Element] {
    get { storage }
    // In place: an observer of the stored elements would make a copy of all for each that is set.
    _modify {
      defer { precondition(storage.count == rows * columns, "a matrix keeps its size") }
      yield &storage
    }
  }

  /// Creates a matrix from its elements, row by row.
  ///
  /// - Precondition: there are `rows · columns` elements.
  public init(rows: Int, columns: Int, elements: [Element]) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    precondition(
      rows >= 0 && columns >= 0 && !overflow && count == elements.count,
      "\(elements.count) elements do not make a matrix of \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    storage = elements
  }

  /// Creates a matrix of equal elements.
  public init(repeating element: Element, rows: Int, columns: Int) {
    self.init(
      rows: rows, columns: columns, elements: Array(repeating: element, count: rows * columns))
  }

  /// Creates a matrix from its rows, all of one length.
  public init(_ rows: [[Element]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "rows of different lengths")
    self.init(rows: rows.count, columns: columns, elements: rows.flatMap { $0 })
  }

  /// True if there are no elements.
  public var isEmpty: Bool { elements.isEmpty }
  /// The number of elements.
  public var count: Int { elements.count }

  /// The elements of a row.
  @_lifetime(borrow self)
  package borrowing func row(_ row: Int) -> Span<Element> {
    storage.span.extracting((row * columns)..<((row + 1) * columns))
  }

  /// The element in a row and a column, both counted from 0.
  public subscript(row: Int, column: Int) -> Element {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return storage[row * columns + column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      storage[row * columns + column] = newValue
    }
  }
}

extension Matrix: Sendable where Element: Sendable {}
extension Matrix: Equatable where Element: Equatable {}
extension Matrix: Hashable where Element: Hashable {}

extension Matrix: ExpressibleByArrayLiteral {
  /// Creates a matrix from its rows.
  public init(arrayLiteral rows: [Element]...) { self.init(rows) }
}
