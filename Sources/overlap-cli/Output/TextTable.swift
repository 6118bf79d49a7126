// SPDX-License-Identifier: MIT

/// Columns of cells, the first of each its head, as lines of text.
struct TextTable {
  /// All but the last column are filled up with spaces.
  private(set) var lines: [String] = []

  /// - Parameter numeric: The columns whose numbers have their points under one another.
  init(_ columns: [[String]], numeric: [Int]) {
    var columns = columns
    for index in numeric { Self.alignPoints(&columns[index]) }
    for index in columns.indices.dropLast() { Self.pad(&columns[index]) }
    for line in columns[0].indices {
      lines.append(columns.map { $0[line] }.joined(separator: "  "))
    }
  }

  private static func alignPoints(_ cells: inout [String]) {
    let decimals = cells.dropFirst().compactMap(\.decimalCount)
    let most = decimals.max() ?? 0
    for index in cells.indices.dropFirst() {
      guard let count = cells[index].decimalCount else { continue }
      // A point that is not there takes a place as well.
      let missing = most - count + (count == 0 && most > 0 ? 1 : 0)
      cells[index] += String(repeating: " ", count: missing)
    }
    let width = cells.reduce(0) { max($0, $1.count) }
    for index in cells.indices where cells[index].decimalCount != nil {
      cells[index] = String(repeating: " ", count: width - cells[index].count) + cells[index]
    }
  }

  private static func pad(_ cells: inout [String]) {
    let width = cells.reduce(0) { max($0, $1.count) }
    for index in cells.indices {
      cells[index] += String(repeating: " ", count: width - cells[index].count)
    }
  }
}

extension String {
  /// How many digits a number has behind its point; nil for other texts.
  fileprivate var decimalCount: Int? {
    let number = trimmed
    guard Double(number) != nil else { return nil }
    return number.firstIndex(of: ".").map { number[$0...].count - 1 } ?? 0
  }

  private var trimmed: Substring {
    drop { $0 == " " }.prefix { $0 != " " }
  }
}
