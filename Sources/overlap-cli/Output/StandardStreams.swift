// SPDX-License-Identifier: MIT

import ComputeSupport
import Platform
import SignalFiles

/// Where errors and progress go.
let errorStream: CInt = {
  // Where addresses are limited, an allocation may fail, of which the runtime prints a stack trace before
  // anybody can see to it: only what goes through here is shown.
  guard addressLimit() != nil else { return STDERR_FILENO }
  let shown = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
  let nowhere = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
  guard shown >= 0, nowhere >= 0 else { return STDERR_FILENO }
  dup2(nowhere, STDERR_FILENO)
  close(nowhere)
  return shown
}()

/// Keeps closed standard streams from becoming files that are opened later: they fail as before.
func holdStandardStreams() {
  for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
    // The lowest place that is free is this one.
    _ = unsafe open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}

/// Writes a line to standard output, or ends the process: results that nobody got are no success.
func printResult(_ line: String) {
  if !withoutProgress({ write(line.printable + "\n", to: STDOUT_FILENO) }) {
    // As any program does whose reader has gone.
    if errno == EPIPE { endProcess(by: SIGPIPE) }
    CommandFailure(
      .inputOutput, "standard output: writing failed; check the free space, then try again"
    ).end()
  }
}

func printResult(_ object: JSONObject) { printResult(object.json) }

/// Writes one line to standard error, whatever characters file names hold.
func printError(_ message: String) {
  withoutProgress { _ = write("overlap: " + message.onOneLine + "\n", to: errorStream) }
}

extension String {
  /// The text with a question mark for what would move a terminal's cursor, or worse.
  var onOneLine: String {
    var line = ""
    for character in printable.unicodeScalars {
      line.unicodeScalars.append(character.properties.generalCategory == .control ? "?" : character)
    }
    return line
  }
}

/// Writes a text, and tells whether that worked.
func write(_ text: String, to descriptor: CInt) -> Bool {
  write(Array(text.utf8)[...], to: descriptor)
}

func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) -> Bool {
  unsafe bytes.withUnsafeBytes { unsafe writeAll($0, to: descriptor) == nil }
}
