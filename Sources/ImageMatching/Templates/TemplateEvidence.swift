// SPDX-License-Identifier: MIT

internal import Convolution
internal import FourierTransform
internal import RealModule

/// How far a template and patches of an image agree beyond chance.
///
/// That a patch is the template, in some brightness and contrast and in noise of unknown strength, is
/// (1 - r²)^(-n/2) times as likely as that it is one like the image's others, with r the correlation
/// coefficient of both when they are whitened by the spectrum of the image's patches. And of n
/// independent numbers an r as high has by chance at most the probability (1 - r²)^(n/2 - 1) (R. A.
/// Fisher, Biometrika 10, 1915). A copy is the limit of no noise.
///
/// Pixels that depend on each other or are concentrated count as fewer, as ``ShiftEvidence`` tells: an
/// edge that meets an edge agrees in few numbers.
struct TemplateEvidence<Element: FourierScalar> {
  typealias Place = (row: Int, column: Int)

  private let template: Matrix<Element>
  private let templateMask: Matrix<Element>?
  private let image: Matrix<Element>
  private let mask: Matrix<Element>?
  private let threads: Int
  /// What elements are divided by, for their squares to be numbers.
  private let templateUnit: Double
  private let unit: Double
  /// nil if the place has nothing to compare.
  private var spectrum: PatchSpectrum?

  /// - Parameter place: that of the patch by whose strength stronger ones are limited.
  init(
    _ template: Matrix<Element>, _ templateMask: Matrix<Element>?, in image: Matrix<Element>,
    _ mask: Matrix<Element>?, at place: Place, threads: Int
  ) {
    (self.template, self.templateMask, self.threads) = (template, templateMask, threads)
    (self.image, self.mask) = (image, mask)
    let (height, width) = (template.rows, template.columns)
    templateUnit = peak(template.elements)
    unit = peak(elements(of: image, at: place, height, width))
    guard let patch = part(of: image, at: place, weights(at: place), unit) else { return }
    let rows = Array(stride(from: 0, through: image.rows - height, by: max(1, height / 2)))
    let columns = Array(stride(from: 0, through: image.columns - width, by: max(1, width / 2)))
    // Enough for means of the frequencies to be within a fifth; of large patches, which have many
    // frequencies, fewer.
    let most = rows.count * columns.count
    let count = min(most, 64, max(8, (1 << 18) / template.count))
    let patches = (0..<count).compactMap { index in
      let (row, column) = ((2 * index + 1) * most / (2 * count)).quotientAndRemainder(
        dividingBy: columns.count)
      let other = (row: rows[row], column: columns[column])
      return part(of: image, at: other, weights(at: other), unit)
    }
    spectrum = PatchSpectrum(
      patches.isEmpty ? [patch] : patches, atMost: patch.squares, threads: threads)
  }

  /// The natural logarithm of a bound for the probability that a patch which has nothing to do with the
  /// template agrees as well as the one at a place.
  func logChance(at place: Place) -> Double {
    let weights = weights(at: place)
    guard let spectrum, let patch = part(of: image, at: place, weights, unit),
      let wanted = part(of: template, at: (0, 0), weights, templateUnit)
    else { return 0 }
    let white = spectrum.whitened(wanted, patch, threads: threads)
    let cross = CrossSpectrum2D(
      white.reference, white.moving, rows: 2 * wanted.rows - 1, columns: 2 * wanted.columns - 1,
      threads: threads)
    let scale = (cross.energies.reference * cross.energies.moving).squareRoot()
    let product = zip(white.reference.elements, white.moving.elements)
      .reduce(0) { $0 + $1.0 * $1.1 }
    guard product > 0, scale > 0 else { return 0 }
    let coefficient = product / scale
    // The autocorrelations of two noises that agree do so by r² in what they are by chance.
    let dependence = max(1, cross.dependence - coefficient * coefficient)
    return -ShiftEvidence(
      coefficient: coefficient, count: Double(wanted.count) / dependence,
      concentration: white.concentration(side: blockSide(dependence)), least: Double.ulpOfOne
    ).logLikelihood
  }

  /// How much each pixel counts at a place; nil if all do.
  private func weights(at place: Place) -> [Double]? {
    guard let mask else { return templateMask?.elements.map { Double($0) } }
    let own = elements(of: mask, at: place, template.rows, template.columns).map { Double($0) }
    return templateMask.map { zip($0.elements, own).map { Double($0) * $1 } } ?? own
  }

  /// The template's size of an image, less its mean under the weights, times their roots, and made
  /// smaller if it is large; nil where what counts is flat or not finite.
  private func part(
    of image: Matrix<Element>, at place: Place, _ weights: [Double]?, _ unit: Double
  ) -> Matrix<Double>? {
    let (rows, columns) = (template.rows, template.columns)
    var values = elements(of: image, at: place, rows, columns).map { Double($0) / unit }
    if let weights {
      let total = weights.reduce(0, +)
      let sum = zip(values, weights).reduce(0) { $1.1 > 0 ? $0 + $1.0 * $1.1 : $0 }
      values = zip(values, weights).map { $1 > 0 ? ($0 - sum / total) * $1.squareRoot() : 0 }
    }
    var result = Matrix(rows: rows, columns: columns, elements: values)
    if weights == nil { result = result.centred }
    while result.count > mostCompared, let half = result.halved { result = half }
    let squares = result.squares
    return squares > 0 && squares.isFinite ? result : nil
  }
}

/// Of larger patches every two or more pixels are taken together: so many tell enough.
private let mostCompared = 1 << 16

/// The elements of a part of an image.
private func elements<Element: FourierScalar>(
  of image: Matrix<Element>, at place: (row: Int, column: Int), _ rows: Int, _ columns: Int
) -> [Element] {
  (place.row..<place.row + rows).flatMap { row in
    let start = row * image.columns + place.column
    return image.elements[start..<start + columns]
  }
}

/// The largest magnitude, of those that are finite; 1 if that is 0.
private func peak<Element: FourierScalar>(_ elements: [Element]) -> Double {
  let largest = elements.reduce(0) { $1.isFinite ? max($0, Double($1.magnitude)) : $0 }
  return largest > 0 ? largest : 1
}
