// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// The exact convolution of volumes of integers; see
/// ``convolve(_:_:mode:rowMode:columnMode:boundary:method:threads:)->Volume<Element>`` for the rest.
///
/// As in one dimension, rounding sums that are made in `Double` gives the exact results, of the
/// numbers or of their digits. `separable` is done by direct sums: its passes are not exact.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`; results count
///   plane by plane; ``ConvolutionError/integerTooLarge(index:)`` for an input of more than 64 bits.
/// - Complexity: that of one convolution in `Double` for each pair of digits.
public func convolve<Integer: FixedWidthInteger & Sendable>(
  _ volume: Volume<Integer>, _ kernel: Volume<Integer>, mode: ConvolutionMode = .full,
  rowMode: ConvolutionMode? = nil, columnMode: ConvolutionMode? = nil,
  boundary: Boundary<Integer> = .zero, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> Volume<Int> {
  try exactConvolution(
    .convolution, volume, kernel, VolumeModes(mode, rows: rowMode, columns: columnMode), boundary,
    method, threads: threadCount(threads))
}

/// The exact correlation of volumes of integers; see
/// ``correlate(_:_:mode:rowMode:columnMode:boundary:method:threads:)->Volume<Element>`` for the rest.
///
/// - Throws: ``ConvolutionError/overflow(index:)`` if a result does not fit `Int`, counted plane by
///   plane from the first lags at which the two overlap; ``ConvolutionError/integerTooLarge(index:)``.
public func correlate<Integer: FixedWidthInteger & Sendable>(
  _ volume: Volume<Integer>, _ kernel: Volume<Integer>, mode: ConvolutionMode = .full,
  rowMode: ConvolutionMode? = nil, columnMode: ConvolutionMode? = nil,
  boundary: Boundary<Integer> = .zero, method: ConvolutionMethod? = nil, threads: Int? = nil
) throws(ConvolutionError) -> Volume<Int> {
  try exactConvolution(
    .correlation, volume, kernel, VolumeModes(mode, rows: rowMode, columns: columnMode), boundary,
    method, threads: threadCount(threads))
}

private func exactConvolution<Integer: FixedWidthInteger & Sendable>(
  _ operation: Operation, _ volume: Volume<Integer>, _ kernel: Volume<Integer>,
  _ modes: VolumeModes, _ boundary: Boundary<Integer>, _ method: ConvolutionMethod?, threads: Int
) throws(ConvolutionError) -> Volume<Int> {
  let (size, kernelSize) = (VolumeSize(volume), VolumeSize(kernel))
  let results = WantedResults3D(operation, modes, size, kernel: kernelSize)
  let region = results.region
  guard !region.isEmpty else { return results.volume { _ in } }
  let boundary = results.isValid ? .zero : boundary
  let method = exactMethod(method, size, kernelSize, region, isPadded: boundary != .zero)
  let taps = operation == .convolution ? kernel.elements : kernel.elements.reversed()
  // What a constant boundary has beyond the edges is split with the volume, as one more element.
  var samples = volume.elements
  if case .constant(let value) = boundary { samples.append(value) }
  let window = region.window(
    kernelPlanes: kernel.planes, kernelRows: kernel.rows, kernelColumns: kernel.columns)
  func longest(_ window: Range<Int>, _ samples: Int, _ taps: Int) -> Int {
    // A transform is a quarter longer at most than it has to be.
    2 * max(window.count, samples + taps)
  }
  let split = try DigitSplit(
    samples, taps, signalCount: boundary == .zero ? volume.count : window.count,
    kernelCount: kernel.count,
    transformCount: longest(window.planes, volume.planes, kernel.planes)
      * longest(window.rows, volume.rows, kernel.rows)
      * longest(window.columns, volume.columns, kernel.columns),
    isDirect: method == .direct)
  let found = try split.convolve(samples, taps, resultCount: region.count) {
    digits, others, output in
    let edge: Boundary<Double> = boundary.with(constant: digits[digits.count - 1])
    convolve(
      Volume(
        planes: volume.planes, rows: volume.rows, columns: volume.columns,
        elements: Array(digits[..<volume.count])),
      Volume(
        planes: kernel.planes, rows: kernel.rows, columns: kernel.columns, elements: others),
      region: region, boundary: edge.simplified, method: method, threads: threads, into: &output)
  }
  return results.volume { copyElements(found.span, into: &$0) }
}

/// The method to use for digits: one of those whose rounding is proved to be small enough.
private func exactMethod(
  _ method: ConvolutionMethod?, _ size: VolumeSize, _ kernel: VolumeSize, _ region: Region3D,
  isPadded: Bool
) -> ConvolutionMethod {
  if let method { return method == .separable ? .direct : method }
  return Planner.shared.chooseForVolume(
    Planner.VolumeJob(
      kind: .float64, size: size, kernel: kernel, region: region, isPadded: isPadded, threads: 1,
      uses: 1), method: nil
  ).method
}
