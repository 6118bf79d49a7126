// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import Convolution
internal import FourierTransform
internal import RealModule

/// Enough columns for whole cache lines in each row; also the rows of a piece of work.
let linesAtOnce = 32

/// The transposed transform of a matrix along both axes; the inverse is not scaled.
func transposedTransform(
  _ matrix: Matrix<Complex<Double>>, isInverse: Bool, threads: Int
) -> Matrix<Complex<Double>> {
  let byRows = makeMatrix(rows: matrix.rows, columns: matrix.columns, threads: threads) {
    band, output in
    transformLines(length: matrix.columns, isInverse: isInverse, into: &output) { line, source in
      let row = matrix.row(band.lowerBound + line)
      for column in row.indices { source[column] = row[column] }
    }
  }
  return makeMatrix(rows: matrix.columns, columns: matrix.rows, threads: threads) { band, output in
    // The columns side by side, as they lie: one at a time would read each cache line for each.
    var lines = [Complex<Double>](repeating: .zero, count: output.count)
    for row in 0..<byRows.rows {
      let source = byRows.row(row)
      for line in band.indices {
        lines[(line - band.lowerBound) * byRows.rows + row] = source[line]
      }
    }
    transformLines(length: byRows.rows, isInverse: isInverse, into: &output) { line, source in
      for index in source.indices { source[index] = lines[line * byRows.rows + index] }
    }
  }
}

/// A matrix made in bands of `bandRows` rows, the same on any number of threads: `body` is given a
/// band and its elements.
func makeMatrix<Element: AlgebraicField & Sendable>(
  rows: Int, columns: Int, bandRows: Int = linesAtOnce, threads: Int,
  _ body: @Sendable (Range<Int>, inout MutableSpan<Element>) -> Void
) -> Matrix<Element> {
  let bands = (0..<rows).pieces(of: bandRows)
  let elements: [Element] = makeArray(count: rows * columns) { output in
    output.withShared { output in
      forEachPiece(bands.count, threads: threads, scratch: {}) { index, _ in
        let band = bands[index]
        output.withElements((band.lowerBound * columns)..<(band.upperBound * columns)) {
          body(band, &$0)
        }
      }
    }
  }
  return Matrix(rows: rows, columns: columns, elements: elements)
}

/// What `body` makes of each band of ``linesAtOnce`` of `rows` rows, in order.
func mapBands<Result: Sendable>(
  of rows: Int, threads: Int, _ body: @Sendable (Range<Int>) -> Result
) -> [Result] {
  parallelMap((rows + linesAtOnce - 1) / linesAtOnce, threads: threads) { band in
    body(band * linesAtOnce..<min(rows, (band + 1) * linesAtOnce))
  }
}

/// Writes the transforms of lines that `fill` gives one by one.
private func transformLines(
  length: Int, isInverse: Bool, into output: inout MutableSpan<Complex<Double>>,
  _ fill: (Int, inout MutableSpan<Complex<Double>>) -> Void
) {
  do throws(TransformError) {
    let transform = try ComplexTransform<Double>.shared(length: length)
    var source = AlignedBuffer<Complex<Double>>(repeating: .zero, count: length)
    var target = AlignedBuffer<Complex<Double>>(repeating: .zero, count: length)
    for line in 0..<(output.count / length) {
      var values = source.mutableSpan
      fill(line, &values)
      var results = target.mutableSpan
      if isInverse {
        try transform.unscaledInverse(consuming: &values, into: &results)
      } else {
        try transform.forward(values.span, into: &results)
      }
      for index in 0..<length { output[line * length + index] = results[index] }
    }
  } catch {
    preconditionFailure("fast lengths can be transformed: \(error)")
  }
}
