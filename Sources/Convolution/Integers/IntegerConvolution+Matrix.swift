internal import ComputeSupport
internal import FourierTransform

/// The exact convolution of matrices of integers; see
/// ``convolve(_:_:mode:columnMode:boundary:method:threads:)`` for the rest.
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
  try convolve(
    image, kernel, WantedResults2D(.convolution, mode, columnMode, image: image, kernel: kernel),
    mode: mode, boundary: boundary, method: method, threads: threadCount(threads))
}

/// The exact correlation of matrices of integers; see
/// ``correlate(_:_:mode:columnMode:boundary:method:threads:)`` for the rest.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`, counted row by row
///   from the first lags at which the two overlap; ``ConvolutionError/integerTooLarge(index:)``.
public func correlate<Integer: FixedWidthInteger & Sendable>(
  _ image: Matrix<Integer>, _ kernel: Matrix<Integer>, mode: ConvolutionMode = .full,
  columnMode: ConvolutionMode? = nil, boundary: Boundary<Integer> = .zero,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> Matrix<Int> {
  let reversed = Matrix(
    rows: kernel.rows, columns: kernel.columns, elements: kernel.elements.reversed())
  return try convolve(
    image, reversed, WantedResults2D(.correlation, mode, columnMode, image: image, kernel: kernel),
    mode: mode, boundary: boundary, method: method, threads: threadCount(threads))
}

private func convolve<Integer: FixedWidthInteger & Sendable>(
  _ image: Matrix<Integer>, _ kernel: Matrix<Integer>, _ results: WantedResults2D,
  mode: ConvolutionMode, boundary: Boundary<Integer>, method: ConvolutionMethod?, threads: Int
) throws(ConvolutionError) -> Matrix<Int> {
  let region = results.region
  guard !region.isEmpty else {
    return results.placed(
      Matrix(rows: region.rows.count, columns: region.columns.count, elements: []))
  }
  let boundary = results.isValid ? .zero : boundary
  return results.placed(
    try convolve(
      image, kernel, region: region, boundary: boundary,
      method: exactMethod(method, image, kernel, mode, isPadded: boundary != .zero),
      threads: threads))
}

/// The results `region` of the full convolution, by a method of those that are exact.
private func convolve<Integer: FixedWidthInteger & Sendable>(
  _ image: Matrix<Integer>, _ kernel: Matrix<Integer>, region: Region2D,
  boundary: Boundary<Integer>, method: ConvolutionMethod?, threads: Int
) throws(ConvolutionError) -> Matrix<Int> {
  // What a constant boundary has beyond the edges is split with the image, as one more element.
  var samples = image.elements
  if case .constant(let value) = boundary { samples.append(value) }
  let window = region.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
  let split = try DigitSplit(
    samples, kernel.elements, signalCount: boundary == .zero ? image.count : window.count,
    kernelCount: kernel.count,
    transformCount: 2 * max(window.rows.count, image.rows + kernel.rows)
      * max(window.columns.count, image.columns + kernel.columns),
    isDirect: method == .direct)
  let images = split.digits(of: samples)
  let kernels = split.digits(of: kernel.elements)
  var sums = DigitSums(count: region.count, places: images.count + kernels.count - 1)
  for (i, digits) in images.enumerated() {
    let image = Matrix(
      rows: image.rows, columns: image.columns, elements: Array(digits[..<image.count]))
    let edge: Boundary<Double> = boundary.with(constant: digits[digits.count - 1])
    for (j, others) in kernels.enumerated() {
      let kernel = Matrix(rows: kernel.rows, columns: kernel.columns, elements: others)
      let products = convolve(
        image, kernel, region: region, boundary: edge.simplified, method: method, threads: threads)
      sums.add(products.elements, place: i + j)
    }
  }
  return Matrix(
    rows: region.rows.count, columns: region.columns.count, elements: try split.results(of: sums))
}

/// The method to use for digits: one of those whose rounding is proved to be small enough.
private func exactMethod<Integer>(
  _ method: ConvolutionMethod?, _ image: Matrix<Integer>, _ kernel: Matrix<Integer>,
  _ mode: ConvolutionMode, isPadded: Bool
) -> ConvolutionMethod {
  switch method {
  case .direct, .separable: .direct
  case .fft: .fft
  case .overlapSave: .overlapSave
  case nil:
    Planner.shared.choose(
      .float64, rows: image.rows, columns: image.columns, kernelRows: kernel.rows,
      kernelColumns: kernel.columns, mode: mode.withoutLags, isPadded: isPadded
    ).method
  }
}

extension ConvolutionMode {
  /// What is planned for where only some lags are wanted: all of them.
  fileprivate var withoutLags: ConvolutionMode { if case .lags = self { .full } else { self } }
}
