// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// The results of a 2-D convolution that are wanted, in each dimension as in one.
struct WantedResults2D: Sendable {
  private let rows: WantedResults
  private let columns: WantedResults
  /// Whether only results are wanted that lie wholly inside: no boundary matters to them.
  let isValid: Bool

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
  var count: Int { rows.count * columns.count }

  /// Those of the wanted results that have products, within the full convolution.
  var region: Region2D { Region2D(rows: rows.present, columns: columns.present) }

  /// Whether all wanted results have products.
  var isComplete: Bool { rows.isComplete && columns.isComplete }

  /// The boundary that matters: none to `valid`.
  func boundary<Element: SignalElement>(_ boundary: Boundary<Element>) -> Boundary<Element> {
    isValid ? .zero : boundary.simplified
  }

  /// Lets `body` write the results that have products, row by row, and zeros all others.
  func write<Element: AdditiveArithmetic>(
    into output: inout MutableSpan<Element>, _ body: (inout MutableSpan<Element>) -> Void
  ) {
    let region = region
    if isComplete {
      if !region.isEmpty { body(&output) }
      return
    }
    output.update(repeating: .zero)
    guard !region.isEmpty else { return }
    let width = region.columns.count
    let found = makeArray(count: region.count, body)
    for row in 0..<region.rows.count {
      let start = (rows.leading + row) * columns.count + columns.leading
      var line = output._mutatingExtracting(start..<(start + width))
      copyElements(found.span.extracting((row * width)..<((row + 1) * width)), into: &line)
    }
  }

  /// All results, of which `body` writes those that have products.
  func matrix<Element: AdditiveArithmetic>(
    _ body: (inout MutableSpan<Element>) -> Void
  ) -> Matrix<Element> {
    Matrix(
      rows: rows.count, columns: columns.count,
      elements: makeArray(count: count) { write(into: &$0, body) })
  }
}
