internal import ComputeSupport
internal import FourierTransform

/// The exact convolution of matrices of integers; see
/// ``convolve(_:_:mode:boundary:method:threads:)`` for the rest.
///
/// As in one dimension, rounding sums that are made in `Double` gives the exact results, of the
/// numbers or of their digits. `separable` is done by direct sums: its passes are not exact.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`; results count row
///   by row.
/// - Complexity: that of one convolution in `Double` for each pair of digits.
public func convolve<Integer: ExactInteger>(
  _ image: Matrix<Integer>, _ kernel: Matrix<Integer>, mode: ConvolutionMode = .full,
  boundary: Boundary<Integer> = .zero, method: ConvolutionMethod? = nil,
  threads: Int? = nil
) throws(ConvolutionError) -> Matrix<Int> {
  let region = mode.region(image: image, kernel: kernel)
  guard !region.isEmpty else {
    return Matrix(rows: region.rows.count, columns: region.columns.count, elements: [])
  }
  let boundary = mode == .valid ? .zero : boundary
  return try convolve(
    image, kernel, region: region, boundary: boundary,
    method: exactMethod(method, image, kernel, mode, isPadded: boundary != .zero),
    threads: threadCount(threads))
}

/// The results `region` of the full convolution, by a method of those that are exact.
private func convolve<Integer: ExactInteger>(
  _ image: Matrix<Integer>, _ kernel: Matrix<Integer>, region: MatrixRegion,
  boundary: Boundary<Integer>, method: ConvolutionMethod?, threads: Int
) throws(ConvolutionError) -> Matrix<Int> {
  // What a constant boundary has beyond the edges is split with the image, as one more element.
  var samples = image.elements
  if case .constant(let value) = boundary { samples.append(value) }
  let window = region.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
  let split = DigitSplit(
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

/// The exact correlation of matrices of integers; see
/// ``correlate(_:_:mode:boundary:method:threads:)`` for the rest.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`.
public func correlate<Integer: ExactInteger>(
  _ image: Matrix<Integer>, _ kernel: Matrix<Integer>, mode: ConvolutionMode = .full,
  boundary: Boundary<Integer> = .zero, method: ConvolutionMethod? = nil,
  threads: Int? = nil
) throws(ConvolutionError) -> Matrix<Int> {
  try convolve(
    image, turned(kernel), mode: mode, boundary: boundary, method: method, threads: threads)
}

/// The exact correlation of matrices of integers at some lags only; see
/// ``correlate(_:_:rowLags:columnLags:boundary:threads:)`` for the rest.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`, counted row by
///   row from the first lags at which the two overlap. Results at other lags do not matter.
public func correlate<Integer: ExactInteger>(
  _ image: Matrix<Integer>, _ kernel: Matrix<Integer>, rowLags: ClosedRange<Int>,
  columnLags: ClosedRange<Int>, boundary: Boundary<Integer> = .zero,
  threads: Int? = nil
) throws(ConvolutionError) -> Matrix<Int> {
  let lags = OverlappingLags(image, kernel, rows: rowLags, columns: columnLags)
  guard let region = lags.region else { return lags.placed(nil) }
  let method = exactMethod(nil, image, kernel, .full, isPadded: boundary != .zero)
  return lags.placed(
    try convolve(
      image, turned(kernel), region: region, boundary: boundary, method: method,
      threads: threadCount(threads)))
}

private func turned<Integer>(_ kernel: Matrix<Integer>) -> Matrix<Integer> {
  Matrix(rows: kernel.rows, columns: kernel.columns, elements: kernel.elements.reversed())
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
      kernelColumns: kernel.columns, mode: mode, isPadded: isPadded
    ).method
  }
}
