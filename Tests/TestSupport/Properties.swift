// SPDX-License-Identifier: MIT

/// A case of a property: random values, and simpler ones of a case that fails.
///
/// A property is a type of cases and a predicate. What is found to fail is made smaller as far as it
/// goes on failing (K. Claessen and J. Hughes, "QuickCheck: a lightweight tool for random testing of
/// Haskell programs", 2000).
public protocol RandomCase: Sendable {
  /// Draws a case.
  init(using generator: inout SeededGenerator)
  /// Cases that are a little simpler, those that save the most first. Each has to be simpler by a
  /// measure that cannot shrink forever.
  var simpler: [Self] { get }
}

/// Tests a property with `count` cases, the first of which is that of `seed`, the next that of the next
/// seed, and so on.
///
/// - Parameter problem: what is wrong with a case; nil if the property holds.
/// - Returns: the first seed whose case fails, what is wrong with it, and the smallest case that was
///   found to fail; nil if the property holds for all.
public func firstFailure<Case: RandomCase>(
  _ count: Int, seed: UInt64, _ problem: (Case) throws -> String?
) -> String? {
  func failure(_ value: Case) -> String? {
    do { return try problem(value) } catch { return "threw \(error)" }
  }
  for seed in seed..<(seed + UInt64(count)) {
    var generator = SeededGenerator(seed: seed)
    let drawn = Case(using: &generator)
    guard let first = failure(drawn) else { continue }
    let (smallest, last, steps) = smallestFailure(drawn, first, failure)
    return "seed \(seed): \(last), after \(steps) simplifications, for \(smallest)"
  }
  return nil
}

/// Follows simpler cases that fail until there is none.
private func smallestFailure<Case: RandomCase>(
  _ drawn: Case, _ problem: String, _ failure: (Case) -> String?
) -> (Case, String, steps: Int) {
  var (current, problem, steps) = (drawn, problem, 0)
  // Cases are tried for as long as it takes to understand one: no test waits for the very smallest.
  var tries = 5000
  search: while true {
    for candidate in current.simpler where tries > 0 {
      tries -= 1
      guard let next = failure(candidate) else { continue }
      (current, problem, steps) = (candidate, next, steps + 1)
      continue search
    }
    return (current, problem, steps)
  }
}

extension Array where Element: Equatable {
  /// Arrays with fewer elements, and with simpler ones.
  public func simpler(_ simplerElements: (Element) -> [Element]) -> [[Element]] {
    var candidates: [[Element]] = []
    if count > 1 { candidates += [Array(prefix(count / 2)), Array(suffix(count / 2))] }
    if !isEmpty { candidates += [Array(dropFirst()), Array(dropLast())] }
    for index in indices {
      for element in simplerElements(self[index]) where element != self[index] {
        var candidate = self
        candidate[index] = element
        candidates.append(candidate)
      }
    }
    return candidates
  }
}

extension RandomCase {
  /// The case with another value of a property.
  public func with<Value>(_ path: WritableKeyPath<Self, Value>, _ value: Value) -> Self {
    var copy = self
    copy[keyPath: path] = value
    return copy
  }

  /// Cases in which a number is nearer to the least that it may be.
  public func simpler(_ path: WritableKeyPath<Self, Int>, atLeast least: Int) -> [Self] {
    let value = self[keyPath: path]
    guard value > least else { return [] }
    return Set([least, least + (value - least) / 2, value - 1]).sorted().map { with(path, $0) }
  }

  /// The case with the simplest value of a property, unless it has that.
  public func simpler<Value: Equatable>(
    _ path: WritableKeyPath<Self, Value>, to simplest: Value
  ) -> [Self] {
    self[keyPath: path] == simplest ? [] : [with(path, simplest)]
  }
}

extension SeededGenerator {
  /// A number of the range, mostly a small one, and the ends often.
  public mutating func size(_ range: ClosedRange<Int>) -> Int {
    let most = Int.random(in: range, using: &self)
    switch Int.random(in: 0..<8, using: &self) {
    case 0: return range.lowerBound
    case 1: return Swift.min(range.lowerBound + 1, range.upperBound)
    case 2: return most
    default: return Int.random(in: range.lowerBound...most, using: &self)
    }
  }

  /// One of a few values.
  public mutating func one<Value>(of values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &self)]
  }
}
