// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import FourierTransform
internal import ComplexModule

/// The convolution of a volume with a kernel:
/// `result[h, i, j] = Σ_a Σ_b Σ_c volume[h - a, i - b, j - c] · kernel[a, b, c]`.
///
/// The kernel is turned around in all three axes and slides over the volume. Modes, boundaries and
/// what holds of infinities and NaN are as in
/// ``convolve(_:_:mode:columnMode:boundary:method:threads:)->Matrix<Element>``: what is said of an
/// image's two axes there is meant of three.
///
/// - Parameters:
///   - volume: the elements that the kernel slides over.
///   - kernel: the elements that weigh them.
///   - mode: which results are wanted along the planes, the rows and the columns.
///   - rowMode: which rows are wanted, where that is another part than of the planes.
///   - columnMode: which columns are wanted, where that is another part than of the planes.
///   - boundary: what the volume is beyond its edges. It does not matter to `valid`.
///   - method: nil for the fastest, or the one to use whatever it costs. `separable` is for a kernel
///     that is the product of a line along the planes and of a plane; others are then done by
///     direct sums.
///   - threads: how many to use at most. The result has the same bits on any number.
/// - Returns: the wanted results; none if either input is empty.
/// - Complexity: O(results · log(taps)), unless direct. Besides the result, memory for a few blocks
///   a thread, but of the order of the volume for `fft`, which is chosen only for small ones.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
public func convolve<Element: SignalElement>(
  _ volume: Volume<Element>, _ kernel: Volume<Element>, mode: ConvolutionMode = .full,
  rowMode: ConvolutionMode? = nil, columnMode: ConvolutionMode? = nil,
  boundary: Boundary<Element> = .zero, method: ConvolutionMethod? = nil, threads: Int? = nil
) -> Volume<Element> {
  results(
    .convolution, volume, kernel, VolumeModes(mode, rows: rowMode, columns: columnMode), boundary,
    method, threads: threads)
}

/// The correlation of a volume with a kernel: at plane, row and column lag (h, i, j) it is
/// `Σ_p Σ_r Σ_c volume[p + h, r + i, c + j] · conj(kernel[p, r, c])`.
///
/// The kernel slides over the volume as it is. Full has the lags from -(kernel planes - 1) to
/// volume planes - 1, and likewise in rows and columns; see
/// ``ConvolutionMode/lags(signalCount:kernelCount:)``. Everything else is as in
/// ``convolve(_:_:mode:rowMode:columnMode:boundary:method:threads:)->Volume<Element>``.
@specialized(where Element == Float)
@specialized(where Element == Double)
@specialized(where Element == Complex<Float>)
@specialized(where Element == Complex<Double>)
public func correlate<Element: SignalElement>(
  _ volume: Volume<Element>, _ kernel: Volume<Element>, mode: ConvolutionMode = .full,
  rowMode: ConvolutionMode? = nil, columnMode: ConvolutionMode? = nil,
  boundary: Boundary<Element> = .zero, method: ConvolutionMethod? = nil, threads: Int? = nil
) -> Volume<Element> {
  results(
    .correlation, volume, kernel, VolumeModes(mode, rows: rowMode, columns: columnMode), boundary,
    method, threads: threads)
}

private func results<Element: SignalElement>(
  _ operation: Operation, _ volume: Volume<Element>, _ kernel: Volume<Element>,
  _ modes: VolumeModes, _ boundary: Boundary<Element>, _ method: ConvolutionMethod?, threads: Int?
) -> Volume<Element> {
  let results = WantedResults3D(
    operation, modes, VolumeSize(volume), kernel: VolumeSize(kernel))
  let kernel = operation.convolutionKernel(kernel)
  return results.volume { output in
    convolve(
      volume, kernel, region: results.region,
      boundary: results.isValid ? .zero : boundary.simplified, method: method,
      threads: threadCount(threads), into: &output)
  }
}

/// Writes the results `region` of the full convolution, plane by plane.
func convolve<Element: SignalElement>(
  _ volume: Volume<Element>, _ kernel: Volume<Element>, region: Region3D,
  boundary: Boundary<Element>, method: ConvolutionMethod?, threads: Int,
  into output: inout MutableSpan<Element>
) {
  // Without anything beyond the edges the two can change places: the larger is slid over.
  let swaps = boundary == .zero && VolumeSize(kernel).holds(VolumeSize(volume))
  let (large, small) = swaps ? (kernel, volume) : (volume, kernel)
  let engine = ConvolutionEngine3D(small)
  let size = VolumeSize(large)
  let choice = engine.choose(
    size, region, isPadded: boundary != .zero, method: method, threads: threads, uses: 1)
  engine.convolve(large.elements.span, size, boundary, region, choice, into: &output)
}
