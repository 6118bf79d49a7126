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
/// With masks only what counts in both images does, at each shift by the same correlation, and a pixel of
/// the whitened images if those that it is predicted from count as well. Parts of a pixel are then those of
/// the least squares of the differences over what counts in both, as B. D. Lucas and T. Kanade ("An iterative
/// image registration technique", 1981) have it: both images go through one interpolating low-pass filter of
/// up to 9 x 9 pixels, all of which have to count, for no edge of a mask to draw the shift to itself. The
/// standard errors are again those of the root of a sum, whose terms are taken together with those nearby
/// (T. G. Conley, "GMM estimation with cross sectional dependence", 1999). They are nil where masks leave no
/// 3 x 3 pixels that count, and shifts are whole then.
///
/// - Parameters:
///   - moving: The image whose shift is wanted.
///   - reference: The image that stays where it is.
///   - mask: How much the reference's elements count, from 0 to 1, a matrix of its size; nil if all do. What
///     does not count may be anything, NaN too.
///   - movingMask: The same of the moving image's.
///   - overlapRatio: Shifts are left out at which the images have less in common than this share, from 0 to
///     1, of what they have at the shift at which that is most; nil for 0.3 with masks and 0 without.
///   - threads: The largest number of threads to use; nil for one for each processor. The result
///     does not depend on it.
/// - Throws: ``ImageError``.
/// - Complexity: O(n log n) for images of n elements.
public func estimateTranslation<Element: FourierScalar>(
  of moving: Matrix<Element>, from reference: Matrix<Element>, mask: Matrix<Element>? = nil,
  movingMask: Matrix<Element>? = nil, overlapRatio: Double? = nil, threads: Int? = nil
) throws(ImageError) -> ImageTranslation {
  let images = try ImagePair(
    reference, mask, moving, movingMask, threads: threadCount(threads))
  let search = try TranslationSearch(
    images, overlapRatio: overlapRatio ?? (images.weights == nil ? 0 : defaultOverlapRatio))
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

/// That of scikit-image's `phase_cross_correlation` with masks.
private let defaultOverlapRatio = 0.3

extension ImagePair {
  /// The images in double precision, their extremes limited, once they are what can be compared.
  fileprivate init<Element: FourierScalar>(
    _ reference: Matrix<Element>, _ mask: Matrix<Element>?, _ moving: Matrix<Element>,
    _ movingMask: Matrix<Element>?, threads: Int
  ) throws(ImageError) {
    for (image, role) in [(reference, ImageError.Role.reference), (moving, .moving)]
    where image.isEmpty { throw .empty(role) }
    for other in [moving, mask, movingMask].compactMap(\.self) {
      guard (other.rows, other.columns) != (reference.rows, reference.columns) else { continue }
      throw .differentSizes(
        rows: reference.rows, columns: reference.columns, otherRows: other.rows,
        otherColumns: other.columns)
    }
    let isMasked = [mask, movingMask].contains { $0?.elements.contains { $0 != 1 } ?? false }
    guard isMasked else {
      for (image, role) in [(reference, ImageError.Role.reference), (moving, .moving)] {
        try check(image, role)
        guard !image.isFlat else { throw .flat(role) }
      }
      self.init(
        reference: inDouble(reference).limited(nil), moving: inDouble(moving).limited(nil),
        threads: threads)
      return
    }
    let first = try counted(reference, mask, .reference)
    let second = try counted(moving, movingMask, .moving)
    self.init(
      reference: first.image.limited(first.weights), moving: second.image.limited(second.weights),
      weights: PairWeights(reference: first.weights, moving: second.weights), threads: threads)
  }
}

/// An image in double precision, with 0 where it does not count, and its weights.
private func counted<Element: FourierScalar>(
  _ image: Matrix<Element>, _ mask: Matrix<Element>?, _ role: ImageError.Role
) throws(ImageError) -> (image: Matrix<Double>, weights: Matrix<Double>) {
  let weights =
    mask.map { inDouble($0) } ?? Matrix(repeating: 1, rows: image.rows, columns: image.columns)
  let values = inDouble(image).cleared(where: weights)
  if let index = values.elements.firstIndex(where: { !$0.isFinite }) {
    throw .notFinite(role, row: index / image.columns, column: index % image.columns)
  }
  guard let first = weights.elements.firstIndex(where: { $0 > 0 }) else {
    throw .nothingCounts(role)
  }
  let isFlat = zip(values.elements, weights.elements).allSatisfy {
    $1 == 0 || $0 == values.elements[first]
  }
  guard !isFlat else { throw .flat(role) }
  return (values, weights)
}
