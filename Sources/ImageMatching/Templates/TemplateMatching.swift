// SPDX-License-Identifier: MIT

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
  /// A bound for the probability that a template that is not in the image agrees as well with the best
  /// of its places; 1 where there are too few pixels to tell, as of small templates in much noise.
  public var falseAlarmProbability: Double

  /// The place, its score, and how sure it is.
  public var description: String {
    "row \(row), column \(column), score \(score), false-alarm probability "
      + "\(falseAlarmProbability)"
  }
}

/// The normalised cross-correlation of a template with every patch of an image:
/// `Σ (p - p̄)(t - t̄) / √(Σ (p - p̄)² · Σ (t - t̄)²)` over each patch p of the template's size.
///
/// Where all elements of the patch are equal the score is 0, and where one is not finite it is NaN:
/// the patch has none. An element of whatever size reaches the scores of the patches that hold it, and
/// no others: fill values beside a scene leave its scores as they are. See J. P. Lewis, "Fast
/// normalized cross-correlation" (1995): the numerator is a convolution, the denominator sliding sums.
///
/// With a mask only what counts in both does, each pair of elements by the product of its weights, and a
/// place where that is less than half of the template's has no score (D. Padfield, "Masked object
/// registration in the Fourier domain", 2012).
///
/// - Parameters:
///   - template: What is looked for.
///   - image: Where it is looked for.
///   - templateMask: How much the template's elements count, from 0 to 1; nil if all do.
///   - mask: The same of the image's.
///   - threads: How many may be used at most, nil for one a processor.
/// - Returns: a score for each place at which the template lies wholly inside the image.
/// - Throws: ``ImageError``.
/// - Complexity: O(n log m) for an image of n and a template of m elements; the memory of the scores
///   and little more, or, with a mask, ten times as much.
@specialized(where Element == Float)
@specialized(where Element == Double)
public func normalizedCrossCorrelation<Element: FourierScalar>(
  of template: Matrix<Element>, in image: Matrix<Element>, templateMask: Matrix<Element>? = nil,
  mask: Matrix<Element>? = nil, threads: Int? = nil
) throws(ImageError) -> Matrix<Element> {
  guard !template.isEmpty else { throw .empty(.template) }
  guard !image.isEmpty else { throw .empty(.image) }
  guard template.rows <= image.rows, template.columns <= image.columns else {
    throw .templateTooLarge(
      rows: template.rows, columns: template.columns, imageRows: image.rows,
      imageColumns: image.columns)
  }
  for (mask, masked) in [(templateMask, template), (mask, image)] {
    guard let mask, (mask.rows, mask.columns) != (masked.rows, masked.columns) else { continue }
    throw .differentSizes(
      rows: masked.rows, columns: masked.columns, otherRows: mask.rows, otherColumns: mask.columns)
  }
  if [templateMask, mask].contains(where: { $0?.elements.contains { $0 != 1 } ?? false }) {
    let wanted = WeightedImage(template, templateMask)
    if let index = wanted.firstNotFinite {
      throw .notFinite(.template, row: index / template.columns, column: index % template.columns)
    }
    guard !wanted.isFlat else { throw .flat(.template) }
    let scores = maskedScores(
      wanted, in: WeightedImage(image, mask), threads: threadCount(threads))
    try checkCancellation()
    return Matrix(
      rows: scores.rows, columns: scores.columns, elements: scores.elements.map { Element($0) })
  }
  try check(template, .template)
  let (rows, columns) = (image.rows - template.rows + 1, image.columns - template.columns + 1)
  let bands = (0..<rows).evenPieces(
    ofAtMost: max(template.rows, bandElements / image.columns), inStepsOf: 1)
  let threads = threadCount(threads)
  let scores = ScoreBands(
    image: image, template: try CentredTemplate(template, uses: bands.count, threads: threads),
    threads: threads)
  let elements: [Element] = makeArray(count: rows * columns) { output in
    for band in bands where !WorkMonitor.isCancelled {
      var part = output._mutatingExtracting(
        (band.lowerBound * columns)..<(band.upperBound * columns))
      scores.write(band, into: &part)
    }
  }
  try checkCancellation()
  return Matrix(rows: rows, columns: columns, elements: elements)
}

/// Elements of the image that are done at a time: as many as let the overlap of two bands go unnoticed.
private let bandElements = 1 << 23

/// The best places of a template in an image, the best first, none within half a template's size of
/// a better one.
///
/// There always is a best place. Whether it is the template's is told by
/// ``TemplateMatch/falseAlarmProbability``: smooth things agree easily, and score high, so the template
/// and its place are compared as they are when whitened by what the image's patches are made of, its
/// noise too. A copy of more than a few pixels is none by chance; nor is a template in noise, but for
/// one that has little beyond a single edge, which others have too.
///
/// - Parameters:
///   - template: What is looked for.
///   - image: Where it is looked for.
///   - templateMask: How much the template's elements count, from 0 to 1; nil if all do.
///   - mask: The same of the image's.
///   - count: How many to give at most.
///   - threads: How many may be used at most, nil for one a processor.
/// - Throws: ``ImageError``.
public func findTemplate<Element: FourierScalar>(
  _ template: Matrix<Element>, in image: Matrix<Element>, templateMask: Matrix<Element>? = nil,
  mask: Matrix<Element>? = nil, count: Int = 1, threads: Int? = nil
) throws(ImageError) -> [TemplateMatch] {
  let scores = try normalizedCrossCorrelation(
    of: template, in: image, templateMask: templateMask, mask: mask, threads: threads)
  let placeCount = Double(scores.count)
  let places = bestMatches(
    in: scores, count: count, rowSpacing: max(1, template.rows / 2),
    columnSpacing: max(1, template.columns / 2))
  guard let best = places.first else { return [] }
  let evidence = TemplateEvidence(
    template, templateMask, in: image, mask, at: (best.row, best.column),
    threads: threadCount(threads))
  return places.map { place in
    let logChance = evidence.logChance(at: (place.row, place.column)) + Double.log(placeCount)
    return TemplateMatch(
      row: place.row, column: place.column, score: place.score,
      falseAlarmProbability: min(1, Double.exp(logChance)))
  }
}

/// The highest scores that are at least some distance apart in rows or in columns, the best first, in
/// O(n) for n scores and, for each place, O(rows + rowSpacing · columns).
@specialized(where Element == Float)
@specialized(where Element == Double)
private func bestMatches<Element: FourierScalar>(
  in scores: consuming Matrix<Element>, count: Int, rowSpacing: Int, columnSpacing: Int
) -> [(row: Int, column: Int, score: Double)] {
  // In place: nobody else holds the scores.
  var values = scores
  var rows = (0..<values.rows).map { highest(inRow: $0, of: values) }
  var matches: [(row: Int, column: Int, score: Double)] = []
  while matches.count < count {
    var row = 0
    for other in rows.indices where rows[other].value > rows[row].value { row = other }
    guard rows[row].value > -.infinity else { break }
    let (column, value) = rows[row]
    // The sum makes a negative zero a plain one.
    matches.append((row, column, Double(value) + 0))
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
