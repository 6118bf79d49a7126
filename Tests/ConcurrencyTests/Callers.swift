// SPDX-License-Identifier: MIT

import ComputeSupport
import Foundation
import Synchronization
import Testing

/// One after the other, because these tests count threads and keep all processors busy.
@Suite(.serialized) struct ConcurrencyTests {}

/// How many callers there are at the same time: 300, or `OVERLAP_TEST_CALLERS` in the environment,
/// where a sanitizer makes each of them slow.
let callerCount =
  ProcessInfo.processInfo.environment["OVERLAP_TEST_CALLERS"].flatMap { Int($0) } ?? 300

/// Calls `body` with 0 ..< `count` on as many threads of their own at the same time, and returns when
/// all have returned.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let group = DispatchGroup()
  let start = DispatchSemaphore(value: 0)
  for index in 0..<count {
    group.enter()
    let thread = Thread {
      start.wait()
      body(index)
      group.leave()
    }
    thread.stackSize = 1 << 20
    thread.start()
  }
  for _ in 0..<count { start.signal() }
  group.wait()
}

/// How many threads this process has; nil where the system does not tell.
func threadsOfThisProcess() -> Int? {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
    return nil
  }
  let line = status.split(separator: "\n").first { $0.hasPrefix("Threads:") }
  return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace).last ?? "") }
}

/// Looks at a number again and again, on a thread of its own, until it is told to stop.
final class PeakWatch: Sendable {
  private let number: @Sendable () -> Int
  private let peak = Atomic(Int.min)
  private let isDone = Atomic(false)
  private let hasEnded = DispatchSemaphore(value: 0)

  init(_ number: @escaping @Sendable () -> Int) {
    self.number = number
    Thread.detachNewThread { [self] in
      while !isDone.load(ordering: .relaxed) {
        peak.max(number(), ordering: .relaxed)
        Thread.sleep(forTimeInterval: 2e-4)
      }
      hasEnded.signal()
    }
  }

  /// The largest number that was seen.
  func stop() -> Int {
    isDone.store(true, ordering: .relaxed)
    hasEnded.wait()
    return peak.load(ordering: .relaxed)
  }
}
