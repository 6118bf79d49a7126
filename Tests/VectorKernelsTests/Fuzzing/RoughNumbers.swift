// SPDX-License-Identifier: MIT

import ComputeSupport
import TestSupport

/// A type of the kernels' numbers.
protocol KernelScalar: BinaryFloatingPoint, Sendable {
  static var kernels: KernelTable<Self> { get }
  /// The bits of a number in the lower part, and back.
  var bits: UInt64 { get }
  static func of(bits: UInt64) -> Self
}

extension Float: KernelScalar {
  static var kernels: KernelTable<Float> { .float }
  var bits: UInt64 { UInt64(bitPattern) }
  static func of(bits: UInt64) -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: bits)) }
}

extension Double: KernelScalar {
  static var kernels: KernelTable<Double> { .double }
  var bits: UInt64 { bitPattern }
  static func of(bits: UInt64) -> Double { Double(bitPattern: bits) }
}

/// What numbers the arrays of a case hold.
enum Roughness: CaseIterable {
  /// Small integers, whose sums are exact.
  case integers
  /// Of about the same magnitude.
  case normal
  /// Of magnitudes 12 decades apart, with zeros of either sign among them.
  case wide
  /// Every pattern of bits of a finite number, so that sums overflow and products underflow.
  case finite
  /// So small that products are subnormal or nothing.
  case tiny
  /// Normal ones, and here and there a NaN, an infinity, a subnormal number or a zero.
  case special

  /// Whether all its numbers are finite, and sums and products of them by far.
  var isTame: Bool { self == .integers || self == .normal || self == .wide }
}

extension SeededGenerator {
  mutating func number<T: KernelScalar>(_ roughness: Roughness) -> T {
    switch roughness {
    case .integers: return T(smallInteger())
    case .normal: return T(normal())
    case .wide:
      if chance(20) { return chance(2) ? 0 : -0.0 }
      return T(normal()) * T(sign: .plus, exponent: T.Exponent(below(41) - 20), significand: 1)
    case .finite:
      while true {
        let number = T.of(bits: next())
        if number.isFinite { return number }
      }
    case .tiny:
      let exponent = T.leastNormalMagnitude.exponent / T.Exponent(1 + below(2))
      return T(normal()) * T(sign: .plus, exponent: exponent, significand: 1)
    case .special:
      guard chance(40) else { return T(normal()) }
      let numbers: [T] = [
        .nan, -.nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude,
        -.leastNormalMagnitude / 3, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
      ]
      return numbers[below(numbers.count)]
    }
  }

  /// An integer from 0 to `end` - 1.
  mutating func below(_ end: Int) -> Int { Int.random(in: 0..<end, using: &self) }

  /// True once in so many times.
  mutating func chance(_ times: Int) -> Bool { below(times) == 0 }

  /// A length: most often one that fills a few vectors or none, now and then a longer one.
  mutating func length() -> Int {
    switch below(8) {
    case 0: below(3)
    case 1: 64 * (1 + below(4)) + below(3) - 1
    case 2: below(600)
    default: below(70)
    }
  }
}
