// SPDX-License-Identifier: MIT

/// Integers as digits of a base 2^b, from -2^(b-1) to 2^(b-1) - 1: so few bits each that sums of their
/// products are exact in `Double`, or within less than a half. What is computed of digits makes exact
/// results of integers of up to 64 bits.
package struct BalancedDigits {
  /// The bits of a digit, b: at most 27.
  private let bits: Int

  package init(bits: Int) {
    precondition(bits <= 27, "products of digits of \(bits) bits are not exact")
    self.bits = bits
  }

  /// The bits of the largest magnitude, and one for the sign.
  package static func width<Integer: FixedWidthInteger>(of values: [Integer]) -> Int {
    var all: Int128 = 0
    for value in values {
      let wide = Int128(truncatingIfNeeded: value)
      all |= wide < 0 ? ~wide : wide
    }
    // A power of two of a digit, such as -2^15 in 16 bits, is in its range too.
    return 128 - all.leadingZeroBitCount + 1
  }

  /// The first that is neither an `Int64` nor a `UInt64`: the digits' own arithmetic has 128 bits.
  package static func firstTooLarge<Integer: FixedWidthInteger>(in values: [Integer]) -> Int? {
    guard Integer.bitWidth > 64 else { return nil }
    return values.firstIndex { Int64(exactly: $0) == nil && UInt64(exactly: $0) == nil }
  }

  /// The exact results of what multiplies numbers of `first` by numbers of `second` and adds, of which
  /// `body` computes those of digits, whole numbers but for their rounding.
  ///
  /// - Parameter offset: What is added to the result of an index.
  /// - Parameter overflow: What is thrown for the first index whose result does not fit `Int`.
  package func results<Integer: FixedWidthInteger, Failure: Error>(
    _ first: [Integer], _ second: [Integer], adding offset: (Int) -> Int128 = { _ in 0 },
    overflow: (Int) -> Failure, _ body: ([Double], [Double]) throws(Failure) -> [Double]
  ) throws(Failure) -> [Int] {
    let (first, second) = (digits(of: first), digits(of: second))
    // A sum for each power of the base, the lowest first.
    var sums = [[Int]](repeating: [], count: first.count + second.count - 1)
    for (i, digits) in first.enumerated() {
      for (j, others) in second.enumerated() {
        let products = try body(digits, others)
        if sums[i + j].isEmpty { sums[i + j] = [Int](repeating: 0, count: products.count) }
        for index in products.indices { sums[i + j][index] += Int(products[index].rounded()) }
      }
    }
    return try sums[0].indices.map { index throws(Failure) in
      guard let value = value(of: sums.lazy.map { $0[index] }, adding: offset(index)) else {
        throw overflow(index)
      }
      return value
    }
  }

  /// The digits of each number, lowest first.
  private func digits<Integer: FixedWidthInteger>(of values: [Integer]) -> [[Double]] {
    let width = Self.width(of: values)
    let count = (width + bits - 1) / bits + (width > bits ? 1 : 0)
    var digits = [[Double]](repeating: [], count: count)
    for place in digits.indices { digits[place].reserveCapacity(values.count) }
    let half = Int128(1) << (bits - 1)
    for value in values {
      var rest = Int128(truncatingIfNeeded: value)
      for place in 0..<count {
        let digit = ((rest + half) & (2 * half - 1)) - half
        digits[place].append(Double(Int64(digit)))
        rest = (rest - digit) >> bits
      }
    }
    while digits.count > 1, let last = digits.last, last.allSatisfy({ $0 == 0 }) {
      digits.removeLast()
    }
    return digits
  }

  /// The number whose digits these sums are, plus another; nil if it does not fit `Int`.
  private func value(of sums: some BidirectionalCollection<Int>, adding offset: Int128) -> Int? {
    var digits: [Int] = []
    var carry = 0
    for sum in sums {
      let total = sum + carry
      digits.append(total & ((1 << bits) - 1))
      carry = total >> bits
    }
    var value = Int128(carry)
    for digit in digits.reversed() {
      // What lies so far beyond 64 bits, no lower digit and no offset brings back.
      guard value.magnitude < 1 << 90 else { return nil }
      value = (value << bits) + Int128(digit)
    }
    return Int(exactly: value + offset)
  }
}
