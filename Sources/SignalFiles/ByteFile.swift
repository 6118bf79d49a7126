/// A small file of any contents, written whole.
public enum ByteFile {
  /// Writes a file; it appears when it is complete.
  ///
  /// - Throws: ``SignalFileError/cannotCreate(path:reason:)``,
  ///   ``SignalFileError/writeFailed(path:reason:)``.
  public static func write(_ bytes: [UInt8], to path: String) throws(SignalFileError) {
    var file = try AtomicFile(path: path)
    try file.write(bytes.span)
    try file.commit()
  }
}
