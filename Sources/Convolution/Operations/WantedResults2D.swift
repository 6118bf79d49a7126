internal import FourierTransform

/// The results of a 2-D convolution that are wanted, in each dimension as in one.
struct WantedResults2D: Sendable {
  private let rows: WantedResults
  private let columns: WantedResults
  /// Whether only results are wanted that lie wholly inside: no boundary matters to them.
  let isValid: Bool

  init<Element>(
    _ operation: Operation, _ mode: ConvolutionMode, _ columnMode: ConvolutionMode?,
    image: Matrix<Element>, kernel: Matrix<Element>
  ) {
    self.init(
      operation, mode, columnMode, rows: image.rows, columns: image.columns,
      kernelRows: kernel.rows, kernelColumns: kernel.columns)
  }

  init(
    _ operation: Operation, _ mode: ConvolutionMode, _ columnMode: ConvolutionMode?, rows: Int,
    columns: Int, kernelRows: Int, kernelColumns: Int
  ) {
    isValid = mode == .valid && (columnMode ?? mode) == .valid
    let isNested =
      (rows >= kernelRows && columns >= kernelColumns)
      || (rows <= kernelRows && columns <= kernelColumns)
    // `valid` has no results unless one of the two lies wholly inside the other.
    let isNone = isValid && !isNested
    self.rows = mode.results(
      operation, signalCount: isNone ? 0 : rows, kernelCount: kernelRows)
    self.columns = (columnMode ?? mode).results(
      operation, signalCount: isNone ? 0 : columns, kernelCount: kernelColumns)
  }

  /// The rows and columns of the results.
  var size: (rows: Int, columns: Int) { (rows.count, columns.count) }

  /// Those of the wanted results that have products, within the full convolution.
  var region: Region2D { Region2D(rows: rows.present, columns: columns.present) }

  /// Whether all wanted results have products.
  var isComplete: Bool { rows.isComplete && columns.isComplete }

  /// The boundary that matters: none to `valid`.
  func boundary<Element: SignalElement>(_ boundary: Boundary<Element>) -> Boundary<Element> {
    isValid ? .zero : boundary.simplified
  }

  /// The results of the region among zeros for all others.
  func placed<Element: AdditiveArithmetic>(_ found: Matrix<Element>) -> Matrix<Element> {
    if isComplete { return found }
    var values = Matrix<Element>(repeating: .zero, rows: rows.count, columns: columns.count)
    for row in 0..<found.rows {
      for column in 0..<found.columns {
        values[rows.leading + row, columns.leading + column] = found[row, column]
      }
    }
    return values
  }
}
