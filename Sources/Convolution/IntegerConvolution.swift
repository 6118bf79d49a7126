internal import FourierTransform
internal import RealModule

/// An integer type whose convolutions are exact: up to 64 bits, and of unsigned ones up to 32.
public protocol ExactInteger: FixedWidthInteger, Sendable {}

extension Int8: ExactInteger {}
extension Int16: ExactInteger {}
extension Int32: ExactInteger {}
extension Int64: ExactInteger {}
extension Int: ExactInteger {}
extension UInt8: ExactInteger {}
extension UInt16: ExactInteger {}
extension UInt32: ExactInteger {}

/// The exact convolution of integers; see ``convolve(_:_:mode:method:threads:)`` for the rest.
///
/// The sums are made in `Double` by whatever method is fastest, and rounding them gives the exact
/// result, because their error is proved to be below 1/4: where it would not be, the numbers are
/// first split into digits whose convolutions have that property.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`.
/// - Complexity: that of one convolution in `Double` for each pair of digits: one pair for short
///   kernels of Int16, up to nine of Int32.
public func convolve<Integer: ExactInteger>(
  _ signal: [Integer], _ kernel: [Integer], mode: ConvolutionMode = .full,
  method: ConvolutionMethod = .automatic, threads: Int = defaultThreadCount
) throws(ConvolutionError) -> [Int] {
  let range = mode.range(signalCount: signal.count, kernelCount: kernel.count)
  guard !range.isEmpty else { return [] }
  let split = DigitSplit(signal, kernel, method: method)
  let (first, second) = (split.digits(of: signal), split.digits(of: kernel))
  // The sums that belong to each power of the base, lowest first.
  var sums = [[Int]](
    repeating: [Int](repeating: 0, count: range.count), count: first.count + second.count - 1)
  for (i, digits) in first.enumerated() {
    for (j, others) in second.enumerated() {
      let products = convolve(digits, others, range: range, method: method, threads: threads)
      for index in products.indices { sums[i + j][index] += Int(products[index].rounded()) }
    }
  }
  var results = [Int](repeating: 0, count: range.count)
  for index in results.indices {
    guard let value = split.value(of: sums.map { $0[index] }) else {
      throw .overflow(index: index)
    }
    results[index] = value
  }
  return results
}

/// The exact correlation of integers; see ``correlate(_:_:mode:method:threads:)`` for the rest.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`.
public func correlate<Integer: ExactInteger>(
  _ signal: [Integer], _ kernel: [Integer], mode: ConvolutionMode = .full,
  method: ConvolutionMethod = .automatic, threads: Int = defaultThreadCount
) throws(ConvolutionError) -> [Int] {
  try convolve(signal, kernel.reversed(), mode: mode, method: method, threads: threads)
}

/// Numbers as digits of a base 2^b, so few that their convolutions in `Double` are exact once
/// rounded.
private struct DigitSplit {
  /// The bits of a digit, b.
  let bits: Int

  init<Integer: ExactInteger>(
    _ signal: [Integer], _ kernel: [Integer], method: ConvolutionMethod
  ) {
    let count = Double(min(signal.count, kernel.count))
    let widest = max(Self.width(of: signal), Self.width(of: kernel))
    let length = Double(2 * (signal.count + kernel.count))
    // The error of a convolution by FFT is at most 13 u log₂N ‖x‖ ‖h‖ in the first order (Brent,
    // Percival and Zimmermann, "Error bounds on complex floating-point multiplication",
    // Mathematics of Computation 76 (2007), theorem 5, with twiddle factors correct to u); 16 and
    // two more for the packing's weights leave room for the higher orders. Products of digits are
    // below 2^(2b - 2), and no result is made of more than `count`.
    let unit = Double.ulpOfOne / 2
    let relative = method == .direct ? unit : 16 * unit * (Double.log2(length) + 2)
    let norms =
      method == .direct ? count : (Double(signal.count) * Double(kernel.count)).squareRoot()
    var bits = widest
    while bits > 4 {
      let product = Double.exp2(Double(2 * bits - 2))
      if relative * norms * product < 0.25 && count * product < 0x1p52 { break }
      bits -= 1
    }
    self.bits = bits
  }

  /// The bits of the largest magnitude, and one for the sign.
  private static func width<Integer: ExactInteger>(of values: [Integer]) -> Int {
    var all: Int64 = 0
    for value in values {
      let wide = Int64(truncatingIfNeeded: value)
      all |= wide < 0 ? ~wide : wide
    }
    // A power of two of a digit, such as -2^15 in 16 bits, is in its range too.
    return 64 - all.leadingZeroBitCount + 1
  }

  /// The digits of each value, from -2^(b-1) to 2^(b-1) - 1, lowest first.
  func digits<Integer: ExactInteger>(of values: [Integer]) -> [[Double]] {
    let count = (Self.width(of: values) + bits - 1) / bits + (Self.width(of: values) > bits ? 1 : 0)
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

  /// The number whose digits these sums are; nil if it does not fit `Int`.
  func value(of sums: [Int]) -> Int? {
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
