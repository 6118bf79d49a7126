// SPDX-License-Identifier: MIT

import Dispatch

/// What several threads gain over one on the same work, done in turns.
public struct ThreadGain: Sendable, Encodable {
  /// The median seconds on one thread.
  public var one: Double
  /// The median seconds on all of them.
  public var several: Double
  /// How many times as fast they are.
  public var gain: Double
  /// The median seconds in which the threads, each on its own and all at the same time, do the whole
  /// work once each.
  public var apart: Double
  /// What the machine gives threads that share nothing: how many times as much work they then do.
  public var ceiling: Double
  /// The turns that the medians are of.
  public var turns: Int
  /// Turns left out because the processors were not at full speed.
  public var disturbed: Int

  /// Work that can be timed: what it returns depends on its results, so that it cannot be left out.
  public typealias Work = @Sendable () -> Int

  /// Times work on one thread and on several in turns, until `turns` have found that many processors
  /// undisturbed or six times as many have been tried.
  ///
  /// On a host that puts two virtual processors on one core, two threads can gain nothing. Such
  /// turns say nothing of the work; they are known by a probe before and after, and are left out.
  /// If that leaves less than five, none is left out.
  ///
  /// Each measurement is of so many calls that it takes five milliseconds: to wake a thread that has
  /// rested takes up to 60 µs, which short work that is done once cannot win back.
  ///
  /// - Parameter prepare: makes the inputs, and gives the work on a number of threads.
  public init(threads: Int, turns: Int, prepare: (_ threads: Int) -> Work) {
    let (alone, together) = (ProcessorProbe(), ProcessorProbe(threads: threads))
    // Together they should take what one takes alone.
    var least = (0..<20).reduce(Double.infinity) { best, _ in min(best, alone.seconds()) }
    let copies = (0..<threads).map { _ in prepare(1) }
    let shared = prepare(threads)
    func timeApart(calls: Int) -> Double {
      seconds(calls: 1) {
        DispatchQueue.concurrentPerform(iterations: threads) {
          _ = seconds(calls: calls, copies[$0])
        }
        return 0
      } / Double(calls)
    }
    // The first turn prepares.
    _ = (seconds(calls: 1, copies[0]), seconds(calls: 1, shared), timeApart(calls: 1))
    let calls = max(1, Int(5e-3 / seconds(calls: 1, copies[0])))
    var all: [(one: Double, several: Double, apart: Double, probe: Double)] = []
    var calm = 0
    while calm < turns && all.count < 6 * turns {
      least = min(least, alone.seconds())
      let before = together.seconds()
      let one = seconds(calls: calls, copies[0])
      let several = seconds(calls: calls, shared)
      let apart = timeApart(calls: calls)
      let probe = max(before, together.seconds())
      all.append((one, several, apart, probe))
      if probe < Self.tolerance * least { calm += 1 }
    }
    let undisturbed = all.filter { $0.probe < Self.tolerance * least }
    let used = undisturbed.count < 5 ? all : undisturbed
    one = median(used.map(\.one))
    several = median(used.map(\.several))
    gain = one / several
    apart = median(used.map(\.apart))
    ceiling = Double(threads) * one / apart
    self.turns = used.count
    disturbed = all.count - used.count
  }

  /// The probe varies by some percent in any case; on a shared core it takes twice as long.
  private static let tolerance = 1.15
}

/// The middle one of `values`, of which there is at least one.
public func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
