// SPDX-License-Identifier: MIT

import ComputeSupport
import Foundation
import Synchronization
import Testing

extension ConcurrencyTests {
  /// Helpers are of the process: there are no more for many callers than for one.
  @Suite struct HelperThreadTests {
    @Test func thereAreNoMoreForManyCallers() {
      let job = Job.all[0]
      job.run()
      let helpers = PeakWatch { HelperThreads.count }
      let threads = PeakWatch { threadsOfThisProcess() ?? 0 }
      let before = threadsOfThisProcess() ?? 0
      onThreads(callerCount) { _ in for _ in 0..<3 { job.run() } }
      #expect(helpers.stop() <= HelperThreads.limit)
      // Beside the callers there are the helpers, and what other tests and Dispatch itself call for.
      let peak = threads.stop()
      #expect(peak <= before + callerCount + HelperThreads.limit + Self.others)
    }

    /// Threads of other tests, of Dispatch and of Swift.
    private static let others = 24

    /// While helpers are busy with pieces that wait, other calls go on without any.
    @Test(.enabled(if: HelperThreads.limit > 0)) func busyHelpersKeepNobodyWaiting() {
      let callers = processorCount + 2
      let waiting = Atomic(0)
      let isOver = Atomic(false)
      let calls = DispatchGroup()
      for _ in 0..<callers {
        calls.enter()
        Thread.detachNewThread {
          forEachPiece(2, threads: 2) { _, _ in
            waiting.add(1, ordering: .relaxed)
            while !isOver.load(ordering: .relaxed) { Thread.sleep(forTimeInterval: 1e-3) }
          }
          calls.leave()
        }
      }
      while waiting.load(ordering: .relaxed) < callers { Thread.sleep(forTimeInterval: 1e-3) }
      let wrong = Job.all.filter { !$0.isSame() }.map(\.name)
      #expect(wrong == [])
      #expect(HelperThreads.count <= HelperThreads.limit)
      isOver.store(true, ordering: .relaxed)
      calls.wait()
    }

    /// A helper without memory for its work never comes back: another takes its place.
    @Test(.enabled(if: HelperThreads.limit > 0)) func aLostHelperIsReplaced() {
      for _ in 0..<3 {
        let outcome = OutOfMemory.isolate {
          forEachPiece(2, threads: 2) { _, thread in
            // The caller waits until a helper has taken the other piece.
            let deadline = ContinuousClock.now + .seconds(60)
            if thread == 0 {
              while ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 1e-3) }
            } else {
              OutOfMemory.check(byteCount: .max)
            }
          }
        }
        guard case .failure = outcome else {
          Issue.record("there was memory")
          return
        }
      }
      #expect(0...HelperThreads.limit ~= HelperThreads.count)
      let isHelped = Atomic(false)
      forEachPiece(2, threads: 2) { _, thread in
        if thread > 0 { isHelped.store(true, ordering: .relaxed) }
        let deadline = ContinuousClock.now + .seconds(60)
        while !isHelped.load(ordering: .relaxed) && ContinuousClock.now < deadline {}
      }
      let isReplaced = isHelped.load(ordering: .relaxed)
      #expect(isReplaced)
    }
  }
}
