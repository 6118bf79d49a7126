// SPDX-License-Identifier: MIT

internal import FourierTransform
internal import Convolution

extension Matrix where Element: FourierScalar {
  /// The image, multiplied by a power of two if its squares and their sums might leave the range of
  /// its type: what is found is the same.
  var withinRange: Matrix {
    let factor = rangeFactor(peak: rowMaxima(self).max() ?? 0)
    return factor == 1 ? self : scaled(by: factor)
  }

  /// The power of two that brings elements of this largest magnitude to where squares and their sums
  /// are sure to be in the range of the type; 1 if they are there.
  func rangeFactor(peak: Element) -> Element {
    // Products of two such numbers use half of the exponents, and leave the rest to sums.
    let limit = Int(Element.greatestFiniteMagnitude.exponent) / 4
    guard peak > 0, abs(Int(peak.exponent)) > limit else { return 1 }
    // The factor itself has to be a number: of subnormal peaks it is less than it might be.
    let exponent = Swift.max(-Int(peak.exponent), Int(Element.leastNormalMagnitude.exponent))
    return Element(
      sign: .plus,
      exponent: Element.Exponent(
        Swift.min(exponent, Int(Element.greatestFiniteMagnitude.exponent))),
      significand: 1)
  }

  func scaled(by factor: Element) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { $0 * factor })
  }

  /// Whether all elements are equal.
  var isFlat: Bool { elements.allSatisfy { $0 == elements[0] } }
}

/// Throws what keeps an image from being matched at all.
func check<Element: FourierScalar>(
  _ image: Matrix<Element>, _ role: ImageError.Role
) throws(ImageError) {
  guard !image.isEmpty else { throw .empty(role) }
  guard rowMaxima(image).contains(where: { !$0.isFinite }) else { return }
  if let index = image.elements.firstIndex(where: { !$0.isFinite }) {
    throw .notFinite(role, row: index / image.columns, column: index % image.columns)
  }
}

/// The largest magnitude in each row; not finite where an element is not.
func rowMaxima<Element: FourierScalar>(_ image: Matrix<Element>) -> [Element] {
  var maxima = [Element](repeating: 0, count: image.rows)
  var target = maxima.mutableSpan
  Element.chunkMaxima(of: image.elements.span, chunk: image.columns, into: &target)
  return maxima
}

/// The same values in double precision.
@specialized(where Element == Float)
@specialized(where Element == Double)
func inDouble<Element: FourierScalar>(_ image: Matrix<Element>) -> Matrix<Double> {
  Matrix(rows: image.rows, columns: image.columns, elements: image.elements.map { Double($0) })
}
