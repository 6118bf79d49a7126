// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import FourierTransform
internal import ComplexModule

/// The convolution of an image with a kernel:
/// `result[i, j] = Σ_a Σ_b image[i - a, j - b] · kernel[a, b]`.
///
/// The kernel is turned by 180 degrees and slides over the image. Which i and j are wanted is the
/// mode's to say, in each dimension as in one (``ConvolutionMode``); `valid` has those for which
/// one of the two lies wholly inside the other, and none if neither fits into the other. What the
/// image is beyond its edges is the boundary's to say; it does not matter to `valid`. The method
/// does not show in the result beyond its rounding: NaN and infinities reach the results they are a
/// part of and no others.
///
/// - Parameters:
///   - image: the elements that the kernel slides over.
///   - kernel: the elements that weigh them.
///   - mode: which results are wanted along the rows and the columns.
///   - columnMode: which columns are wanted, where that is another part than of the rows.
///   - boundary: what the image is beyond its edges.
///   - method: nil for the fastest, or the one to use whatever it costs.
///   - threads: how many to use at most. The result has the same bits on any number.
/// - Returns: the wanted results; none if either input is empty.
/// - Complexity: O(results · log(taps)), unless direct.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
public func convolve<Element: SignalElement>(
  _ image: Matrix<Element>, _ kernel: Matrix<Element>, mode: ConvolutionMode = .full,
  columnMode: ConvolutionMode? = nil, boundary: Boundary<Element> = .zero,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> Matrix<Element> {
  results(.convolution, image, kernel, mode, columnMode, boundary, method, threads: threads)
}

/// The correlation of an image with a kernel: at row and column lag (i, j) it is
/// `Σ_r Σ_c image[r + i, c + j] · conj(kernel[r, c])`.
///
/// The kernel slides over the image as it is. Full has the lags from -(kernel rows - 1) to
/// image rows - 1, and likewise in columns; see ``ConvolutionMode/lags(signalCount:kernelCount:)``.
/// Everything else is as in
/// ``convolve(_:_:mode:columnMode:boundary:method:threads:)->Matrix<Element>``.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
public func correlate<Element: SignalElement>(
  _ image: Matrix<Element>, _ kernel: Matrix<Element>, mode: ConvolutionMode = .full,
  columnMode: ConvolutionMode? = nil, boundary: Boundary<Element> = .zero,
  method: ConvolutionMethod? = nil, threads: Int? = nil
) -> Matrix<Element> {
  results(.correlation, image, kernel, mode, columnMode, boundary, method, threads: threads)
}

private func results<Element: SignalElement>(
  _ operation: Operation, _ image: Matrix<Element>, _ kernel: Matrix<Element>,
  _ mode: ConvolutionMode, _ columnMode: ConvolutionMode?, _ boundary: Boundary<Element>,
  _ method: ConvolutionMethod?, threads: Int?
) -> Matrix<Element> {
  let results = WantedResults2D(
    operation, mode, columnMode, rows: image.rows, columns: image.columns,
    kernelRows: kernel.rows, kernelColumns: kernel.columns)
  let kernel = operation.convolutionKernel(kernel)
  return results.matrix { output in
    convolve(
      image, kernel, region: results.region, boundary: results.boundary(boundary),
      method: method, threads: threadCount(threads), into: &output)
  }
}

/// Writes the results `region` of the full convolution, row by row.
func convolve<Element: SignalElement>(
  _ image: Matrix<Element>, _ kernel: Matrix<Element>, region: Region2D,
  boundary: Boundary<Element>, method: ConvolutionMethod?, threads: Int,
  into output: inout MutableSpan<Element>
) {
  // Without anything beyond the edges the two can change places: the larger is slid over.
  let swaps =
    boundary == .zero && image.rows <= kernel.rows && image.columns <= kernel.columns
  let (large, small) = swaps ? (kernel, image) : (image, kernel)
  let engine = ConvolutionEngine2D(small)
  let choice = engine.choose(
    rows: large.rows, columns: large.columns, region, isPadded: boundary != .zero, method: method,
    threads: threads, uses: 1)
  engine.convolve(
    large.elements.span, rows: large.rows, columns: large.columns, boundary, region, choice,
    into: &output)
}
