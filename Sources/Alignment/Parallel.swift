import Dispatch
import Synchronization

/// The results of `body` for 0..<count, in order, computed on all cores; the error is that of the
/// smallest index that failed.
func parallelMap<Result: Sendable, Failure: Error>(
  _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Result
) throws(Failure) -> [Result] {
  let results = Mutex<[Int: Swift.Result<Result, Failure>]>([:])
  withoutActuallyEscaping(body) { body in
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result: Swift.Result<Result, Failure>
      do throws(Failure) {
        result = .success(try body(index))
      } catch {
        result = .failure(error)
      }
      results.withLock { $0[index] = result }
    }
  }
  let all = results.withLock { $0 }
  var ordered: [Result] = []
  ordered.reserveCapacity(count)
  for index in 0..<count {
    guard let result = all[index] else { preconditionFailure("iteration \(index) never ran") }
    ordered.append(try result.get())
  }
  return ordered
}
