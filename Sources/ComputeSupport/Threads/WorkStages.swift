/// Stages of work that may be watched, one after the other: each counts the same, whatever loops over
/// pieces are in it. All stages together are one step of ``WorkMonitor/expect(steps:)``.
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
