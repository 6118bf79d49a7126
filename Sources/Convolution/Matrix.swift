/// Numbers in rows and columns: an image, or a kernel for one.
public struct Matrix<Element> {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements, row by row: `rows · columns` of them.
  public var elements: [Element] {
    didSet { precondition(elements.count == oldValue.count, "a matrix keeps its size") }
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
    self.elements = elements
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

  /// The element in a row and a column, both counted from 0.
  public subscript(row: Int, column: Int) -> Element {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return elements[row * columns + column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      elements[row * columns + column] = newValue
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
