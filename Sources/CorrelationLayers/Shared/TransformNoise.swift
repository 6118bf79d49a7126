// SPDX-License-Identifier: MIT

internal import FourierTransform
internal import RealModule

/// The rounding errors of results that are made by transforms: how large they are, and which
/// results are too small for them.
///
/// A transform spreads its rounding errors over all results, whatever these are made of. With unit
/// roundoff u, planes x and h of N elements, and their convolution y, the errors are independent
/// and each in proportion to what is transformed at that step: of a root mean square of about
///
///     u · √log₂N · (‖x‖ ‖h‖ / √N + ‖y‖ / √N)
///
/// the transformed planes' and that of the way back. log₂2N in the place of the root leaves room
/// for the largest error of a plane. (Errors that all add up would make 13 log₂N ‖x‖ ‖h‖: see
/// ``proven(productOfNorms:)``.)
///
/// An error is harmless beside a result whose products' magnitudes add up to 1/√u times as much: it
/// is then within half the type's precision. A result that large proves it by itself.
struct TransformNoise<Scalar: FourierScalar> {
  /// The largest error of a result, in the unit of the plane.
  private let error: Double

  /// - Parameter planeCount: The number of elements of a plane, N.
  /// - Parameter productOfNorms: ‖x‖ ‖h‖, or for a sum of convolutions the root of the sum of the
  ///   squares, as for independent errors.
  /// - Parameter energy: ‖N y‖², of the plane that an unscaled inverse transform gives.
  init(planeCount: Int, productOfNorms: Double, energy: Double) {
    let count = Double(planeCount)
    let spread = count.squareRoot() * productOfNorms + (energy / count).squareRoot()
    error = Self.unit * Double.log2(2 * count) * spread
  }

  /// What the magnitudes of a result's products have to add up to, in the unit of the plane.
  var leastMagnitude: Double { error / Self.unit.squareRoot() }

  /// A result that is not smaller has such products.
  var leastResult: Double { leastMagnitude + error }

  /// ‖x‖² ‖h‖² of the energies of two planes, or what bounds it where it underflows.
  @inline(__always)
  static func squaredNorm(
    _ x: Double, _ h: Double, least: Double = Scalar.leastEnergy
  ) -> Double {
    x > 0 && h > 0 ? max(x * h, least) : 0
  }

  /// The unit roundoff of the type.
  private static var unit: Double { Double(Scalar.ulpOfOne) / 2 }

  /// A bound of the error of a sum of `terms` convolutions that holds in any case.
  ///
  /// Brent, Percival and Zimmermann, "Error bounds on complex floating-point multiplication",
  /// Mathematics of Computation 76 (2007), theorem 5: 13 u log₂N ‖x‖ ‖h‖ in the first order; 16 and
  /// two more leave room for the higher orders. The sum adds a rounding for each of its terms.
  ///
  /// - Parameter productOfNorms: Σ ‖x‖ ‖h‖ over the terms.
  static func proven(planeCount: Int, terms: Int, productOfNorms: Double) -> Double {
    unit * (16 * (Double.log2(Double(planeCount)) + 2) + Double(terms)) * productOfNorms
  }
}

/// The power of two that takes numbers to where products of spectra neither over- nor underflow.
struct TransformScale<Scalar: FourierScalar>: Sendable {
  /// The numbers are multiplied by 2 to the power of its negative: 0 for all but extreme numbers.
  let exponent: Int

  /// - Parameter peak: The largest magnitude of the numbers.
  init(peak: Scalar) {
    // In an eighth of the range on both sides of 1 there is room for the products of two planes, of
    // their millions of elements, for the squares of such sums and for the errors beside them.
    let limit = Int(Scalar.greatestFiniteMagnitude.exponent)
    let exponent = peak == 0 ? 0 : Int(peak.exponent)
    // So far from the ends of the range that both it and its reciprocal are normal numbers.
    self.exponent = abs(exponent) <= limit / 8 ? 0 : min(max(exponent, 1 - limit), limit - 1)
  }

  /// What a number is multiplied by.
  var factor: Scalar { powerOfTwo(-exponent) }

  /// What the products with numbers of another scale are multiplied by: two factors, because one
  /// may be beyond the type's range where the result is not.
  func restoring(_ other: Self) -> (Scalar, Scalar) {
    let exponent = exponent + other.exponent
    let limit = Int(Scalar.greatestFiniteMagnitude.exponent)
    let first = min(max(exponent, 1 - limit), limit - 1)
    return (powerOfTwo(first), powerOfTwo(min(max(exponent - first, 1 - limit), limit - 1)))
  }

  private func powerOfTwo(_ exponent: Int) -> Scalar {
    Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
  }
}

extension FourierScalar {
  /// What bounds the energy (the sum of the squares) of a plane whose squares underflow, and the
  /// error of doing so in products of spectra.
  static var leastEnergy: Double { Double(leastNormalMagnitude) / Double(ulpOfOne) }
}

/// Multiplies a magnitude in the plane's unit by two factors that may be far from 1.
func scaled<Scalar: FourierScalar>(_ value: Double, _ factors: (Scalar, Scalar)) -> Double {
  value * Double(factors.0) * Double(factors.1)
}
