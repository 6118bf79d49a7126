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
