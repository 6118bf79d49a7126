// SPDX-License-Identifier: MIT

internal import ShippedTuning

/// What has been measured of a machine once, to be kept as a text: the costs that methods are chosen
/// by, and FFTW's wisdom.
public struct Tuning: Sendable, Equatable {
  /// Where the numbers are from.
  package let origin: Origin
  /// The costs by name: the planners know what they mean.
  package let costs: CostTable
  /// FFTW's wisdom for `Float`.
  package let floatWisdom: String
  /// FFTW's wisdom for `Double`.
  package let doubleWisdom: String

  /// Puts a tuning together of costs and of all that FFTW has learnt by now.
  package init(origin: Origin, costs: CostTable) {
    self.origin = origin
    self.costs = costs
    floatWisdom = Wisdom.exported(for: Float.self)
    doubleWisdom = Wisdom.exported(for: Double.self)
  }

  /// What ships with the package; its text says where it is from.
  package static let shipped: Tuning = {
    guard let tuning = Tuning(text: unsafe String(cString: shipped_tuning())) else {
      preconditionFailure("the tuning that ships is damaged")
    }
    return tuning
  }()

  /// Makes FFTW use the wisdom, and nothing else that it knew, from now on; false if it refuses
  /// this one, which is then of another version or build of it.
  package func adoptWisdom() -> Bool {
    // Measured with a library that keeps none, and of use to such a one alone.
    if floatWisdom.isEmpty, doubleWisdom.isEmpty { return !Wisdom.isKept }
    guard Wisdom.add(floatWisdom, for: Float.self), Wisdom.add(doubleWisdom, for: Double.self)
    else { return false }
    // Only now, because what ships with the package is still needed where this is refused.
    return Wisdom.replace(by: floatWisdom, for: Float.self)
      && Wisdom.replace(by: doubleWisdom, for: Double.self)
  }

  /// The first line of the text; the number grows when the meaning of what follows changes.
  private static let title = "overlap tuning 3"

  /// The tuning as a text that ``init(text:)`` understands: where it is from, a line for each number
  /// or table of the costs, with `#` before remarks, and the two wisdoms.
  public var text: String {
    let head = [
      Self.title, "processor \(origin.processor)", "date \(origin.date)",
      "command \(origin.command)",
    ]
    let wisdom = ["float wisdom", floatWisdom, "double wisdom", doubleWisdom, "end"]
    return (head + costs.lines + wisdom).joined(separator: "\n") + "\n"
  }

  /// Understands a text; nil if it is damaged or of another version.
  public init?(text: String) {
    let (start, middle, last) = ("\nfloat wisdom\n", "\ndouble wisdom\n", "\nend\n")
    guard let floats = text.firstRange(of: start), text.hasSuffix(last),
      let doubles = text[floats.upperBound...].firstRange(of: middle)
    else { return nil }
    let end = text.index(text.endIndex, offsetBy: -last.count)
    guard doubles.upperBound <= end else { return nil }
    let lines = text[..<floats.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    func value(_ index: Int, _ name: String) -> String? {
      guard index < lines.count, lines[index].hasPrefix(name + " ") else { return nil }
      return String(lines[index].dropFirst(name.count + 1))
    }
    guard lines.first == Self.title[...], let processor = value(1, "processor"),
      let date = value(2, "date"), let command = value(3, "command"),
      let costs = CostTable(lines: lines.dropFirst(4))
    else { return nil }
    origin = Origin(processor: processor, date: date, command: command)
    self.costs = costs
    floatWisdom = String(text[floats.upperBound..<doubles.lowerBound])
    doubleWisdom = String(text[doubles.upperBound..<end])
  }
}
