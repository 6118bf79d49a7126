import SignalFiles

/// The file of `--lags`, if it is asked for: it appears after the results that the lags are of, or
/// not at all.
struct LagFile: ~Copyable {
  private var file: PendingArrayFile?

  /// Writes the lags without giving the file its name.
  ///
  /// - Parameter path: nil if nobody wants them.
  init(_ lags: @autoclosure () -> NumPyArray, path: String?) throws(SignalFileError) {
    if let path { file = try PendingArrayFile(lags(), path: path) }
  }

  /// Gives the file its name.
  mutating func commit() throws(SignalFileError) { try file?.commit() }
}

/// The lags of results in one dimension, as an array.
func array(of lags: Range<Int>) -> NumPyArray { NumPyArray(shape: [lags.count], Array(lags)) }
