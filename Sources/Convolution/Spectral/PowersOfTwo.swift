// SPDX-License-Identifier: MIT

internal import FourierTransform
internal import RealModule

/// The exponent e for which `peak` · 2^-e is in 1 ..< 2; 0 if the peak is zero.
///
/// It is kept so far from the ends of the type's range that 2^-e is a normal number: then scaling
/// by it is exact, whatever the peak.
func scaleExponent<Scalar: FourierScalar>(ofPeak peak: Scalar) -> Int {
  guard peak != 0 else { return 0 }
  let limit = Int(Scalar.greatestFiniteMagnitude.exponent) - 1
  return min(max(Int(peak.exponent), -limit), limit)
}

/// 2 to the power of `exponent`, as two factors, because one may be beyond the type's range when
/// what it multiplies is not.
func powerOfTwoFactors<Scalar: FourierScalar>(_ exponent: Int) -> (Scalar, Scalar) {
  let limit = Int(Scalar.greatestFiniteMagnitude.exponent) - 1
  // A packed result is made of two numbers that may be √2 times as large as it is.
  let first = min(max(exponent, -limit), limit - 2)
  let second = min(max(exponent - first, -limit), limit)
  return (powerOfTwo(first), powerOfTwo(second))
}

/// 2 to the power of `exponent`, which is within the range of normal numbers.
func powerOfTwo<Scalar: FourierScalar>(_ exponent: Int) -> Scalar {
  Scalar(sign: .plus, exponent: Scalar.Exponent(exponent), significand: 1)
}
