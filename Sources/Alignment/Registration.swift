internal import ComplexModule
public import Convolution
internal import FourierTransform
internal import RealModule

/// By how much the contents of one image are shifted in another.
public struct Translation: Sendable, Equatable {
  /// Rows that the reference's contents are further down in the moving image.
  public var rowShift: Double
  /// Columns that the reference's contents are further to the right in the moving image.
  public var columnShift: Double
  /// The height of the phase correlation's peak over that of the next separate one: about 1 for
  /// images that have nothing in common. Below some 48 x 48 pixels chance gives 2 now and then, and
  /// images that are too small for a separate peak have 1.
  public var peakRatio: Double

  /// Creates a translation from its parts.
  public init(rowShift: Double, columnShift: Double, peakRatio: Double) {
    (self.rowShift, self.columnShift, self.peakRatio) = (rowShift, columnShift, peakRatio)
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
/// G. C. Carter, 1976).
///
/// - Throws: ``ImageError``.
/// - Complexity: O(n log n) for images of n elements.
public func register<Element: ConvolutionScalar>(
  _ reference: Matrix<Element>, _ moving: Matrix<Element>
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

  let (reference, moving) = (reference.withinRange, moving.withinRange)
  let (rows, columns) = (reference.rows, reference.columns)
  let spectrum = CrossSpectrum2D(
    reference, moving, rows: 0..<rows, columns: 0..<columns, movedBy: (0, 0))
  let peak = spectrum.phasePeak()
  let overlapRows = max(0, -peak.row)..<min(rows, rows - peak.row)
  let overlapColumns = max(0, -peak.column)..<min(columns, columns - peak.column)
  let overlap = CrossSpectrum2D(
    reference, moving, rows: overlapRows, columns: overlapColumns,
    movedBy: (peak.row, peak.column))
  let rest = overlap.refinedShift()
  return Translation(
    rowShift: Double(peak.row) + rest.row, columnShift: Double(peak.column) + rest.column,
    peakRatio: peak.ratio)
}
