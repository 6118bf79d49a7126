// SPDX-License-Identifier: MIT

import Dispatch
import Synchronization

/// Hands results on in the order of their pairs, each as soon as it and all before it are there.
final class OrderedResults: Sendable {
  struct Result {
    var line: String
    /// Of the process, if it were for this result; nil for a reliable alignment.
    var status: ExitStatus?
    /// Where its pair ends in the list, in bytes.
    var position: Int
  }

  private struct State {
    var waiting: [Int: Result] = [:]
    var count = 0
    var failure: ExitStatus?
    var isUnreliable = false
  }

  private let state = Mutex(State())
  private let places: DispatchSemaphore
  private let print: @Sendable (_ result: Result, _ count: Int) -> Void

  /// Results that wait for one before them, some MB. Judged: a pair of ten hours takes as long as some
  /// thousand pairs of seconds.
  private static var mostWaiting: Int { 4096 }

  /// - Parameter print: Takes one result after another, and the number of those so far.
  init(_ print: @escaping @Sendable (_ result: Result, _ count: Int) -> Void) {
    places = DispatchSemaphore(value: Self.mostWaiting)
    self.print = print
  }

  /// Waits until there is room for one result more.
  func makeRoom() { places.wait() }

  /// Gives the room back that no result needs.
  func leaveRoom() { places.signal() }

  /// Takes the result of the pair `index`, counted from 0.
  func add(_ result: Result, at index: Int) {
    state.withLock { state in
      state.waiting[index] = result
      while let next = state.waiting.removeValue(forKey: state.count) {
        state.count += 1
        if next.status == .noMatch {
          state.isUnreliable = true
        } else {
          state.failure = state.failure ?? next.status
        }
        print(next, state.count)
        places.signal()
      }
    }
  }

  /// That of the first error, otherwise of "no match", otherwise nil.
  var status: ExitStatus? {
    state.withLock { $0.failure ?? ($0.isUnreliable ? .noMatch : nil) }
  }
}
