internal import CFFTW

/// How the samples of a transform lie in memory, in FFTW's "guru" terms.
///
/// Strides count real numbers on the real side of a transform and complex numbers on the complex
/// side.
struct TransformLayout: Sendable {
  /// The lengths and strides of the transform's own axes, slowest first.
  var axes: [fftw_iodim64]
  /// The lengths and strides of the axes over which the transform is repeated.
  var batch: [fftw_iodim64] = []

  /// One contiguous transform of `length`.
  init(length: Int) {
    axes = [fftw_iodim64(n: length, is: 1, os: 1)]
  }

  /// `count` transforms of `rows` by `columns` numbers, each row by row and one after another.
  ///
  /// The complex side of a real transform has `columns / 2 + 1` numbers in a row.
  init(rows: Int, columns: Int, inputColumns: Int, outputColumns: Int, count: Int) {
    axes = [
      fftw_iodim64(n: rows, is: inputColumns, os: outputColumns),
      fftw_iodim64(n: columns, is: 1, os: 1),
    ]
    if count != 1 {
      batch = [fftw_iodim64(n: count, is: rows * inputColumns, os: rows * outputColumns)]
    }
  }

  /// The layout of the inverse transform: what was read is written.
  var reversed: TransformLayout {
    func swapped(_ axis: fftw_iodim64) -> fftw_iodim64 {
      fftw_iodim64(n: axis.n, is: axis.os, os: axis.is)
    }
    var layout = self
    layout.axes = axes.map(swapped)
    layout.batch = batch.map(swapped)
    return layout
  }
}
