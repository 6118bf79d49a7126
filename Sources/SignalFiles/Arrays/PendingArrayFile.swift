/// A `.npy` file that is written and has not got its name yet: for one that is to appear together
/// with another file, or not at all.
///
/// A value that ends without ``commit()`` leaves nothing behind.
public struct PendingArrayFile: ~Copyable {
  private var file: AtomicFile

  /// Writes an array beside the place of the file `path`.
  ///
  /// - Complexity: O(size of the file).
  public init(_ array: NumPyArray, path: String) throws(SignalFileError) {
    var file = try AtomicFile(path: path)
    try array.write(to: &file)
    self.file = file
  }

  /// Gives the file its name.
  public mutating func commit() throws(SignalFileError) { try file.commit() }
}
