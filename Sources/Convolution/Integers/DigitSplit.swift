internal import ComputeSupport
internal import RealModule

/// Numbers as digits of a base 2^b, so few that their convolutions in `Double` are exact once
/// rounded.
struct DigitSplit {
  /// The bits of a digit, b.
  let bits: Int

  /// - Parameter signalCount: the most samples that a transform is made of.
  /// - Parameter transformCount: the most numbers of a transform.
  /// - Parameter isDirect: whether sums are made term by term, of which every partial one is exact.
  init<Integer: FixedWidthInteger>(
    _ signal: [Integer], _ kernel: [Integer], signalCount: Int, kernelCount: Int,
    transformCount: Int, isDirect: Bool
  ) throws(ConvolutionError) {
    let count = Double(min(signalCount, kernelCount))
    try Self.check(signal)
    try Self.check(kernel)
    let widest = max(Self.width(of: signal), Self.width(of: kernel))
    let length = Double(transformCount)
    // The error of a convolution by FFT is at most 13 u log₂N ‖x‖ ‖h‖ in the first order (Brent,
    // Percival and Zimmermann, "Error bounds on complex floating-point multiplication",
    // Mathematics of Computation 76 (2007), theorem 5, with twiddle factors correct to u); 16 and
    // two more for the packing's weights leave room for the higher orders. Products of digits are
    // below 2^(2b - 2), and no result is made of more than `count`.
    let unit = Double.ulpOfOne / 2
    let relative = isDirect ? unit : 16 * unit * (Double.log2(length) + 2)
    let norms = isDirect ? count : (Double(signalCount) * Double(kernelCount)).squareRoot()
    var bits = widest
    while bits > 4 {
      let product = Double.exp2(Double(2 * bits - 2))
      if relative * norms * product < 0.25 && count * product < 0x1p52 { break }
      bits -= 1
    }
    self.bits = bits
  }

  /// The bits of the largest magnitude, and one for the sign.
  private static func width<Integer: FixedWidthInteger>(of values: [Integer]) -> Int {
    var all: Int128 = 0
    for value in values {
      let wide = Int128(truncatingIfNeeded: value)
      all |= wide < 0 ? ~wide : wide
    }
    // A power of two of a digit, such as -2^15 in 16 bits, is in its range too.
    return 128 - all.leadingZeroBitCount + 1
  }

  /// Refuses what is neither an `Int64` nor a `UInt64`: the digits' own arithmetic has 128 bits.
  private static func check<Integer: FixedWidthInteger>(
    _ values: [Integer]
  ) throws(ConvolutionError) {
    guard Integer.bitWidth > 64 else { return }
    for (index, value) in values.enumerated()
    where Int64(exactly: value) == nil && UInt64(exactly: value) == nil {
      throw .integerTooLarge(index: index)
    }
  }

  /// The digits of each value, from -2^(b-1) to 2^(b-1) - 1, lowest first.
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

  /// The exact results of a convolution, of which `body` writes those of digits of the signal with
  /// digits of the kernel.
  ///
  /// - Throws: ``ConvolutionError/overflow(index:)`` for the first that does not fit `Int`.
  func convolve<Integer: FixedWidthInteger>(
    _ signal: [Integer], _ kernel: [Integer], resultCount: Int,
    _ body: ([Double], [Double], inout MutableSpan<Double>) -> Void
  ) throws(ConvolutionError) -> [Int] {
    let (first, second) = (digits(of: signal), digits(of: kernel))
    // A sum for each power of the base, the lowest first.
    var sums = [[Int]](
      repeating: [Int](repeating: 0, count: resultCount), count: first.count + second.count - 1)
    for (i, digits) in first.enumerated() {
      for (j, others) in second.enumerated() {
        // Whole numbers but for their rounding.
        let products = makeArray(count: resultCount) { body(digits, others, &$0) }
        for index in products.indices { sums[i + j][index] += Int(products[index].rounded()) }
      }
    }
    return try (0..<resultCount).map { index throws(ConvolutionError) in
      guard let value = value(of: sums.map { $0[index] }) else { throw .overflow(index: index) }
      return value
    }
  }

  /// The number whose digits these sums are; nil if it does not fit `Int`.
  private func value(of sums: [Int]) -> Int? {
    var carry = 0
    var low: Int128 = 0
    var place = 0
    for sum in sums.dropLast() {
      let total = sum + carry
      let digit = total & ((1 << bits) - 1)
      // Digits beyond 120 bits only matter if something fits that needs them, which nothing does.
      if place < 120 { low += Int128(digit) << place } else if digit != 0 { return nil }
      carry = total >> bits
      place += bits
    }
    let high = (sums.last ?? 0) + carry
    if place >= 64 {
      guard high == 0 || high == -1, place < 126 else { return nil }
    }
    return Int(exactly: (Int128(high) << place) + low)
  }
}
