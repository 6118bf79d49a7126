// SPDX-License-Identifier: MIT

internal import Synchronization

/// The results of `body` for 0 ..< `count`, in order, computed on up to `threads` threads; the error
/// is that of the smallest index that failed.
package func parallelMap<Result: Sendable, Failure: Error>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws(Failure) -> Result
) throws(Failure) -> [Result] {
  // Each thread writes places of its own, and none is left out after a cancellation.
  var results = [Swift.Result<Result, Failure>?](repeating: nil, count: count)
  var places = results.mutableSpan
  places.withShared { places in
    withoutActuallyEscaping(body) { body in
      shareWork(count, among: threads, isWatched: false) { _, next in
        while let index = next() {
          do throws(Failure) {
            places[index] = .success(try body(index))
          } catch {
            places[index] = .failure(error)
          }
        }
      }
    }
  }
  return try results.map { result throws(Failure) in
    guard let result else { preconditionFailure("a piece was left out") }
    return try result.get()
  }
}

/// The results of `body` for 0 and 1, computed at the same time if `threads` is at least 2.
package func parallelPair<Result: ~Copyable & Sendable>(
  threads: Int, _ body: @Sendable (Int) -> Result
) -> ParallelPair<Result> {
  let first = Mutex<Result?>(nil)
  let second = Mutex<Result?>(nil)
  _ = parallelMap(2, threads: threads) { index in
    var result: Result? = body(index)
    if index == 0 {
      first.withLock { $0 = result.take() }
    } else {
      second.withLock { $0 = result.take() }
    }
  }
  guard let first = first.withLock({ $0.take() }), let second = second.withLock({ $0.take() })
  else {
    preconditionFailure("a result is missing")
  }
  return ParallelPair(first: first, second: second)
}

/// Two results that cannot be copied.
@frozen package struct ParallelPair<Result: ~Copyable>: ~Copyable {
  package var first: Result
  package var second: Result
}
