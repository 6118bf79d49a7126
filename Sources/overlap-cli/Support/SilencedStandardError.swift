@unsafe @preconcurrency import Platform

/// Runs `body` while what libraries print by way of C's `stderr` goes nowhere.
///
/// libmpg123, by which libsndfile decodes MP3, prints lines of its own about every frame that is cut
/// off or damaged, and libsndfile has no setting that keeps it quiet; what is wrong with a file is
/// told in one line. The stream is a variable that a program may set (the GNU C Library's manual,
/// "Standard Streams"). File descriptor 2 stays as it is: the command's own messages, and Swift's
/// about a crash, are written to that.
func withSilencedStandardError(_ body: () throws -> Void) rethrows {
  guard let nowhere = unsafe fopen("/dev/null", "we") else { return try body() }
  let original = unsafe stderr
  unsafe stderr = nowhere
  defer {
    unsafe stderr = original
    unsafe fclose(nowhere)
  }
  try body()
}
