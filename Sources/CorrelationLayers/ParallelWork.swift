internal import FourierTransform

/// How many threads a request for `threads` gets, all cores if there is none.
///
/// - Throws: ``LayerError/invalidParameter(name:requirement:actual:)`` below 1.
func workerCount(_ threads: Int?) throws(LayerError) -> Int {
  guard let threads else { return processorCount }
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
  shareWork(units, among: workers) { worker, next in
    while let unit = next() { body(unit, worker) }
  }
}
