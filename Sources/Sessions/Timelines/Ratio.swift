// SPDX-License-Identifier: MIT

/// A moment in seconds as a fraction, as Final Cut Pro writes it.
package struct Ratio: Equatable {
  private let numerator: Int
  private let denominator: Int

  package init(ticks: Int, rate: FrameRate) {
    (numerator, denominator) = (ticks * rate.denominator, rate.numerator)
  }

  private init(numerator: Int, denominator: Int) {
    (self.numerator, self.denominator) = (numerator, denominator)
  }

  package static func + (left: Ratio, right: Ratio) -> Ratio {
    let divisor = greatestCommonDivisor(left.denominator, right.denominator)
    let first = left.numerator.multipliedReportingOverflow(by: right.denominator / divisor)
    let second = right.numerator.multipliedReportingOverflow(by: left.denominator / divisor)
    let sum = first.partialValue.addingReportingOverflow(second.partialValue)
    let product = (left.denominator / divisor).multipliedReportingOverflow(by: right.denominator)
    if first.overflow || second.overflow || sum.overflow || product.overflow {
      // Rates such as 27647000/1598717, which are means, may have no common unit of 64 bits.
      return Ratio(
        numerator: Int(((left.seconds + right.seconds) * 1e6).rounded()), denominator: 1_000_000)
    }
    return Ratio(numerator: sum.partialValue, denominator: product.partialValue)
  }

  package var seconds: Double { Double(numerator) / Double(denominator) }

  package var text: String {
    let divisor = Self.greatestCommonDivisor(numerator, denominator)
    guard denominator != divisor else { return "\(numerator / divisor)s" }
    return "\(numerator / divisor)/\(denominator / divisor)s"
  }

  /// The fraction as it is: readers of durations of frames look for both parts.
  package var unreducedText: String { "\(numerator)/\(denominator)s" }

  private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
    var (larger, smaller) = (max(abs(first), abs(second)), min(abs(first), abs(second)))
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return max(1, larger)
  }
}
