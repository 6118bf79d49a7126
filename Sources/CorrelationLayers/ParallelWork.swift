internal import Dispatch
internal import Foundation
internal import Synchronization

/// The number of threads that "all cores" means.
let coreCount = ProcessInfo.processInfo.activeProcessorCount

/// How many threads a request for `threads` gets, all cores if there is none.
///
/// - Throws: ``LayerError/invalidParameter(name:requirement:actual:)`` below 1.
func workerCount(_ threads: Int?) throws(LayerError) -> Int {
  guard let threads else { return coreCount }
  guard threads >= 1 else {
    throw .invalidParameter(name: "threads", requirement: "at least 1", actual: threads)
  }
  return min(threads, 1024)
}

/// Calls `body` once for every unit of work in `0..<units`, on up to `workers` threads.
///
/// Which units there are must not depend on the number of workers, and each unit must write its
/// own part of the result alone: then the result does not depend on it either. `body` is told which
/// worker calls it, for its scratch memory.
func parallel(units: Int, workers: Int, _ body: @Sendable (_ unit: Int, _ worker: Int) -> Void) {
  let workers = min(units, workers)
  guard workers > 1 else {
    for unit in 0..<max(units, 0) { body(unit, 0) }
    return
  }
  let next = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: workers) { worker in
    while true {
      let unit = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard unit < units else { return }
      body(unit, worker)
    }
  }
}
