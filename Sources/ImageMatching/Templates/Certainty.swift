// SPDX-License-Identifier: MIT

internal import FourierTransform

/// From which sum of squared distances on the score of a patch is sure.
///
/// The sums and products of a patch are rounded by the largest element that is summed up or
/// transformed with it: relative to the patch's norm, that is the rounding of its score. Running sums
/// in double precision are right to 64 units and more, relative to the sum of squares: with 2²⁰ times
/// the squared distances they leave a score 2⁻²⁷.
struct Certainty<Element: FourierScalar> {
  /// The least sum that the products bear: of elements whose root mean square is 2¹⁰ times below the
  /// largest element in single precision, which leaves a score 2⁻¹⁴ at worst, and 2²⁰ times in double
  /// precision, which leaves it 2⁻³³.
  let flat: Double
  /// The least ratio to the sum of the squares.
  let rounding = 0x1p-20

  init(peak: Double, area: Double) {
    flat = peak * peak * area * (Element.self == Float.self ? 0x1p-20 : 0x1p-40)
  }

  func isSure(_ distance: Double, square: Double) -> Bool {
    distance > flat && distance > rounding * square
  }
}

/// An element that stands for the level of most of an image, whatever the others are: one that is
/// larger than a quarter of some, in magnitude. Sums are taken about it.
///
/// An element and no mean: integers stay integers, whose sums are exact.
func commonLevel<Element: FourierScalar>(_ elements: Span<Element>) -> Element {
  let sample = sampled(elements).sorted { $0.magnitude < $1.magnitude }
  return sample.isEmpty ? 0 : sample[sample.count / 4]
}

/// At most 1024 of the elements, those that are finite.
func sampled<Element: FourierScalar>(_ elements: Span<Element>) -> [Element] {
  // Odd, lest it meet the same columns of each row again and again.
  let step = max(1, elements.count / 1024) | 1
  return stride(from: 0, to: elements.count, by: step).compactMap {
    elements[$0].isFinite ? elements[$0] : nil
  }
}
