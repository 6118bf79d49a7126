// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

// Direct sums of real and of complex samples.
//
// With x the interleaved parts of a complex signal, a = x slid along the taps' real parts and b = x
// slid along their imaginary parts, two scalars a tap: the result is (a.re - b.im, a.im + b.re).
extension SignalElement {
  /// Writes `output[i] = Σ_j signal[i + j] · taps[j]`, for every i of `output`.
  ///
  /// `signal` has at least `output.count + taps.count - 1` elements.
  static func slidingDot(
    _ signal: Span<Self>, _ taps: Span<Self>, into output: inout MutableSpan<Self>
  ) {
    precondition(output.isEmpty || signal.count >= output.count + taps.count - 1)
    guard !isReal else {
      unsafe withPointers(signal, taps, &output) { x, w, y, count in
        unsafe Scalar._operations.kernels.pointee.slidingDot(x, w, y, count, taps.count, 1)
      }
      return
    }
    let (realTaps, imaginaryTaps) = separatedParts(taps)
    // Tiles that stay in the first-level cache with what they are made from.
    let tile = 512
    var products = [Self](repeating: .zero, count: min(tile, output.count))
    for from in stride(from: 0, to: output.count, by: tile) {
      let count = min(tile, output.count - from)
      let window = signal.extracting(from..<(from + count + taps.count - 1))
      var part = output._mutatingExtracting(from..<(from + count))
      unsafe withPointers(window, realTaps.span, &part) { x, w, y, count in
        unsafe Scalar._operations.kernels.pointee.slidingDot(x, w, y, 2 * count, taps.count, 2)
      }
      var scratch = products.mutableSpan
      var partial = scratch._mutatingExtracting(0..<count)
      unsafe withPointers(window, imaginaryTaps.span, &partial) { x, w, y, count in
        unsafe Scalar._operations.kernels.pointee.slidingDot(x, w, y, 2 * count, taps.count, 2)
      }
      addTimesI(partial.span, to: &part)
    }
  }

  /// Writes `output[r][i] = Σ_a Σ_b signal[r + a][i + b] · taps[a][b]`, for r below `rows` and i
  /// below `columns`.
  ///
  /// - Parameter rowStride: elements from a row of `signal` to the next; of `taps` it is
  ///   `tapColumns`.
  /// - Parameter outputStride: elements from a row of `output` to the next.
  /// - Parameter streams: whether results may be stored past the caches: for outputs too large for
  ///   them.
  static func slidingDot2D(
    _ signal: Span<Self>, rowStride: Int, _ taps: Span<Self>, tapColumns: Int,
    into output: inout MutableSpan<Self>, rowStride outputStride: Int, rows: Int, columns: Int,
    streams: Bool
  ) {
    slidingDot3D(
      signal, planeStride: 0, rowStride: rowStride, taps, tapPlanes: 1, tapColumns: tapColumns,
      into: &output, rowStride: outputStride, rows: rows, columns: columns, streams: streams)
  }

  /// Writes `output[r][i] = Σ_p Σ_a Σ_b signal[p][r + a][i + b] · taps[p][a][b]`, one plane of the
  /// results of a volume.
  ///
  /// - Parameter planeStride: elements from a plane of `signal` to the next.
  /// - Parameter tapPlanes: the planes of `taps`, which has no gaps; the rest is as in
  ///   ``slidingDot2D(_:rowStride:_:tapColumns:into:rowStride:rows:columns:streams:)``.
  static func slidingDot3D(
    _ signal: Span<Self>, planeStride: Int, rowStride: Int, _ taps: Span<Self>, tapPlanes: Int,
    tapColumns: Int, into output: inout MutableSpan<Self>, rowStride outputStride: Int, rows: Int,
    columns: Int, streams: Bool
  ) {
    guard rows > 0, columns > 0 else { return }
    let tapRows = taps.count / (tapPlanes * tapColumns)
    func reach(_ rows: Int, _ columns: Int) -> Int {
      (tapPlanes - 1) * planeStride + (rows + tapRows - 2) * rowStride + columns + tapColumns - 1
    }
    precondition(signal.count >= reach(rows, columns))
    precondition(output.count >= (rows - 1) * outputStride + columns)
    guard !isReal else {
      unsafe withPointers(signal, taps, &output) { x, w, y, _ in
        unsafe Scalar._operations.kernels.pointee.slidingDot3D(
          x, planeStride, rowStride, w, tapPlanes, tapRows, tapColumns, 1, y, outputStride, rows,
          columns, streams ? 1 : 0)
      }
      return
    }
    let (realTaps, imaginaryTaps) = separatedParts(taps)
    // As many rows and columns as stay in the first-level cache.
    let (height, width) = (4, min(256, columns))
    var products = [Self](repeating: .zero, count: height * width)
    for row in stride(from: 0, to: rows, by: height) {
      for column in stride(from: 0, to: columns, by: width) {
        let (bandRows, bandColumns) = (min(height, rows - row), min(width, columns - column))
        let from = row * rowStride + column
        let window = signal.extracting(from..<(from + reach(bandRows, bandColumns)))
        let place = row * outputStride + column
        var part = output._mutatingExtracting(
          place..<(place + (bandRows - 1) * outputStride + bandColumns))
        unsafe withPointers(window, realTaps.span, &part) { x, w, y, _ in
          unsafe Scalar._operations.kernels.pointee.slidingDot3D(
            x, 2 * planeStride, 2 * rowStride, w, tapPlanes, tapRows, tapColumns, 2, y,
            2 * outputStride, bandRows, 2 * bandColumns, 0)
        }
        var partial = products.mutableSpan
        unsafe withPointers(window, imaginaryTaps.span, &partial) { x, w, y, _ in
          unsafe Scalar._operations.kernels.pointee.slidingDot3D(
            x, 2 * planeStride, 2 * rowStride, w, tapPlanes, tapRows, tapColumns, 2, y, 2 * width,
            bandRows, 2 * bandColumns, 0)
        }
        for r in 0..<bandRows {
          var line = part._mutatingExtracting(
            (r * outputStride)..<(r * outputStride + bandColumns))
          addTimesI(partial.span.extracting((r * width)..<(r * width + bandColumns)), to: &line)
        }
      }
    }
  }

  static func separatedParts(_ samples: Span<Self>) -> (real: [Scalar], imaginary: [Scalar]) {
    var real = [Scalar](repeating: 0, count: samples.count)
    var imaginary = real
    for index in samples.indices { (real[index], imaginary[index]) = samples[index].parts }
    return (real, imaginary)
  }

  /// Adds the products of `values` and the imaginary unit to `sums`.
  private static func addTimesI(_ values: Span<Self>, to sums: inout MutableSpan<Self>) {
    for index in sums.indices {
      let (a, b) = (sums[index].parts, values[index].parts)
      sums[index] = Self(real: a.real - b.imaginary, imaginary: a.imaginary + b.real)
    }
  }
}
