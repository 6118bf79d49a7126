internal import ComplexModule

/// The correlation of an image with a kernel at some lags only: at row and column lag (i, j) it is
/// `Σ_r Σ_c image[r + i, c + j] · conj(kernel[r, c])`.
///
/// Lags at which the two do not overlap have the value zero, whatever the boundary. See
/// ``correlate(_:_:mode:boundary:method:threads:)`` for everything else.
///
/// - Returns: a row for each of `rowLags` and a column for each of `columnLags`, the lowest first.
/// - Complexity: O(lags · log(taps)), or less if direct sums are faster.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
public func correlate<Element: ConvolutionElement>(
  _ image: Matrix<Element>, _ kernel: Matrix<Element>, rowLags: ClosedRange<Int>,
  columnLags: ClosedRange<Int>, boundary: Boundary<Element> = .zero,
  threads: Int = defaultThreadCount
) -> Matrix<Element> {
  var values = Matrix<Element>(
    repeating: .zero, rows: rowLags.count, columns: columnLags.count)
  guard !image.isEmpty, !kernel.isEmpty else { return values }
  let rows = Range(rowLags).clamped(to: (1 - kernel.rows)..<image.rows)
  let columns = Range(columnLags).clamped(to: (1 - kernel.columns)..<image.columns)
  guard !rows.isEmpty, !columns.isEmpty else { return values }
  // Lag k is at index k + m - 1 of the full result.
  let region = MatrixRegion(rows: rows, columns: columns)
    .relative(toRow: 1 - kernel.rows, column: 1 - kernel.columns)
  let found = convolve(
    image, kernel.reversedConjugate, region: region, boundary: boundary.simplified,
    method: .automatic, threads: threads)
  guard found.count < values.count else { return found }
  for (r, row) in rows.enumerated() {
    for (c, column) in columns.enumerated() {
      values[row - rowLags.lowerBound, column - columnLags.lowerBound] = found[r, c]
    }
  }
  return values
}
