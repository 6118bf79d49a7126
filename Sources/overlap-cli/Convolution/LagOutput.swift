import SignalFiles

/// The file of `--lags`, if it is asked for: it appears after the results that the lags are of, or
/// not at all.
struct LagOutput: ~Copyable {
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

/// The lags of results in two dimensions, or in one: along the columns.
struct ResultLags {
  var rows = 0..<1
  var columns: Range<Int>

  /// The row lag and the column lag of each result, as an array of rows, columns and two.
  var array: NumPyArray {
    let pairs = rows.flatMap { row in columns.flatMap { [row, $0] } }
    return NumPyArray(shape: [rows.count, columns.count, 2], pairs)
  }

  /// The lags in one dimension.
  var columnArray: NumPyArray { NumPyArray(Array(columns)) }
}
