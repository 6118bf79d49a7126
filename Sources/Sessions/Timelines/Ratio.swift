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
    return Ratio(
      numerator: left.numerator * (right.denominator / divisor) + right.numerator
        * (left.denominator / divisor),
      denominator: left.denominator / divisor * right.denominator)
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
