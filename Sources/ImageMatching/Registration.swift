internal import ComplexModule
public import Convolution
public import FourierTransform
internal import RealModule

/// By how much the contents of one image are shifted in another.
public struct Translation: Sendable, Equatable {
  /// Rows that the reference's contents are further down in the moving image.
  public var rowShift: Double
  /// Columns that the reference's contents are further to the right in the moving image.
  public var columnShift: Double
  /// The height of the phase correlation's peak over that of the next separate one: near 1 for what
  /// repeats itself, and for images that have nothing in common unless they are small: of 16 x 16
  /// pixels, one pair in five has 2 or more by chance. Images that are too small for a separate peak
  /// have 1.
  public var peakRatio: Double
  /// A bound for the probability that unrelated images of this size agree as well, pixel by pixel, at
  /// the best of all shifts: 1 where they do so as a rule, or have too few pixels to tell.
  public var falseAlarmProbability: Double

  /// Creates a translation from its parts.
  public init(
    rowShift: Double, columnShift: Double, peakRatio: Double, falseAlarmProbability: Double = 1
  ) {
    self.rowShift = rowShift
    self.columnShift = columnShift
    self.peakRatio = peakRatio
    self.falseAlarmProbability = falseAlarmProbability
  }
}

/// The translation that takes `reference` to `moving`, two images of one size, to a small fraction
/// of a pixel.
///
/// The peak of the phase correlation (C. D. Kuglin and D. C. Hines, "The phase correlation image
/// alignment method", 1975) gives whole pixels, of up to half the image's size either way. The
/// parts of both images that then overlap give the rest: the shift for which the phases of their
/// cross-spectrum agree best, each ring of frequencies weighted by γ² / (1 - γ²) with γ the
/// coherence that it shows, as the maximum-likelihood delay estimator weights (C. H. Knapp and
/// G. C. Carter, 1976). What is then common to both decides whether it is a match or chance:
/// ``Translation/falseAlarmProbability``.
///
/// - Parameter threads: The largest number of threads to use; the result does not depend on it.
/// - Throws: ``ImageError``.
/// - Complexity: O(n log n) for images of n elements.
public func register<Element: FourierScalar>(
  _ reference: Matrix<Element>, _ moving: Matrix<Element>, threads: Int? = nil
) throws(ImageError) -> Translation {
  try check(reference, .reference)
  try check(moving, .moving)
  guard reference.rows == moving.rows, reference.columns == moving.columns else {
    throw .differentSizes(
      rows: reference.rows, columns: reference.columns, otherRows: moving.rows,
      otherColumns: moving.columns)
  }
  for (image, role) in [(reference, ImageError.Role.reference), (moving, .moving)]
  where image.isFlat { throw .flat(role) }

  let images = (inDouble(reference.withinRange), inDouble(moving.withinRange))
  return ThreadLimit.$current.withValue(threads) { translation(from: images.0, to: images.1) }
}

private func translation(from reference: Matrix<Double>, to moving: Matrix<Double>) -> Translation {
  let peak = CrossSpectrum2D(tapered(reference), tapered(moving)).phasePeak()
  let overlap = overlap(reference, moving, shift: (Double(peak.row), Double(peak.column)))
  let rest = CrossSpectrum2D(tapered(overlap.0), tapered(overlap.1)).refinedShift()
  let shift = (row: Double(peak.row) + rest.row, column: Double(peak.column) + rest.column)

  // Every pixel was a shift that could have been found, and each was refined, by about as much as
  // one more of them along each axis would have done.
  let shiftCount = 4 * Double(reference.count)
  let common = ImageMatching.overlap(reference, moving, shift: shift)
  let evidence = ShiftEvidence(common.0, common.1)
  return Translation(
    rowShift: shift.row, columnShift: shift.column, peakRatio: peak.ratio,
    falseAlarmProbability: min(1, Double.exp(evidence.logProbability + Double.log(shiftCount))))
}

/// The part of the reference image whose contents are in the moving one too, and what lies at the
/// same places there, between its pixels by linear interpolation.
private func overlap(
  _ reference: Matrix<Double>, _ moving: Matrix<Double>, shift: (row: Double, column: Double)
) -> (Matrix<Double>, Matrix<Double>) {
  let rows = InterpolatedAxis(count: reference.rows, shift: shift.row)
  let columns = InterpolatedAxis(count: reference.columns, shift: shift.column)
  let height = rows.places.count
  let width = columns.places.count
  let first = makePlane(rows: height, columns: width) { band, output in
    for (line, row) in band.enumerated() {
      let numbers = reference.row(rows.places.lowerBound + row)
      for column in 0..<width {
        output[line * width + column] = numbers[columns.places.lowerBound + column]
      }
    }
  }
  let second = makePlane(rows: height, columns: width) { band, output in
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
  return (first, second)
}

/// The places along one axis that have something at a distance which need not be whole.
private struct InterpolatedAxis {
  let places: Range<Int>
  /// What is added to a place for the element before the distance, and for the one after it: the
  /// same one if it is whole.
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

/// The image without its mean and with a mean square of 1, fading towards its edges, which do not
/// move with the contents: by Hann's window, which is 1 where there is but one element.
private func tapered(_ image: Matrix<Double>) -> Matrix<Double> {
  func taper(_ count: Int) -> [Double] {
    (0..<count).map { 0.5 - 0.5 * Double.cos(2 * .pi * (Double($0) + 0.5) / Double(count)) }
  }
  let (rowTaper, columnTaper) = (taper(image.rows), taper(image.columns))
  let count = Double(image.count)
  let mean = image.elements.reduce(0, +) / count
  let square = image.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let scale = square > 0 ? 1 / square.squareRoot() : 1
  return makePlane(rows: image.rows, columns: image.columns) { band, output in
    for (line, row) in band.enumerated() {
      let numbers = image.row(row)
      for column in numbers.indices {
        output[line * image.columns + column] =
          scale * rowTaper[row] * columnTaper[column] * (numbers[column] - mean)
      }
    }
  }
}

/// The same numbers in double precision.
@specialized(where Element == Float)
@specialized(where Element == Double)
private func inDouble<Element: FourierScalar>(_ image: Matrix<Element>) -> Matrix<Double> {
  Matrix(rows: image.rows, columns: image.columns, elements: image.elements.map { Double($0) })
}
