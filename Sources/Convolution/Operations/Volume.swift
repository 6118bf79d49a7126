// SPDX-License-Identifier: MIT

/// Numbers in planes, rows and columns: a stack of images, or a kernel for one.
public struct Volume<Element> {
  /// The number of planes.
  public let planes: Int
  /// The number of rows of each plane.
  public let rows: Int
  /// The number of columns of each plane.
  public let columns: Int
  private var storage: [Element]

  /// The elements, plane by plane and row by row: `planes · rows · columns` of them.
  public var elements: [Element] {
    get { storage }
    // In place: an observer of the stored elements would make a copy of all for each that is set.
    _modify {
      defer {
        precondition(storage.count == planes * rows * columns, "a volume keeps its size")
      }
      yield &storage
    }
  }

  /// Creates a volume from its elements, plane by plane and row by row.
  ///
  /// - Precondition: there are `planes · rows · columns` elements.
  public init(planes: Int, rows: Int, columns: Int, elements: [Element]) {
    let (area, overflow) = rows.multipliedReportingOverflow(by: columns)
    let (count, overflows) = planes.multipliedReportingOverflow(by: area)
    precondition(
      planes >= 0 && rows >= 0 && columns >= 0 && !overflow && !overflows
        && count == elements.count,
      "\(elements.count) elements do not make a volume of \(planes) x \(rows) x \(columns)")
    self.planes = planes
    self.rows = rows
    self.columns = columns
    storage = elements
  }

  /// Creates a volume of equal elements.
  public init(repeating element: Element, planes: Int, rows: Int, columns: Int) {
    self.init(
      planes: planes, rows: rows, columns: columns,
      elements: Array(repeating: element, count: planes * rows * columns))
  }

  /// Creates a volume from its planes, all of one size.
  public init(_ planes: [Matrix<Element>]) {
    let (rows, columns) = (planes.first?.rows ?? 0, planes.first?.columns ?? 0)
    precondition(
      planes.allSatisfy { $0.rows == rows && $0.columns == columns }, "planes of different sizes")
    self.init(
      planes: planes.count, rows: rows, columns: columns, elements: planes.flatMap(\.elements))
  }

  /// True if there are no elements.
  public var isEmpty: Bool { storage.isEmpty }
  /// The number of elements.
  public var count: Int { storage.count }

  /// A plane, counted from 0, as a matrix.
  ///
  /// - Complexity: O(rows · columns).
  public subscript(plane plane: Int) -> Matrix<Element> {
    precondition(plane >= 0 && plane < planes)
    let area = rows * columns
    return Matrix(
      rows: rows, columns: columns, elements: Array(storage[(plane * area)..<((plane + 1) * area)]))
  }

  /// The element in a plane, a row and a column, all counted from 0.
  public subscript(plane: Int, row: Int, column: Int) -> Element {
    get { storage[place(plane, row, column)] }
    set { storage[place(plane, row, column)] = newValue }
  }

  private func place(_ plane: Int, _ row: Int, _ column: Int) -> Int {
    precondition(plane >= 0 && plane < planes && row >= 0 && row < rows)
    precondition(column >= 0 && column < columns)
    return (plane * rows + row) * columns + column
  }
}

extension Volume: Sendable where Element: Sendable {}
extension Volume: Equatable where Element: Equatable {}
extension Volume: Hashable where Element: Hashable {}

extension Volume: ExpressibleByArrayLiteral {
  /// Creates a volume from its planes.
  public init(arrayLiteral planes: Matrix<Element>...) { self.init(planes) }
}
