// SPDX-License-Identifier: MIT

internal import Synchronization

/// Watches over long work: whether it has been cancelled, and how much of it is done.
///
/// After a cancellation of what runs inside ``watch(_:)``, loops over pieces leave the rest out,
/// and the caller drops the results. Other calls pay for the look at one atomic number.
package final class WorkMonitor: Sendable {
  @TaskLocal private static var current: WorkMonitor?
  /// How many monitors there are, so that nobody looks for one where there is none.
  private static let count = Atomic(0)

  private let cancelled = Atomic(false)
  private let report: (@Sendable (Double) -> Void)?
  private let state = Mutex(State())

  private struct State {
    /// Steps of the work, of which each is one loop over pieces.
    var stepCount = 1
    var stepsDone = 0
    var piecesDone = 0
    var isInLoop = false
    /// The fraction that was last told, or is to be told next.
    var due = -1.0
    var told = -1.0
    /// Whether a thread is telling it.
    var isReporting = false

    /// The fraction to tell, if that has not been done.
    mutating func takeReport() -> Double? {
      isReporting = due > told
      told = due
      return isReporting ? due : nil
    }
  }

  /// - Parameter report: told the fraction that is done, from 0 to 1, never less than before, and by
  ///   one thread at a time. It may call whatever it likes.
  package init(report: (@Sendable (Double) -> Void)?) { self.report = report }

  /// The monitor of the work that this thread does, if there is one.
  package static var active: WorkMonitor? {
    count.load(ordering: .relaxed) == 0 ? nil : current
  }

  /// Whether the results of what this thread does are no longer wanted.
  package static var isCancelled: Bool { active?.isCancelled ?? false }

  /// Announces that the work of this thread has `count` steps, each of them one loop over pieces.
  package static func expect(steps count: Int) {
    active?.state.withLock { $0.stepCount = max(1, count) }
  }

  /// Does `work`, watched.
  package func watch<Result, Failure: Error>(
    _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    Self.count.add(1, ordering: .relaxed)
    defer { Self.count.subtract(1, ordering: .relaxed) }
    let result = Self.$current.withValue(self) {
      Swift.Result { () throws(Failure) in try work() }
    }
    return try result.get()
  }

  package func cancel() { cancelled.store(true, ordering: .relaxed) }

  package var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Begins a loop over pieces; whether these are counted: not in a loop inside a piece of another,
  /// unless that is all there is of the other.
  func beginLoop(_ count: Int) -> Bool {
    guard count > 1 else { return false }
    return state.withLock { state in
      defer { state.isInLoop = true }
      return !state.isInLoop
    }
  }

  func endLoop() {
    state.withLock { state in
      state.isInLoop = false
      state.stepsDone += 1
      state.piecesDone = 0
    }
  }

  /// Counts one of the `count` pieces of a loop as done.
  func finishPiece(of count: Int) {
    guard let report else { return }
    let tells = state.withLock { state in
      state.piecesDone += 1
      let done = Double(state.stepsDone) + Double(state.piecesDone) / Double(count)
      let fraction = min(1, done / Double(max(state.stepCount, state.stepsDone + 1)))
      // A hundred reports are enough for anybody.
      guard fraction >= state.due + 0.01 || (fraction == 1 && state.due < 1) else { return false }
      state.due = fraction
      // Else another thread is telling something, and tells this next.
      defer { state.isReporting = true }
      return !state.isReporting
    }
    guard tells else { return }
    // Without the lock, which what is called here may need; and its own work is not this one's.
    while let fraction = state.withLock({ $0.takeReport() }) {
      Self.$current.withValue(nil) { report(fraction) }
    }
  }
}

/// Stages of watched work that count the same, whatever loops over pieces are in them. Together
/// they are one step of ``WorkMonitor/expect(steps:)``.
package struct WorkStages: ~Copyable {
  private let monitor: WorkMonitor?
  private let count: Int

  /// Begins work of `count` stages, at least 2.
  package init(count: Int) {
    let active = WorkMonitor.active
    monitor = active?.beginLoop(count) == true ? active : nil
    self.count = count
  }

  deinit { monitor?.endLoop() }

  /// Ends a stage, and says whether the work has been cancelled.
  package func endStage() -> Bool {
    monitor?.finishPiece(of: count)
    return WorkMonitor.isCancelled
  }
}
