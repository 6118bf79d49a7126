internal import ComputeSupport
internal import ComplexModule
public import Convolution
public import FourierTransform
internal import RealModule

/// By how much the contents of one image are shifted in another.
public struct ImageTranslation: Sendable, Equatable, Codable, CustomStringConvertible {
  /// Rows that the reference's contents are further down in the moving image.
  public var rowShift: Double
  /// Columns that the reference's contents are further to the right in the moving image.
  public var columnShift: Double
  /// The height of the phase correlation's peak over that of the next separate one, 1 if there is
  /// none: near 1 for what repeats itself, and for unrelated images unless they are small: of 16 x 16
  /// pixels, one pair in five has 2 or more by chance.
  public var peakRatio: Double
  /// A bound for the probability that unrelated images of this size agree as well, pixel by pixel, at
  /// the best of all shifts; 1 of too few pixels to tell.
  public var falseAlarmProbability: Double

  /// Whether a false alarm is no more probable than `threshold`, and the images belong together in
  /// one way only: the best peak is at least `peakRatio` times the next.
  public func isReliable(atMost threshold: Double, peakRatio: Double = 2) -> Bool {
    falseAlarmProbability <= threshold && self.peakRatio >= peakRatio
  }

  /// The shifts, and how sure they are.
  public var description: String {
    "\(rowShift) rows down, \(columnShift) columns right, false-alarm probability "
      + "\(falseAlarmProbability), peak ratio \(peakRatio)"
  }
}

/// By how much the contents of `reference` are shifted in `moving`, an image of the same size, to a
/// small fraction of a pixel.
///
/// The peak of the phase correlation (C. D. Kuglin and D. C. Hines, "The phase correlation image
/// alignment method", 1975) gives whole pixels, of up to half the image's size either way. The
/// overlap gives the rest: the shift for which the phases of its cross-spectrum agree best, each ring
/// of frequencies weighted by γ² / (1 - γ²) with γ its coherence (C. H. Knapp and G. C. Carter,
/// 1976), and whether it is chance: ``ImageTranslation/falseAlarmProbability``.
///
/// - Parameters:
///   - moving: The image whose shift is wanted.
///   - reference: The image that stays where it is.
///   - threads: The largest number of threads to use; nil for one for each processor. The result
///     does not depend on it.
/// - Throws: ``ImageError``.
/// - Complexity: O(n log n) for images of n elements.
public func estimateTranslation<Element: FourierScalar>(
  of moving: Matrix<Element>, from reference: Matrix<Element>, threads: Int? = nil
) throws(ImageError) -> ImageTranslation {
  try check(reference, .reference)
  try check(moving, .moving)
  guard reference.rows == moving.rows, reference.columns == moving.columns else {
    throw .differentSizes(
      rows: reference.rows, columns: reference.columns, otherRows: moving.rows,
      otherColumns: moving.columns)
  }
  for (image, role) in [(reference, ImageError.Role.reference), (moving, .moving)]
  where image.isFlat { throw .flat(role) }
  let images = ImagePair(
    reference: inDouble(reference.withinRange), moving: inDouble(moving.withinRange),
    threads: threadCount(threads))

  let peak = images.tapered.crossSpectrum.phasePeak()
  try checkCancellation()
  let overlap = images.overlap(shift: (Double(peak.row), Double(peak.column)))
  let spectrum = overlap.tapered.crossSpectrum
  try checkCancellation()
  let rest = spectrum.refinedShift()
  let shift = (row: Double(peak.row) + rest.row, column: Double(peak.column) + rest.column)

  // Every pixel was a shift that could have been found, and refined, about twice along each axis.
  let shiftCount = 4 * Double(reference.count)
  let common = images.overlap(shift: shift)
  let evidence = translationEvidence(common.reference, common.moving, threads: images.threads)
  try checkCancellation()
  return ImageTranslation(
    rowShift: shift.row, columnShift: shift.column, peakRatio: peak.ratio,
    falseAlarmProbability: min(1, Double.exp(evidence + Double.log(shiftCount))))
}

/// Two images of one size.
private struct ImagePair {
  var reference: Matrix<Double>
  var moving: Matrix<Double>
  var threads: Int

  var crossSpectrum: CrossSpectrum2D { CrossSpectrum2D(reference, moving, threads: threads) }

  var tapered: ImagePair {
    ImagePair(
      reference: ImageMatching.tapered(reference, threads),
      moving: ImageMatching.tapered(moving, threads), threads: threads)
  }

  /// The part of the reference image that is in the moving one too, and that part of the latter, by
  /// linear interpolation.
  func overlap(shift: (row: Double, column: Double)) -> ImagePair {
    let rows = InterpolatedAxis(count: reference.rows, shift: shift.row)
    let columns = InterpolatedAxis(count: reference.columns, shift: shift.column)
    let (height, width) = (rows.places.count, columns.places.count)
    let first = makeMatrix(rows: height, columns: width, threads: threads) { band, output in
      for (line, row) in band.enumerated() {
        let source = reference.row(rows.places.lowerBound + row)
        for column in 0..<width {
          output[line * width + column] = source[columns.places.lowerBound + column]
        }
      }
    }
    let second = makeMatrix(rows: height, columns: width, threads: threads) { band, output in
      for (line, row) in band.enumerated() {
        let place = rows.places.lowerBound + row
        let (upper, lower) = (moving.row(place + rows.offset), moving.row(place + rows.next))
        for column in 0..<width {
          let place = columns.places.lowerBound + column
          let (left, right) = (place + columns.offset, place + columns.next)
          output[line * width + column] = rows.between(
            columns.between(upper[left], upper[right]), columns.between(lower[left], lower[right]))
        }
      }
    }
    return ImagePair(reference: first, moving: second, threads: threads)
  }
}

/// The places along one axis that have something at a distance which need not be whole.
private struct InterpolatedAxis {
  let places: Range<Int>
  /// What is added to a place for the elements before and after the distance, one if it is whole.
  let offset: Int
  let next: Int
  private let fraction: Double

  /// - Parameter shift: less than `count`, either way.
  init(count: Int, shift: Double) {
    let whole = shift.rounded(.down)
    fraction = shift - whole
    offset = Int(whole)
    next = offset + (fraction > 0 ? 1 : 0)
    let start = min(count, max(0, -offset))
    places = start..<max(start, min(count, count - next))
  }

  func between(_ first: Double, _ second: Double) -> Double {
    first + fraction * (second - first)
  }
}

/// The image without its mean and with a mean square of 1, under Hann's window: edges do not move.
private func tapered(_ image: Matrix<Double>, _ threads: Int) -> Matrix<Double> {
  func taper(_ count: Int) -> [Double] {
    (0..<count).map { 0.5 - 0.5 * Double.cos(2 * .pi * (Double($0) + 0.5) / Double(count)) }
  }
  let (rowTaper, columnTaper) = (taper(image.rows), taper(image.columns))
  let count = Double(image.count)
  let mean = image.elements.reduce(0, +) / count
  let square = image.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let scale = square > 0 ? 1 / square.squareRoot() : 1
  return makeMatrix(rows: image.rows, columns: image.columns, threads: threads) { band, output in
    for (line, row) in band.enumerated() {
      let source = image.row(row)
      for column in source.indices {
        output[line * image.columns + column] =
          scale * rowTaper[row] * columnTaper[column] * (source[column] - mean)
      }
    }
  }
}

/// The same values in double precision.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func inDouble<Element: FourierScalar>(_ image: Matrix<Element>) -> Matrix<Double> {
  Matrix(rows: image.rows, columns: image.columns, elements: image.elements.map { Double($0) })
}
