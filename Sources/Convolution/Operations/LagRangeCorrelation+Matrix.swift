internal import ComputeSupport
public import FourierTransform
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
public func correlate<Element: SignalElement>(
  _ image: Matrix<Element>, _ kernel: Matrix<Element>, rowLags: ClosedRange<Int>,
  columnLags: ClosedRange<Int>, boundary: Boundary<Element> = .zero,
  threads: Int? = nil
) -> Matrix<Element> {
  let lags = OverlappingLags(image, kernel, rows: rowLags, columns: columnLags)
  guard let region = lags.region else { return lags.placed(nil) }
  return lags.placed(
    convolve(
      image, kernel.reversedConjugate, region: region, boundary: boundary.simplified,
      method: nil, threads: threadCount(threads)))
}

/// The lags that are wanted, and those of them at which an image and a kernel overlap.
struct OverlappingLags {
  private let wantedRows: ClosedRange<Int>
  private let wantedColumns: ClosedRange<Int>
  /// Where the results at the overlapping lags are in the full convolution; nil if there are none.
  let region: MatrixRegion?
  /// The first result's place among the wanted ones.
  private let row: Int
  private let column: Int

  init<Element>(
    _ image: Matrix<Element>, _ kernel: Matrix<Element>, rows: ClosedRange<Int>,
    columns: ClosedRange<Int>
  ) {
    (wantedRows, wantedColumns) = (rows, columns)
    guard !image.isEmpty, !kernel.isEmpty else {
      (region, row, column) = (nil, 0, 0)
      return
    }
    let lags = MatrixRegion(
      rows: Range(rows).clamped(to: (1 - kernel.rows)..<image.rows),
      columns: Range(columns).clamped(to: (1 - kernel.columns)..<image.columns))
    row = lags.rows.lowerBound - rows.lowerBound
    column = lags.columns.lowerBound - columns.lowerBound
    // Lag k is at index k + m - 1 of the full result.
    region =
      lags.isEmpty ? nil : lags.relative(toRow: 1 - kernel.rows, column: 1 - kernel.columns)
  }

  /// The results at the overlapping lags among zeros for all others.
  func placed<Element: AdditiveArithmetic>(_ found: Matrix<Element>?) -> Matrix<Element> {
    let (rows, columns) = (wantedRows.count, wantedColumns.count)
    if let found, found.rows == rows, found.columns == columns { return found }
    var values = Matrix<Element>(repeating: .zero, rows: rows, columns: columns)
    guard let found else { return values }
    for r in 0..<found.rows {
      for c in 0..<found.columns { values[row + r, column + c] = found[r, c] }
    }
    return values
  }
}
