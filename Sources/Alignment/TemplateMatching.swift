public import Convolution
internal import RealModule

/// Where a template was found in an image, and how well it fits there.
public struct TemplateMatch: Sendable, Equatable {
  /// The row of the image at which the template's first lies.
  public var row: Int
  /// The column of the image at which the template's first lies.
  public var column: Int
  /// The normalised cross-correlation: 1 for the template itself, whatever its brightness and
  /// contrast, -1 for its negative, around 0 for what has nothing to do with it.
  public var score: Double

  /// Creates a match from its parts.
  public init(row: Int, column: Int, score: Double) {
    (self.row, self.column, self.score) = (row, column, score)
  }
}

/// The normalised cross-correlation of a template with every window of an image:
/// `Σ (w - w̄)(t - t̄) / √(Σ (w - w̄)² · Σ (t - t̄)²)` over each window w of the template's size.
///
/// Where the window is flat, up to rounding, the score is 0. See J. P. Lewis, "Fast normalized
/// cross-correlation" (1995): the numerator is a convolution, the denominator running sums.
///
/// - Returns: a score for each place at which the template lies wholly inside the image.
/// - Throws: ``ImageError``.
/// - Complexity: O(n log m) for an image of n and a template of m elements.
@specialized(where Element == Float)
@specialized(where Element == Double)
public func matchScores<Element: ConvolutionScalar>(
  of template: Matrix<Element>, in image: Matrix<Element>, threads: Int = defaultThreadCount
) throws(ImageError) -> Matrix<Element> {
  try check(template, .template)
  try check(image, .image)
  guard template.rows <= image.rows, template.columns <= image.columns else {
    throw .templateTooLarge(
      rows: template.rows, columns: template.columns, imageRows: image.rows,
      imageColumns: image.columns)
  }
  let centred = subtractMean(template)
  let energy = centred.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
  guard centred.elements.contains(where: { $0 != 0 }), energy > 0 else { throw .flat(.template) }
  // Without its mean the image's windows have small sums, which costs less precision below.
  let shifted = subtractMean(image)
  let products = correlate(shifted, centred, mode: .valid, threads: threads)
  let (rows, columns) = (products.rows, products.columns)
  var scores = products.elements
  normalise(
    &scores, columns: columns, shifted, template.rows, template.columns, energy: energy)
  return Matrix(rows: rows, columns: columns, elements: scores)
}

/// The best places of a template in an image, the best first, none within half a template's size of
/// a better one.
///
/// - Parameter count: how many to give at most.
/// - Throws: ``ImageError``.
public func findTemplate<Element: ConvolutionScalar>(
  _ template: Matrix<Element>, in image: Matrix<Element>, count: Int = 1,
  threads: Int = defaultThreadCount
) throws(ImageError) -> [TemplateMatch] {
  let scores = try matchScores(of: template, in: image, threads: threads)
  return bestMatches(
    in: scores, count: count, rowDistance: max(1, template.rows / 2),
    columnDistance: max(1, template.columns / 2))
}

/// The highest scores that are at least some distance apart in rows or in columns.
func bestMatches<Element: ConvolutionScalar>(
  in scores: Matrix<Element>, count: Int, rowDistance: Int, columnDistance: Int
) -> [TemplateMatch] {
  var values = scores
  var matches: [TemplateMatch] = []
  while matches.count < count {
    var best: (index: Int, value: Element)?
    for (index, value) in values.elements.enumerated()
    where value > best?.value ?? -.infinity { best = (index, value) }
    guard let best else { break }
    let (row, column) = best.index.quotientAndRemainder(dividingBy: scores.columns)
    matches.append(TemplateMatch(row: row, column: column, score: Double(best.value)))
    guard matches.count < count else { break }
    for r in max(0, row - rowDistance + 1)..<min(scores.rows, row + rowDistance) {
      for c in max(0, column - columnDistance + 1)..<min(scores.columns, column + columnDistance) {
        values[r, c] = -.infinity
      }
    }
  }
  return matches
}

func check<Element: ConvolutionScalar>(
  _ image: Matrix<Element>, _ role: ImageError.Role
) throws(ImageError) {
  guard !image.isEmpty else { throw .empty(role) }
  if let index = image.elements.firstIndex(where: { !$0.isFinite }) {
    throw .notFinite(role, row: index / image.columns, column: index % image.columns)
  }
}

private func subtractMean<Element: ConvolutionScalar>(_ image: Matrix<Element>) -> Matrix<Element> {
  let mean = image.elements.reduce(0.0) { $0 + Double($1) } / Double(image.count)
  return Matrix(
    rows: image.rows, columns: image.columns,
    elements: image.elements.map { Element(Double($0) - mean) })
}

/// Divides each correlation by the norms of its window and of the template.
private func normalise<Element: ConvolutionScalar>(
  _ scores: inout [Element], columns scoreColumns: Int, _ image: Matrix<Element>, _ rows: Int,
  _ columns: Int, energy: Double
) {
  let width = image.columns
  let area = Double(rows * columns)
  // Sums over the window's rows of each column, and of their squares; started afresh now and then
  // so that rounding errors do not add up.
  var sums = [Double](repeating: 0, count: width)
  var squares = sums
  // Rounding of the running sums alone: a variance below it is that of a flat window.
  let peak = image.elements.reduce(Element.zero) { max($0, $1.magnitude) }
  let flat = Double(peak) * Double(peak) * area * 64 * Double.ulpOfOne
  for row in 0..<(scores.count / scoreColumns) {
    if row % 64 == 0 {
      for column in 0..<width { (sums[column], squares[column]) = (0, 0) }
      for r in row..<(row + rows) {
        for column in 0..<width {
          let value = Double(image.elements[r * width + column])
          sums[column] += value
          squares[column] += value * value
        }
      }
    } else {
      let (out, into) = ((row - 1) * width, (row + rows - 1) * width)
      for column in 0..<width {
        let (old, new) = (
          Double(image.elements[out + column]), Double(image.elements[into + column])
        )
        sums[column] += new - old
        squares[column] += new * new - old * old
      }
    }
    var (sum, square) = (0.0, 0.0)
    for column in 0..<(columns - 1) {
      sum += sums[column]
      square += squares[column]
    }
    for column in 0..<scoreColumns {
      sum += sums[column + columns - 1]
      square += squares[column + columns - 1]
      let variance = square - sum * sum / area
      let index = row * scoreColumns + column
      let score =
        variance > flat ? Double(scores[index]) / (variance * energy).squareRoot() : 0
      scores[index] = Element(min(max(score, -1), 1))
      sum -= sums[column]
      square -= squares[column]
    }
  }
}
