import Platform
import SignalFiles

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
    CommandFailure(
      .inputOutput, "standard output: writing failed; check the free space, then try again"
    ).end()
  }
}

func printResult(_ object: JSONObject) { printResult(object.json) }

/// Writes one line to standard error, whatever characters file names hold.
func printError(_ message: String) {
  withoutProgress { _ = write("overlap: " + message.onOneLine + "\n", to: STDERR_FILENO) }
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
