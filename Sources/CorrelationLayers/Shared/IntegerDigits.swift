internal import ComputeSupport

/// Integers as digits of a base 2^b, so few bits each that sums of their products are exact in
/// `Double`: what makes layers of integers exact.
///
/// With balanced digits, from -2^(b-1) to 2^(b-1) - 1, a sum of n products is at most n · 2^(2b-2),
/// which 2^52 bounds: so every partial sum is a whole number that `Double` has.
struct IntegerDigits {
  /// The bits of a digit, b.
  private let bits: Int

  /// - Parameter count: The most products of a sum.
  init<Integer>(
    _ first: FeatureMaps<Integer>, _ second: FeatureMaps<Integer>, count: Int
  ) throws(LayerError) where Integer: FixedWidthInteger {
    for maps in [first, second] where Integer.bitWidth > 64 {
      for (index, value) in maps.elements.enumerated()
      where Int64(exactly: value) == nil && UInt64(exactly: value) == nil {
        throw .integerTooLarge(index: index)
      }
    }
    let bitsOfCount = Int.bitWidth - max(count - 1, 0).leadingZeroBitCount
    let widest = max(Self.width(of: first), Self.width(of: second))
    bits = min(widest, (54 - bitsOfCount) / 2)
  }

  /// The bits of the largest magnitude, and one for the sign.
  private static func width<Integer: FixedWidthInteger>(of maps: FeatureMaps<Integer>) -> Int {
    var all: Int128 = 0
    for value in maps.elements {
      let wide = Int128(truncatingIfNeeded: value)
      all |= wide < 0 ? ~wide : wide
    }
    // A power of two of a digit, such as -2^15 in 16 bits, is in its range too.
    return 128 - all.leadingZeroBitCount + 1
  }

  /// The digits of each number, lowest first.
  private func digits<Integer: FixedWidthInteger>(
    of maps: FeatureMaps<Integer>
  ) -> [FeatureMaps<Double>] {
    let width = Self.width(of: maps)
    let count = (width + bits - 1) / bits + (width > bits ? 1 : 0)
    var digits = [[Double]](repeating: [], count: count)
    for place in digits.indices { digits[place].reserveCapacity(maps.shape.elementCount) }
    let half = Int128(1) << (bits - 1)
    for value in maps.elements {
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
    return digits.map { FeatureMaps(checked: maps.shape, $0) }
  }

  /// The exact results of a layer that multiplies numbers of `first` by numbers of `second`, of which
  /// `body` computes those of digits.
  ///
  /// - Parameter added: A number for each channel of the results, if any.
  /// - Throws: ``LayerError/overflow(index:)`` for the first that does not fit `Int`.
  func results<Integer: FixedWidthInteger>(
    _ first: FeatureMaps<Integer>, _ second: FeatureMaps<Integer>, adding added: [Integer]? = nil,
    _ body: (
      FeatureMaps<Double>, FeatureMaps<Double>
    ) throws(LayerError) -> FeatureMaps<Double>
  ) throws(LayerError) -> FeatureMaps<Int> {
    let (first, second) = (digits(of: first), digits(of: second))
    // A sum for each power of the base, the lowest first.
    var sums = [[Int]](repeating: [], count: first.count + second.count - 1)
    var shape: FeatureMapShape?
    for (i, digits) in first.enumerated() {
      for (j, others) in second.enumerated() {
        let products = try body(digits, others)
        shape = products.shape
        if sums[i + j].isEmpty {
          sums[i + j] = products.elements.map { Int($0) }
        } else {
          for (index, product) in products.elements.enumerated() {
            sums[i + j][index] += Int(product)
          }
        }
      }
    }
    guard let shape else { preconditionFailure("every number has a digit") }
    let elements = try (0..<shape.elementCount).map { index throws(LayerError) in
      let channel = index / max(shape.planeCount, 1) % max(shape.channels, 1)
      let offset = added.map { Int128(truncatingIfNeeded: $0[channel]) } ?? 0
      guard let value = value(of: sums.lazy.map { $0[index] }, adding: offset) else {
        throw .overflow(index: index)
      }
      return value
    }
    return FeatureMaps(checked: shape, elements)
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
