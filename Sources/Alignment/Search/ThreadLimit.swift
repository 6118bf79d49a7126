internal import ComputeSupport

/// How many threads a call may use.
enum ThreadLimit {
  /// nil for all cores.
  @TaskLocal static var current: Int?
}

/// The results of `body` for 0 ..< `count`, in order, on as many threads as ``ThreadLimit`` says.
func parallelMap<Result: Sendable, Failure: Error>(
  _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Result
) throws(Failure) -> [Result] {
  try parallelMap(count, threads: threadCount(ThreadLimit.current), body)
}

/// What `body` returns, computed on at most `threads` threads; nil for all cores.
func withThreads<Result>(
  _ threads: Int?, _ body: () throws(AlignmentError) -> Result
) throws(AlignmentError) -> Result {
  let result = ThreadLimit.$current.withValue(threads) {
    Swift.Result { () throws(AlignmentError) in try body() }
  }
  return try result.get()
}
