// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import Dispatch
internal import Synchronization

/// Runs long work of the package on a thread of its own; it ends early where the task is cancelled.
///
/// ```swift
/// let filtered = try await runCancellable(progress: { print($0) }) {
///   convolve(signal, kernel)
/// }
/// ```
///
/// All that the package computes inside `work` on its calling thread looks between two pieces of
/// the work, each of some milliseconds at the most but for single transforms of very long signals,
/// whether the task has been cancelled. What it then returns is dropped. Neither the caller's thread
/// nor one of Swift's own waits meanwhile. Calls outside of this function cost no more for it.
///
/// - Parameter progress: told the fraction that is done, from 0 to 1, in order and by any thread.
/// - Parameter work: what to do. Its own code may look at `Task.isCancelled` as usual.
/// - Throws: `CancellationError` if the task was cancelled before the work was done; else what `work`
///   throws.
public func runCancellable<Result: Sendable>(
  progress: (@Sendable (Double) -> Void)? = nil,
  _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try Task.checkCancellation()
  let monitor = WorkMonitor(report: progress)
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async {
        let result = Swift.Result { try monitor.watch(work) }
        continuation.resume(with: monitor.isCancelled ? .failure(CancellationError()) : result)
      }
    }
  } onCancel: {
    monitor.cancel()
  }
}
