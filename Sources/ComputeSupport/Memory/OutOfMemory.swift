// SPDX-License-Identifier: MIT

internal import Dispatch
internal import Platform
internal import Synchronization

/// What happens where the system has no memory for what is computed, although whoever asked for it
/// found that there should be: a library cannot go on, and how a process ends is its owner's to say.
@usableFromInline package enum OutOfMemory {
  /// So many bytes were not to be had.
  package struct Shortage: Error {
    package let byteCount: Int
  }

  private static let ending = Mutex<(@Sendable (Shortage) -> Never)?>(nil)

  /// Who is told instead where the work that this thread does, or helps with, cannot go on.
  @TaskLocal static var rescue: (any Rescue)?

  protocol Rescue: Sendable {
    func end(_ shortage: Shortage)
  }

  /// Ends the process by `end` then.
  package static func handle(by end: @escaping @Sendable (Shortage) -> Never) {
    ending.withLock { $0 = end }
  }

  /// Does `work` on a thread of its own. Where there is no memory for it, the thread and those that
  /// help it stop for good, with what they hold, and the caller goes on.
  package static func isolate<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value
  ) -> Result<Value, Shortage> {
    // Without another thread it ends the process instead.
    if ThreadSupply.isExhausted { return .success(work()) }
    let outcome = Outcome<Value>()
    DispatchQueue(label: "isolated work").async {
      $rescue.withValue(outcome) { outcome.end(.success(work())) }
    }
    return outcome.wait()
  }

  static func end(byteCount: Int) -> Never {
    let shortage = Shortage(byteCount: byteCount)
    if let rescue {
      rescue.end(shortage)
      while true { sleep(.max) }
    }
    if let end = ending.withLock({ $0 }) { end(shortage) }
    // As Swift's own allocations end.
    fatalError("out of memory: \(byteCount) bytes")
  }

  /// Ends the process where an array of so many bytes would find no room: to Swift, that is a trap
  /// without a word. Smaller ones than those that come straight from the system are not worth the
  /// question.
  @usableFromInline package static func check(byteCount: Int) {
    guard BufferPool.isFresh(byteCount: byteCount), byteCount > availableMemory() else { return }
    end(byteCount: byteCount)
  }
}

/// What a thread leaves for another that waits for it; the first thing it leaves counts.
private final class Outcome<Value: Sendable>: OutOfMemory.Rescue {
  private let result = Mutex<Result<Value, OutOfMemory.Shortage>?>(nil)
  private let isThere = DispatchSemaphore(value: 0)

  func end(_ shortage: OutOfMemory.Shortage) { end(.failure(shortage)) }

  func end(_ new: Result<Value, OutOfMemory.Shortage>) {
    result.withLock { $0 = $0 ?? new }
    isThere.signal()
  }

  func wait() -> Result<Value, OutOfMemory.Shortage> {
    while true {
      isThere.wait()
      if let result = result.withLock(\.self) { return result }
    }
  }
}
