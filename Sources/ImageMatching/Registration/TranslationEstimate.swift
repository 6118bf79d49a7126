// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
public import Convolution
public import FourierTransform
internal import RealModule

/// By how much the contents of one image are shifted in another.
public struct ImageTranslation: Sendable, Equatable, Codable, CustomStringConvertible {
  /// Another shift at which the images have more in common than chance.
  public struct Alternative: Sendable, Equatable, Codable {
    /// As ``ImageTranslation/rowShift``, in whole pixels.
    public var rowShift: Int
    /// As ``ImageTranslation/columnShift``, in whole pixels.
    public var columnShift: Int
    /// How likely the images are under this shift, relative to the one that was found: 1 if nothing
    /// tells which is right.
    public var likelihoodRatio: Double
  }

  /// Rows that the reference's contents are further down in the moving image.
  public var rowShift: Double
  /// Columns that the reference's contents are further to the right in the moving image.
  public var columnShift: Double
  /// The standard deviation of the error of ``rowShift`` by noise that is not the same in both; nil
  /// where the images do not tell. From about a quarter of a pixel on, errors may be larger: then another
  /// place nearby may fit better.
  public var rowStandardError: Double?
  /// That of ``columnShift``.
  public var columnStandardError: Double?
  /// 1, or -1 where one image is like the negative of the other.
  public var polarity: Int
  /// The height of the correlation's peak over that of the next separate one, 1 if there is none: near
  /// 1 for unrelated images unless they are small.
  public var peakRatio: Double
  /// A bound for the probability that unrelated images of this size agree as well at the best of all
  /// shifts; 1 of too few pixels to tell.
  public var falseAlarmProbability: Double
  /// The most likely one of the other shifts that are no chance; nil if there is none. What repeats
  /// itself has such, and so have images with a pattern of the camera's own beside their scene.
  public var alternative: Alternative?

  /// Whether neither a false alarm nor the alternative is more probable than `threshold`.
  public func isReliable(atMost threshold: Double) -> Bool {
    max(falseAlarmProbability, alternative?.likelihoodRatio ?? 0) <= threshold
  }

  /// The shifts, and how sure they are.
  public var description: String {
    "\(rowShift) rows down, \(columnShift) columns right, polarity \(polarity), "
      + "false-alarm probability \(falseAlarmProbability)"
      + (alternative.map {
        ", or \($0.rowShift) rows down, \($0.columnShift) columns right, "
          + "\($0.likelihoodRatio) times as likely"
      } ?? "")
  }
}

/// By how much the contents of `reference` are shifted in `moving`, an image of the same size, to a
/// small fraction of a pixel.
///
/// The images are whitened by a prediction of each pixel from its neighbours, and correlated at all
/// shifts, over what they have in common at each (D. Padfield, "Masked object registration in the
/// Fourier domain", 2012), at several sizes; no pixel counts much more than others. The shift that is
/// least probable by chance is the one, or of several that are no chance the one under which the images
/// as they are agree best: a pattern that is the same in both, as of a camera, is told from the scene.
/// A negative is found as well as a copy.
///
/// The overlap gives parts of a pixel: the shift for which the phases of its cross-spectrum agree best,
/// each ring of frequencies weighted by γ² / (1 - γ²) with γ its coherence (C. H. Knapp and G. C.
/// Carter, 1976). Its standard errors are those of that sum, by its terms (P. J. Huber, 1967).
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
    reference: inDouble(reference).limited, moving: inDouble(moving).limited,
    threads: threadCount(threads))

  let search = try TranslationSearch(images)
  guard let best = search.candidates.first else {
    return ImageTranslation(
      rowShift: 0, columnShift: 0, polarity: 1, peakRatio: 1, falseAlarmProbability: 1)
  }
  let polarity = best.evidence.coefficient < 0 ? -1 : 1
  let shift = images.refined(best.shift, polarity: Double(polarity))
  try checkCancellation()
  let alternative = search.alternatives
    .map { (shift: $0.shift, advantage: search.advantage(over: $0)) }
    .min { $0.advantage < $1.advantage }
  return ImageTranslation(
    rowShift: shift.row, columnShift: shift.column, rowStandardError: shift.rowError,
    columnStandardError: shift.columnError, polarity: polarity,
    peakRatio: search.peakRatio, falseAlarmProbability: Double.exp(best.logProbability),
    alternative: alternative.map {
      .init(
        rowShift: $0.shift.row, columnShift: $0.shift.column,
        likelihoodRatio: Double.exp(-max(0, $0.advantage)))
    })
}

extension ImagePair {
  /// A shift to a small fraction of a pixel, from one that is right but for a few pixels.
  fileprivate func refined(
    _ start: Shift, polarity: Double
  ) -> RefinedShift {
    var whole = start
    var rest = RefinedShift(row: 0, column: 0)
    // What is in common is cut out anew while it moves; it settles at once, or is too little to tell.
    for _ in 0..<4 {
      let common = overlap(whole)
      let spectrum = CrossSpectrum2D(
        tapered(common.reference, threads),
        tapered(common.moving, threads, times: polarity), threads: threads)
      rest = spectrum.refinedShift()
      let next = Shift(
        row: whole.row + Int(rest.row.rounded()), column: whole.column + Int(rest.column.rounded()))
      guard next != whole, next.leavesOverlap(rows: reference.rows, columns: reference.columns)
      else { break }
      (whole, rest) = (next, RefinedShift(row: 0, column: 0))
    }
    rest.row += Double(whole.row)
    rest.column += Double(whole.column)
    return rest
  }
}

/// The image without its mean and with a mean square of 1, under Hann's window: edges do not move.
private func tapered(
  _ image: Matrix<Double>, _ threads: Int, times polarity: Double = 1
) -> Matrix<Double> {
  func taper(_ count: Int) -> [Double] {
    (0..<count).map { 0.5 - 0.5 * Double.cos(2 * .pi * (Double($0) + 0.5) / Double(count)) }
  }
  let (rowTaper, columnTaper) = (taper(image.rows), taper(image.columns))
  let count = Double(image.count)
  let mean = image.elements.reduce(0, +) / count
  let square = image.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let scale = polarity * (square > 0 ? 1 / square.squareRoot() : 1)
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
