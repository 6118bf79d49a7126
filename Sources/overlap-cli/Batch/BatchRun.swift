// SPDX-License-Identifier: MIT

import Alignment
import ComputeSupport
import Dispatch
import SignalFiles
import Synchronization

/// Aligns the pairs of a list side by side.
final class BatchRun: Sendable {
  private let list: Mutex<PairList>
  private let results: OrderedResults
  private let cache: RecordingCache
  private let jobs: Int
  /// One for each pair at hand; a pair that needs all memory takes all of them.
  private let permits: DispatchSemaphore
  private let isAlone = Mutex(())
  private let request: EndRequest
  private let listFailure = Mutex<CommandFailure?>(nil)

  /// - Parameters:
  ///   - list: With the threads that each pair may use.
  ///   - jobs: The number of pairs side by side.
  ///   - request: Says when to end, after the pairs at hand.
  init(
    _ list: consuming PairList, jobs: Int, _ cache: RecordingCache, _ results: OrderedResults,
    until request: EndRequest
  ) {
    self.list = Mutex(list)
    (self.jobs, self.cache, self.results, self.request) = (jobs, cache, results, request)
    permits = DispatchSemaphore(value: jobs)
  }

  /// Returns when all results are handed on; throws if the list could not be read to its end.
  func run() throws(CommandFailure) {
    DispatchQueue.concurrentPerform(iterations: jobs) { _ in work() }
    if let failure = listFailure.withLock(\.self) { throw failure }
  }

  private func work() {
    var files: [SharedFile] = []
    while let entry = next() {
      let report = report(entry.pair, &files)
      results.add(
        OrderedResults.Result(
          line: report.object(with: entry.pair.members).json, status: report.outcome.status,
          position: entry.position), at: entry.index)
    }
    for file in files { cache.release(file) }
  }

  private func next() -> PairList.Entry? {
    results.makeRoom()
    do throws(CommandFailure) {
      let entry = try list.withLock { list throws(CommandFailure) in
        try list.next(until: request.descriptor)
      }
      if let entry { return entry }
    } catch {
      listFailure.withLock { $0 = $0 ?? error }
    }
    results.leaveRoom()
    return nil
  }

  /// - Parameter files: Those of the pair before, which are kept until those of this one are found.
  private func report(_ pair: BatchPair, _ files: inout [SharedFile]) -> AlignmentReport {
    let options = pair.aligner.options
    var report = AlignmentReport(
      reference: pair.reference, other: pair.other, sampleRate: 0,
      hasDrift: options.measuresDrift, choosesChannels: pair.aligner.channel == .best,
      hasLimit: options.maximumDelay != nil,
      outcome: .failure(pair.failure ?? CommandFailure(.usage)))
    guard pair.failure == nil else { return report }
    permits.wait()
    report.take(attempt(pair, &files))
    permits.signal()
    guard case .failure(let failure) = report.outcome, failure.isForMemory else { return report }
    // As if it had been alone from the start: others at hand must not show in the results.
    isAlone.withLock { _ in
      for _ in 0..<jobs { permits.wait() }
      for file in files { cache.release(file) }
      files = []
      cache.empty()
      report.take(attempt(pair, &files))
      for _ in 0..<jobs { permits.signal() }
    }
    return report
  }

  private func attempt(
    _ pair: BatchPair, _ files: inout [SharedFile]
  ) -> Result<BatchPair.Found, CommandFailure> {
    let (reference, other) = (cache.file(pair.reference), cache.file(pair.other))
    for file in files { cache.release(file) }
    files = [reference, other].compactMap(\.self)
    let result = OutOfMemory.isolate {
      Result { () throws(CommandFailure) in
        let first = try pair.open(pair.reference, reference)
        let second = try pair.open(pair.other, other)
        return BatchPair.Found(
          alignment: try pair.aligner.align(second, with: first), sampleRate: first.sampleRate)
      }
    }
    switch result {
    case .success(let outcome): return outcome
    case .failure(let problem):
      // The thread that has stopped may hold what others would wait for.
      cache.empty(without: files)
      files = []
      return .failure(CommandFailure(problem))
    }
  }
}

extension AlignmentReport {
  /// Takes what comparing the files of a pair gave.
  fileprivate mutating func take(_ result: Result<BatchPair.Found, CommandFailure>) {
    sampleRate = (try? result.get())?.sampleRate ?? 0
    outcome = result.map(\.alignment)
  }
}
