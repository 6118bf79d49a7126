// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// The exact convolution of matrices of integers; see
/// ``convolve(_:_:mode:columnMode:boundary:method:threads:)->Matrix<Element>`` for the rest.
///
/// As in one dimension, rounding sums that are made in `Double` gives the exact results, of the
/// numbers or of their digits. `separable` is done by direct sums: its passes are not exact.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`; results count row
///   by row; ``ConvolutionError/integerTooLarge(index:)`` for an input of more than 64 bits.
/// - Complexity: that of one convolution in `Double` for each pair of digits.
public func convolve<Integer: FixedWidthInteger & Sendable>(
  _ image: Matrix<Integer>, _ kernel: Matrix<Integer>, mode: ConvolutionMode = .full,
  columnMode: ConvolutionMode? = nil, boundary: Boundary<Integer> = .zero,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> Matrix<Int> {
  try exactConvolution(
    .convolution, image, kernel, mode, columnMode, boundary, method, threads: threadCount(threads))
}

/// The exact correlation of matrices of integers; see
/// ``correlate(_:_:mode:columnMode:boundary:method:threads:)->Matrix<Element>`` for the rest.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`, counted row by row
///   from the first lags at which the two overlap; ``ConvolutionError/integerTooLarge(index:)``.
public func correlate<Integer: FixedWidthInteger & Sendable>(
  _ image: Matrix<Integer>, _ kernel: Matrix<Integer>, mode: ConvolutionMode = .full,
  columnMode: ConvolutionMode? = nil, boundary: Boundary<Integer> = .zero,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> Matrix<Int> {
  try exactConvolution(
    .correlation, image, kernel, mode, columnMode, boundary, method, threads: threadCount(threads))
}

private func exactConvolution<Integer: FixedWidthInteger & Sendable>(
  _ operation: Operation, _ image: Matrix<Integer>, _ kernel: Matrix<Integer>,
  _ mode: ConvolutionMode, _ columnMode: ConvolutionMode?, _ boundary: Boundary<Integer>,
  _ method: ConvolutionMethod?, threads: Int
) throws(ConvolutionError) -> Matrix<Int> {
  let results = WantedResults2D(
    operation, mode, columnMode, rows: image.rows, columns: image.columns,
    kernelRows: kernel.rows, kernelColumns: kernel.columns)
  let region = results.region
  guard !region.isEmpty else { return results.matrix { _ in } }
  let boundary = results.isValid ? .zero : boundary
  let method = exactMethod(method, image, kernel, mode, isPadded: boundary != .zero)
  let taps = operation == .convolution ? kernel.elements : kernel.elements.reversed()
  // What a constant boundary has beyond the edges is split with the image, as one more element.
  var samples = image.elements
  if case .constant(let value) = boundary { samples.append(value) }
  let window = region.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
  let split = try DigitSplit(
    samples, taps, signalCount: boundary == .zero ? image.count : window.count,
    kernelCount: kernel.count,
    transformCount: 2 * max(window.rows.count, image.rows + kernel.rows)
      * max(window.columns.count, image.columns + kernel.columns),
    isDirect: method == .direct)
  let found = try split.convolve(samples, taps, resultCount: region.count) {
    digits, others, output in
    let edge: Boundary<Double> = boundary.with(constant: digits[digits.count - 1])
    convolve(
      Matrix(rows: image.rows, columns: image.columns, elements: Array(digits[..<image.count])),
      Matrix(rows: kernel.rows, columns: kernel.columns, elements: others), region: region,
      boundary: edge.simplified, method: method, threads: threads, into: &output)
  }
  return results.matrix { copyElements(found.span, into: &$0) }
}

/// The method to use for digits: one of those whose rounding is proved to be small enough.
private func exactMethod<Integer>(
  _ method: ConvolutionMethod?, _ image: Matrix<Integer>, _ kernel: Matrix<Integer>,
  _ mode: ConvolutionMode, isPadded: Bool
) -> ConvolutionMethod {
  if let method { return method == .separable ? .direct : method }
  // Where only some lags are wanted, the choice is that for all of them.
  var planned = mode
  if case .lags = mode { planned = .full }
  return Planner.shared.choose(
    .float64, rows: image.rows, columns: image.columns, kernelRows: kernel.rows,
    kernelColumns: kernel.columns, mode: planned, isPadded: isPadded
  ).method
}
