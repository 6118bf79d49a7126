// SPDX-License-Identifier: MIT

internal import RealModule

/// Numbers that were measured, by name: the costs of a ``Tuning`` in the form of its text, which
/// the modules above understand.
package struct CostTable: Sendable, Equatable {
  /// What numbers count; lengths and ratios count nothing.
  package enum Unit: String, Sendable {
    case seconds = "s"
    case nanoseconds = "ns"
  }

  /// One line of the text, `name numbers unit`, and the remarks before it.
  package struct Entry: Sendable, Equatable {
    var remarks: [String] = []
    package let name: String
    package let values: [Double]
    package let unit: Unit?
  }

  package private(set) var entries: [Entry] = []
  private var indices: [String: Int] = [:]

  package init() {}

  /// Adds numbers that were just measured, to four digits: more are noise.
  package mutating func add(_ name: String, _ values: [Double], _ unit: Unit? = nil) {
    insert(Entry(name: name, values: values.map(\.toFourDigits), unit: unit))
  }

  /// The numbers with this name, if they count `unit`.
  package func values(_ name: String, _ unit: Unit? = nil) -> [Double]? {
    guard let index = indices[name], entries[index].unit == unit else { return nil }
    return entries[index].values
  }

  /// The numbers with this name in seconds, if they are times.
  package func seconds(_ name: String) -> [Double]? {
    values(name, .seconds) ?? values(name, .nanoseconds)?.map { $0 * 1e-9 }
  }

  /// - Returns: whether nothing has this name yet.
  @discardableResult
  private mutating func insert(_ entry: Entry) -> Bool {
    guard indices[entry.name] == nil else { return false }
    indices[entry.name] = entries.count
    entries.append(entry)
    return true
  }

  /// A number of some costs, with its name.
  package typealias Number<Costs> = (String, any WritableKeyPath<Costs, Double> & Sendable)

  /// Adds the numbers of `costs`, which are named after `owner`.
  package mutating func add<Costs>(
    _ numbers: [Number<Costs>], of owner: String, _ unit: Unit, _ costs: Costs
  ) {
    for (name, path) in numbers { add("\(owner) \(name)", [costs[keyPath: path]], unit) }
  }

  /// Takes over the numbers that are named after `owner`, and says whether all are there.
  package func read<Costs>(
    _ numbers: [Number<Costs>], of owner: String, _ unit: Unit, into costs: inout Costs
  ) -> Bool {
    for (name, path) in numbers {
      guard let value = values("\(owner) \(name)", unit)?.first else { return false }
      costs[keyPath: path] = value
    }
    return true
  }

  /// Understands the lines of a text; nil if one of them is damaged.
  init?(lines: some Sequence<Substring>) {
    self.init()
    var remarks: [String] = []
    for line in lines {
      if line.hasPrefix("#") {
        remarks.append(String(line))
      } else {
        guard let entry = Entry(line, remarks: remarks), insert(entry) else { return nil }
        remarks = []
      }
    }
    guard remarks.isEmpty else { return nil }
  }

  /// The lines of the text.
  var lines: [String] { entries.flatMap { $0.remarks + [$0.line] } }
}

extension CostTable.Entry {
  /// Understands a line: words, at least one number that is not negative, and a unit.
  fileprivate init?(_ line: Substring, remarks: [String]) {
    var words = line.split(separator: " ", omittingEmptySubsequences: false)[...]
    unit = words.last.flatMap { CostTable.Unit(rawValue: String($0)) }
    if unit != nil { words.removeLast() }
    let count = words.prefix { $0.first?.isLetter == true }.count
    values = words.dropFirst(count).compactMap { Double($0) }
    guard count > 0, !values.isEmpty, values.count == words.count - count,
      values.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { return nil }
    name = words.prefix(count).joined(separator: " ")
    self.remarks = remarks
  }

  fileprivate var line: String {
    ([name] + values.map(\.description) + (unit.map { [$0.rawValue] } ?? [])).joined(separator: " ")
  }
}

extension Double {
  /// The nearest number of four decimal digits.
  fileprivate var toFourDigits: Double {
    guard self > 0, isFinite else { return self }
    let exponent = Int(Double.log10(self).rounded(.down)) - 3
    let digits = (self / .pow(10, exponent)).rounded()
    return Double("\(digits)e\(exponent)") ?? self
  }
}
