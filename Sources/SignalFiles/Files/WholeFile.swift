/// Small files that are read or written whole.
package enum WholeFile {
  /// Reads a text in UTF-8.
  package static func readText(path: String) throws(SignalFileError) -> String {
    let bytes = try InputFile(path: path).wholeBytes()
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unrecognized(path: path, expected: "a text in UTF-8")
    }
    return text
  }

  /// Writes a file of these bytes; it appears when it is complete.
  package static func write(
    _ bytes: some Sequence<UInt8>, to path: String
  ) throws(SignalFileError) {
    var file = try AtomicFile(path: path)
    try file.write(Array(bytes).span)
    try file.commit()
  }
}
