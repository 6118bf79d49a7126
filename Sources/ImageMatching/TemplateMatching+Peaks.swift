internal import FourierTransform
internal import Convolution

/// The highest scores that are at least some distance apart in rows or in columns, the best first.
///
/// - Complexity: O(n) for n scores and, for each place, O(rows + rowSpacing · columns).
@specialized(where Element == Float)
@specialized(where Element == Double)
func bestMatches<Element: FourierScalar>(
  in scores: Matrix<Element>, count: Int, rowSpacing: Int, columnSpacing: Int
) -> [TemplateMatch] {
  var values = scores
  var rows = (0..<values.rows).map { highest(inRow: $0, of: values) }
  var matches: [TemplateMatch] = []
  while matches.count < count {
    var row = 0
    for other in rows.indices where rows[other].value > rows[row].value { row = other }
    guard rows[row].value > -.infinity else { break }
    let (column, value) = rows[row]
    // The sum makes a negative zero a plain one.
    matches.append(TemplateMatch(row: row, column: column, score: Double(value) + 0))
    guard matches.count < count else { break }
    let columns =
      max(0, column - columnSpacing + 1)..<min(values.columns, column + columnSpacing)
    for near in max(0, row - rowSpacing + 1)..<min(values.rows, row + rowSpacing) {
      for column in columns { values[near, column] = -.infinity }
      rows[near] = highest(inRow: near, of: values)
    }
  }
  return matches
}

/// The first of the highest values of a row.
@inline(__always)
private func highest<Element: FourierScalar>(
  inRow row: Int, of values: Matrix<Element>
) -> (column: Int, value: Element) {
  var best = (column: 0, value: -Element.infinity)
  let elements = values.elements.span
  let start = row * values.columns
  for column in 0..<values.columns where elements[start + column] > best.value {
    best = (column, elements[start + column])
  }
  return best
}
