// SPDX-License-Identifier: MIT

/// A method at one point of a grid, timed in turns with the others.
public struct Contestant<Method> {
  /// The method.
  public let method: Method
  /// The shortest time of a call, in seconds.
  public private(set) var best = Double.infinity
  private let work: () -> Int
  /// The calls that make up one measurement of about half a millisecond.
  private var calls = 1
  private var remaining = 7

  /// - Parameter work: what the method does, and how many results that gave.
  public init(_ method: Method, _ work: @escaping () -> Int) {
    self.method = method
    self.work = work
  }

  /// Times a call, and decides how many more are worth while.
  ///
  /// - Parameters:
  ///   - fastest: the best time of the others.
  ///   - hopeless: a method that takes so many times as long is not measured again.
  public mutating func warmUp(against fastest: Double, hopeless: Double) {
    best = seconds(calls: 1, work)
    if best > hopeless * fastest && best > 1e-3 {
      remaining = 0
      return
    }
    best = min(best, seconds(calls: 1, work))
    calls = max(1, Int(5e-4 / best))
    // The relative error of a long measurement is small.
    remaining = best > 0.1 ? 2 : best > 0.01 ? 4 : 7
  }

  /// Measures once more, if that is still worth while.
  public mutating func measure() {
    guard remaining > 0 else { return }
    remaining -= 1
    best = min(best, seconds(calls: calls, work))
  }
}

/// Measures all in turns, so that whatever slows the machine down slows all of them down.
public func measureInTurns<Method>(_ contestants: inout [Contestant<Method>]) {
  for _ in 0..<7 {
    for index in contestants.indices { contestants[index].measure() }
  }
}

/// The seconds that `work`, done `calls` times, takes each time.
///
/// - Parameter work: returns something that depends on its results, so that it cannot be left out.
public func seconds(calls: Int, _ work: () -> Int) -> Double {
  var sum = 0
  let time = ContinuousClock().measure {
    for _ in 0..<calls { sum &+= work() }
  }
  precondition(sum >= 0)
  return time / .seconds(1) / Double(calls)
}
