/// A small file of text, read or written whole.
public enum TextFile {
  /// Reads a file of UTF-8.
  ///
  /// - Throws: ``SignalFileError``: no such file, not UTF-8, or a failure to read it.
  public static func read(path: String) throws(SignalFileError) -> String {
    let bytes = try InputFile(path: path).wholeBytes()
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unrecognized(path: path, expected: "a text in UTF-8")
    }
    return text
  }

  /// Writes a file of UTF-8; it appears when it is complete.
  ///
  /// - Throws: as ``ByteFile/write(_:to:)``.
  public static func write(_ text: String, to path: String) throws(SignalFileError) {
    try ByteFile.write(Array(text.utf8), to: path)
  }
}
