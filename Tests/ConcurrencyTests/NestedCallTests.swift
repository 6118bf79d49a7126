// SPDX-License-Identifier: MIT

import ComputeSupport
import FourierTransform
import Synchronization
import Testing

extension ConcurrencyTests {
  /// Calls inside of other calls: in their pieces, in what they report to, and on Swift's own threads.
  @Suite struct NestedCallTests {
    /// What a report calls is work of its own: it waits for no lock of the work that reports, is not
    /// counted, and is not cut short with it.
    @Test func aReportMayCallThePackage() async throws {
      let job = Job.all[0]
      let reports = Mutex<[Double]>([])
      let wrong = Atomic(0)
      let isSame = try await runCancellable { fraction in
        reports.withLock { $0.append(fraction) }
        if !job.isSame() { wrong.add(1, ordering: .relaxed) }
      } _: {
        job.isSame()
      }
      #expect(isSame)
      #expect(wrong.load(ordering: .relaxed) == 0)
      let fractions = reports.withLock { $0 }
      #expect(fractions.last == 1)
      #expect(zip(fractions, fractions.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func aReportOfCancelledWorkHasWholeResults() async {
      let job = Job.all[0]
      let wrong = Atomic(0)
      let reports = Atomic(0)
      let monitor = WorkMonitor { _ in
        reports.add(1, ordering: .relaxed)
        if !job.isSame() { wrong.add(1, ordering: .relaxed) }
      }
      monitor.watch {
        forEachPiece(8, threads: 2) { piece, _ in if piece == 0 { monitor.cancel() } }
      }
      #expect(reports.load(ordering: .relaxed) > 0)
      #expect(wrong.load(ordering: .relaxed) == 0)
    }

    /// Three levels of calls, each with more pieces than threads, from many callers.
    @Test func piecesMayCallThePackage() {
      let done = Atomic(0)
      let jobs = Job.all
      let wrong = Atomic(0)
      onThreads(20) { caller in
        forEachPiece(4, threads: 4) { outer, _ in
          forEachPiece(4, threads: 4) { inner, _ in
            if !jobs[(caller + outer + inner) % jobs.count].isSame() {
              wrong.add(1, ordering: .relaxed)
            }
            done.add(1, ordering: .relaxed)
          }
        }
      }
      #expect(done.load(ordering: .relaxed) == 20 * 4 * 4)
      #expect(wrong.load(ordering: .relaxed) == 0)
    }

    /// Groups of tasks inside of groups, whose leaves are calls, and calls on threads of Dispatch that
    /// wait for them.
    @Test func groupsMayBeInsideOfGroups() async {
      let jobs = Job.all
      let wrong = await withTaskGroup(of: Int.self) { outer in
        for group in 0..<20 {
          outer.addTask {
            await withTaskGroup(of: Int.self) { inner in
              for index in 0..<10 {
                inner.addTask {
                  let job = jobs[(group + index) % jobs.count]
                  let isSame = try? await runCancellable { job.isSame() }
                  return job.isSame() && isSame == true ? 0 : 1
                }
              }
              return await inner.reduce(0, +)
            }
          }
        }
        return await outer.reduce(0, +)
      }
      #expect(wrong == 0)
    }
  }
}
