// SPDX-License-Identifier: MIT

@unsafe @preconcurrency import Platform

/// Runs `body` while what libraries print by way of C's `stderr` goes nowhere.
///
/// libmpg123, by which libsndfile decodes MP3, prints a line for every damaged frame. The stream is
/// a variable that programs may set (the GNU C Library's manual, "Standard Streams").
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
