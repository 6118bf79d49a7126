// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform
internal import VectorKernels

// The two passes of a separable convolution. Complex samples take the sums that know nothing of
// symmetry.
extension SignalElement {
  /// Taps beyond which sums are split, as ``slidingDot(_:_:into:)`` splits them, so that their
  /// rounding stays small.
  private static var mostPlainTaps: Int { 64 }

  /// Writes `output[r][i] = Σ_b signal[r][i + b] · taps[b]`, for r below `rows` and i below
  /// `columns`.
  ///
  /// Two samples may be added before they are multiplied, so that the result is not finite where
  /// their sum is not.
  ///
  /// - Parameter rowStride: elements from a row of `signal` to the next.
  /// - Parameter symmetry: 1 where the taps are the same backwards, -1 where they change their sign,
  ///   0 where neither is known.
  /// - Parameter outputStride: elements from a row of `output` to the next.
  /// - Parameter scratch: made as large as is needed, to be used again.
  static func filterRows(
    _ signal: Span<Self>, rowStride: Int, _ taps: Span<Self>, symmetry: Int,
    into output: inout MutableSpan<Self>, rowStride outputStride: Int, rows: Int, columns: Int,
    scratch: inout [Self]
  ) {
    guard isReal, taps.count <= mostPlainTaps else {
      for row in 0..<rows {
        let samples = (row * rowStride)..<(row * rowStride + columns + taps.count - 1)
        var line = output._mutatingExtracting((row * outputStride)..<(row * outputStride + columns))
        slidingDot(signal.extracting(samples), taps, into: &line)
      }
      return
    }
    precondition(signal.count >= (rows - 1) * rowStride + columns + taps.count - 1)
    precondition(output.count >= (rows - 1) * outputStride + columns)
    unsafe withPointers(signal, taps, &output) { x, w, y, _ in
      unsafe withPassScratch(taps.count, &scratch) { scratch in
        unsafe Scalar._operations.kernels.pointee.rowPass(
          x, rowStride, w, taps.count, CInt(symmetry), y, outputStride, rows, columns, scratch)
      }
    }
  }

  /// Writes `output[r][i] = Σ_a signal[r + a][i] · taps[a]`, for r below `rows` and i below
  /// `columns`; whether all of them are finite.
  ///
  /// With `streams` results may be stored past the caches; the rest is as in
  /// ``filterRows(_:rowStride:_:symmetry:into:rowStride:rows:columns:scratch:)``.
  static func filterColumns(
    _ signal: Span<Self>, rowStride: Int, _ taps: Span<Self>, symmetry: Int,
    into output: inout MutableSpan<Self>, rowStride outputStride: Int, rows: Int, columns: Int,
    streams: Bool, scratch: inout [Self]
  ) -> Bool {
    guard isReal, taps.count <= mostPlainTaps else {
      slidingDot2D(
        signal, rowStride: rowStride, taps, tapColumns: 1, into: &output,
        rowStride: outputStride, rows: rows, columns: columns, streams: streams)
      return areFinite(output.span, rowStride: outputStride, rows: rows, columns: columns)
    }
    precondition(signal.count >= (rows + taps.count - 2) * rowStride + columns)
    precondition(output.count >= (rows - 1) * outputStride + columns)
    var areFinite = true
    unsafe withPointers(signal, taps, &output) { x, w, y, _ in
      unsafe withPassScratch(taps.count, &scratch) { scratch in
        areFinite =
          unsafe Scalar._operations.kernels.pointee.columnPass(
            x, rowStride, w, taps.count, CInt(symmetry), y, outputStride, rows, columns,
            streams ? 1 : 0, scratch) != 0
      }
    }
    return areFinite
  }

  private static func areFinite(
    _ output: Span<Self>, rowStride: Int, rows: Int, columns: Int
  ) -> Bool {
    var maximum = [Scalar](repeating: 0, count: 1)
    var target = maximum.mutableSpan
    for row in 0..<rows {
      let line = output.extracting((row * rowStride)..<(row * rowStride + columns))
      chunkMaxima(of: line, chunk: columns, into: &target)
      if !target[0].isFinite { return false }
    }
    return true
  }

  /// Lends the kernels of the passes what they want of memory, kept in `scratch` from call to call.
  private static func withPassScratch(
    _ taps: Int, _ scratch: inout [Self], _ body: (UnsafeMutablePointer<Scalar>) -> Void
  ) {
    let size = vk_pass_scratch(taps)
    if scratch.count < size { scratch = [Self](repeating: .zero, count: size) }
    var space = scratch.mutableSpan
    unsafe space.withUnsafeMutableBufferPointer { space in
      if let start = space.baseAddress { unsafe body(scalars(start)) }
    }
  }
}
