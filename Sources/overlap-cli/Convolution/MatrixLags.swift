import Convolution
import SignalFiles

/// The lags of the results of a correlation in two dimensions.
struct MatrixLags {
  var rows: Range<Int>
  var columns: Range<Int>

  /// The row lag and the column lag of each result, as an array of rows, columns and two.
  var array: NumPyArray {
    let pairs = rows.flatMap { row in columns.flatMap { [row, $0] } }
    return NumPyArray(shape: [rows.count, columns.count, 2], pairs)
  }
}
