// SPDX-License-Identifier: MIT

extension NumPyArray {
  /// The numbers rounded to half precision (IEEE 754 binary16); nil if they are complex.
  package var inHalfPrecision: NumPyArray? {
    guard let numbers = [Double](self) else { return nil }
    return NumPyArray(
      shape: shape, .float16, .float16(numbers.map(halfPrecisionBits)), count: count)
  }
}

/// A half-precision number (IEEE 754 binary16) of these bits.
func widened(_ bits: UInt16) -> Float {
  let sign: Float = bits >> 15 == 0 ? 1 : -1
  let exponent = Int(bits >> 10 & 0x1F)
  let fraction = Float(bits & 0x3FF)
  return switch exponent {
  case 0: sign * fraction * 0x1p-24
  case 31: fraction == 0 ? sign * .infinity : .nan
  default: Float(sign: .plus, exponent: exponent - 25, significand: sign * (1024 + fraction))
  }
}

/// The bits of the half-precision number that is nearest, of two the even one.
private func halfPrecisionBits(_ value: Double) -> UInt16 {
  guard !value.isNaN else { return 0x7E00 }
  let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
  // Half a unit beyond the largest number, 65504, rounds to infinity.
  guard value.magnitude < 65520 else { return sign | 0x7C00 }
  // Below 2^-14 the unit stays that of the smallest numbers.
  let exponent = max(value == 0 ? -14 : Int(value.exponent), -14)
  let units = Double(sign: .plus, exponent: 10 - exponent, significand: value.magnitude)
    .rounded(.toNearestOrEven)
  return sign | ((UInt16(exponent + 14) << 10) + UInt16(units))
}
