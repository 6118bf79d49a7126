// SPDX-License-Identifier: MIT

import ComputeSupport
import Convolution
import FourierTransform
import Synchronization
import TestSupport
import Testing

extension ConcurrencyTests {
  /// Hundreds of callers at the same time: each has the results that it has alone.
  @Suite struct ManyCallersTests {
    /// Threads that plan, execute and destroy plans, while others take wisdom out and in and measure
    /// plans of lengths that nobody else uses.
    @Test func threadsHaveTheBitsThatTheyHaveAlone() {
      let jobs = Job.all
      let wrong = Mutex<Set<String>>([])
      onThreads(callerCount) { caller in
        if caller % 10 == 9 {
          let text = Wisdom.exported(for: Float.self)
          let isTaken = Wisdom.add(text, for: Float.self)
          // Measured in the middle of it all, and forgotten at once.
          let measured = try? ComplexTransform<Float>(
            length: 31 * (1 + caller % 7), rigor: .measure)
          if !isTaken || measured == nil { wrong.withLock { _ = $0.insert("wisdom") } }
        }
        for turn in 0..<2 {
          let job = jobs[(caller + 4 * turn) % jobs.count]
          if !job.isSame(threads: [nil, 1, 2][caller % 3]) {
            wrong.withLock { _ = $0.insert(job.name) }
          }
        }
      }
      #expect(wrong.withLock { $0 } == [])
    }

    /// Tasks on Swift's own threads, of which there are as many as processors: calls from there must
    /// not wait for one of them.
    @Test func tasksHaveTheBitsThatTheyHaveAlone() async {
      let jobs = Job.all
      let wrong = await withTaskGroup(of: String?.self) { group in
        for caller in 0..<callerCount {
          group.addTask {
            let job = jobs[caller % jobs.count]
            return job.isSame() ? nil : job.name
          }
        }
        var wrong: Set<String> = []
        for await name in group { if let name { wrong.insert(name) } }
        return wrong
      }
      #expect(wrong == [])
    }

    /// Every other task is cancelled, sooner or later: it throws, and what the others compute, by the
    /// same plans and in the same memory, has the same bits.
    @Test func cancelledTasksLeaveTheOthersAlone() async {
      let jobs = Job.all
      let wrong = await withTaskGroup(of: String?.self) { group in
        for caller in 0..<callerCount {
          group.addTask {
            let job = jobs[caller % jobs.count]
            let work = Task { try await runCancellable { job.isSame() } }
            guard caller % 2 == 0 else {
              return await (try? work.value) == true ? nil : job.name
            }
            try? await Task.sleep(for: .microseconds(caller * 20))
            work.cancel()
            do {
              // It may have been done before.
              return try await work.value ? nil : "\(job.name), not cancelled"
            } catch is CancellationError {
              return nil
            } catch {
              return "\(error)"
            }
          }
        }
        var wrong: Set<String> = []
        for await name in group { if let name { wrong.insert(name) } }
        return wrong
      }
      #expect(wrong == [])
    }

    /// Plans that are shared by all, and last used by whoever is last.
    @Test func sharedPlansHaveTheSameBitsForAll() throws {
      let kernel: [Float] = whiteNoise(900, seed: 7)
      let signals = (1...8).map { whiteNoise(4000 * $0, seed: UInt64($0)) as [Float] }
      let expected = try signals.map {
        try ConvolutionPlan(kernel: kernel, threads: 1).apply(to: $0)
      }
      let plan = try ConvolutionPlan(kernel: kernel)
      let wrong = Atomic(0)
      onThreads(100) { caller in
        for turn in 0..<4 {
          let index = (caller + turn) % signals.count
          if plan.apply(to: signals[index]) != expected[index] { wrong.add(1, ordering: .relaxed) }
        }
      }
      #expect(wrong.load(ordering: .relaxed) == 0)
    }
  }
}
