internal import ComputeSupport
public import FourierTransform
public import Convolution
internal import RealModule

/// Where a template was found in an image, and how well it fits there.
public struct TemplateMatch: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The row of the image at which the template's first lies.
  public var row: Int
  /// The column of the image at which the template's first lies.
  public var column: Int
  /// The normalised cross-correlation: 1 for the template itself, whatever its brightness and
  /// contrast, -1 for its negative, around 0 for what has nothing to do with it.
  public var score: Double

  /// Creates a match from its parts.
  package init(row: Int, column: Int, score: Double) {
    (self.row, self.column, self.score) = (row, column, score)
  }

  /// The place and its score.
  public var description: String { "row \(row), column \(column), score \(score)" }
}

/// The normalised cross-correlation of a template with every patch of an image:
/// `Σ (p - p̄)(t - t̄) / √(Σ (p - p̄)² · Σ (t - t̄)²)` over each patch p of the template's size.
///
/// Where the patch is flat, up to the rounding of its own squares, or 2⁴⁵ times below the image's
/// largest element, the score is 0. See J. P. Lewis, "Fast normalized cross-correlation" (1995): the
/// numerator is a convolution, the denominator sliding sums.
///
/// - Returns: a score for each place at which the template lies wholly inside the image.
/// - Throws: ``ImageError``.
/// - Complexity: O(n log m) for an image of n and a template of m elements.
@specialized(where Element == Float)
@specialized(where Element == Double)
public func normalizedCrossCorrelation<Element: FourierScalar>(
  of template: Matrix<Element>, in image: Matrix<Element>, threads: Int? = nil
) throws(ImageError) -> Matrix<Element> {
  try check(template, .template)
  try check(image, .image)
  let threads = threadCount(threads)
  guard template.rows <= image.rows, template.columns <= image.columns else {
    throw .templateTooLarge(
      rows: template.rows, columns: template.columns, imageRows: image.rows,
      imageColumns: image.columns)
  }
  // The mean of equal elements may be another number by rounding.
  guard !template.isFlat else { throw .flat(.template) }
  let inRange = template.withinRange
  let mean = columnMeans(inRange, everyRow: 1).reduce(0, +) / Double(template.columns)
  let centred = subtract(mean, from: inRange, threads: 1)
  let energy = centred.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
  guard energy > 0 else { throw .flat(.template) }
  // About zero, patches have small sums, which costs less precision; a few large elements do not move
  // the median of the columns' means.
  let scene = image.withinRange
  let middle = columnMeans(scene, everyRow: 1 + scene.rows / 256).sorted()[scene.columns / 2]
  let shifted = subtract(middle, from: scene, threads: threads)
  let products = correlate(shifted, centred, mode: .valid, threads: threads)
  let scores = normalise(
    products, shifted, template.rows, template.columns, energy: energy, threads: threads)
  try checkCancellation()
  return scores
}

/// The best places of a template in an image, the best first, none within half a template's size of
/// a better one.
///
/// - Parameter count: how many to give at most.
/// - Throws: ``ImageError``.
public func findTemplate<Element: FourierScalar>(
  _ template: Matrix<Element>, in image: Matrix<Element>, count: Int = 1,
  threads: Int? = nil
) throws(ImageError) -> [TemplateMatch] {
  let scores = try normalizedCrossCorrelation(of: template, in: image, threads: threads)
  return bestMatches(
    in: scores, count: count, rowSpacing: max(1, template.rows / 2),
    columnSpacing: max(1, template.columns / 2))
}

/// The highest scores that are at least some distance apart in rows or in columns, the best first, in
/// O(n) for n scores and, for each place, O(rows + rowSpacing · columns).
@specialized(where Element == Float)
@specialized(where Element == Double)
private func bestMatches<Element: FourierScalar>(
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

/// Rows that are done together by one thread.
private let bandRows = 64

@specialized(where Element == Float)
@specialized(where Element == Double)
private func columnMeans<Element: FourierScalar>(
  _ image: Matrix<Element>, everyRow step: Int
) -> [Double] {
  var sums = [Double](repeating: 0, count: 2 * image.columns)
  var squares = sums
  let rows = stride(from: 0, to: image.rows, by: step)
  for row in rows {
    Element.slideColumnSums(entering: image.row(row), leaving: Span(), &sums, &squares)
  }
  return sums.prefix(image.columns).map { $0 / Double(rows.underestimatedCount) }
}

private func subtract<Element: FourierScalar>(
  _ value: Double, from image: Matrix<Element>, threads: Int
) -> Matrix<Element> {
  makeMatrix(
    rows: image.rows, columns: image.columns, bandRows: bandRows, threads: threads
  ) { rows, target in
    let start = rows.lowerBound * image.columns
    Element.subtract(
      value, from: image.elements.span.extracting(start..<(start + target.count)), into: &target)
  }
}

/// Divides each correlation by the norms of its patch and of the template.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func normalise<Element: FourierScalar>(
  _ products: Matrix<Element>, _ image: Matrix<Element>, _ rows: Int, _ columns: Int,
  energy: Double, threads: Int
) -> Matrix<Element> {
  let area = Double(rows * columns)
  let peak = Double(rowMaxima(image).max() ?? 0)
  let largest = peak * peak * area
  // Below this the sliding sums, of two numbers each (2⁻¹⁰⁶), are not sure of a patch's variance.
  let flat = largest * 0x1p-90
  // A patch's sums are right to half a unit for each column and a few more: less is flat.
  let rounding = Double(64 + columns) * Double.ulpOfOne
  // Column sums slide from row to row; each band starts afresh, lest rounding errors add up.
  return makeMatrix(
    rows: products.rows, columns: products.columns, bandRows: bandRows, threads: threads
  ) { band, scores in
    var patches = PatchSums(image, rows: rows, columns: columns, from: band.lowerBound)
    for (index, row) in band.enumerated() {
      if index > 0 { patches.moveDown(image) }
      let place = (index * products.columns)..<((index + 1) * products.columns)
      var target = scores._mutatingExtracting(place)
      patches.withSums { sums, squares in
        Element.normalise(
          products.row(row), sums: sums, squares: squares, area: area, flat: flat,
          rounding: rounding, productFactor: 1 / energy.squareRoot() / largest.squareRoot(),
          distanceFactor: 1 / largest, into: &target)
      }
    }
  }
}
