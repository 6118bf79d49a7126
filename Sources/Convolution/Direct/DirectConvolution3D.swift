// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// 3-D convolution by its definition: each result is the sum of its products.
///
/// - Complexity: O(results · taps) time; memory for one padded piece a thread.
struct DirectConvolution3D<Element: SignalElement>: Sendable {
  private let kernel: Kernel3D<Element>
  /// The taps backwards in all axes: what slides over the volume.
  private let slidingTaps: [Element]

  /// Planes of a piece: of those that the first of its results needs, the others need all but one.
  /// Judged.
  private static var pieceDepth: Int { 16 }
  /// Rows and columns that pieces at the edges have at least: fewer would not fill a tile of the
  /// kernel of products.
  private static var marginRows: Int { 4 }
  private static var marginColumns: Int { 16 }
  /// Bytes of samples that a plane of results of a piece is made of: half of a second-level cache.
  private static var pieceBytes: Int { 1 << 19 }

  init(_ kernel: Kernel3D<Element>) {
    self.kernel = kernel
    let taps = kernel.taps.taps
    slidingTaps = makeArray(count: taps.count) { reversed in
      for index in reversed.indices { reversed[index] = taps[taps.count - 1 - index] }
    }
  }

  /// Writes the results `part` of the full convolution to `output`, which holds those of `region`
  /// plane by plane without gaps.
  func convolve(
    _ volume: ExtendedVolume<Element>, _ part: Region3D, of region: Region3D,
    into output: SharedBuffer<Element>, threads: Int
  ) {
    let pieces = pieces(of: part, volume)
    forEachPiece(pieces.count, threads: threads, scratch: { [Element]() }) { index, scratch in
      convolve(volume, pieces[index], of: region, into: output, scratch: &scratch)
    }
  }

  /// Pieces of which only those at the edges need values from beyond the volume.
  ///
  /// How the work is divided does not change a result.
  private func pieces(of part: Region3D, _ volume: ExtendedVolume<Element>) -> [Region3D] {
    let width = 256
    let window =
      kernel.planes * (width + kernel.columns - 1) * MemoryLayout<Element>.stride
    let height = max(16, min(96, Self.pieceBytes / window - kernel.rows + 1)) / 4 * 4
    func split(
      _ range: Range<Int>, _ taps: Int, _ samples: Int, margin: Int, _ length: Int
    ) -> [Range<Int>] {
      let (before, inside, after) = range.parts(taps: taps, samples: samples, margin: margin)
      return [before, inside, after].flatMap { $0.pieces(of: length) }
    }
    let planes = split(
      part.planes, kernel.planes, volume.planes, margin: 1, Self.pieceDepth)
    let rows = split(part.rows, kernel.rows, volume.rows, margin: Self.marginRows, height)
    let columns = split(
      part.columns, kernel.columns, volume.columns, margin: Self.marginColumns, width)
    return planes.flatMap { planes in
      rows.flatMap { rows in
        columns.map { Region3D(planes: planes, lines: Region2D(rows: rows, columns: $0)) }
      }
    }
  }

  private func convolve(
    _ volume: ExtendedVolume<Element>, _ piece: Region3D, of region: Region3D,
    into output: SharedBuffer<Element>, scratch: inout [Element]
  ) {
    if case .zero = volume.boundary, !kernel.taps.isFinite {
      return convolveExactly(volume, piece, of: region, into: output)
    }
    let window = piece.window(
      kernelPlanes: kernel.planes, kernelRows: kernel.rows, kernelColumns: kernel.columns)
    if volume.contains(window) {
      let first =
        (window.planes.lowerBound * volume.rows + window.rows.lowerBound) * volume.columns
        + window.columns.lowerBound
      slide(
        over: volume.elements.span.extracting(first...), planeStride: volume.rows * volume.columns,
        rowStride: volume.columns, piece, of: region, into: output)
      return
    }
    let area = window.lines.count
    if scratch.count < window.count { scratch = [Element](repeating: .zero, count: window.count) }
    var padded = scratch.mutableSpan
    for (index, plane) in window.planes.enumerated() {
      var part = padded._mutatingExtracting((index * area)..<((index + 1) * area))
      volume.copy(plane: plane, window.lines, into: &part, rowStride: window.columns.count)
    }
    slide(
      over: scratch.span, planeStride: area, rowStride: window.columns.count, piece, of: region,
      into: output)
  }

  /// Writes the results of a piece from its samples, the first of which is the first of `samples`.
  private func slide(
    over samples: Span<Element>, planeStride: Int, rowStride: Int, _ piece: Region3D,
    of region: Region3D, into output: SharedBuffer<Element>
  ) {
    for (index, plane) in piece.planes.enumerated() {
      output.withElements(region.place(of: piece.lines, inPlane: plane)) { target in
        Element.slidingDot3D(
          samples.extracting((index * planeStride)...), planeStride: planeStride,
          rowStride: rowStride, slidingTaps.span, tapPlanes: kernel.planes,
          tapColumns: kernel.columns, into: &target, rowStride: region.columns.count,
          rows: piece.rows.count, columns: piece.columns.count, streams: false)
      }
    }
  }

  /// For kernels with infinities or NaN and nothing beyond the edges: only products of samples that
  /// exist are added.
  private func convolveExactly(
    _ volume: ExtendedVolume<Element>, _ piece: Region3D, of region: Region3D,
    into output: SharedBuffer<Element>
  ) {
    let samples = volume.elements.span
    for plane in piece.planes {
      output.withElements(region.place(of: piece.lines, inPlane: plane)) { target in
        for (index, row) in piece.rows.enumerated() {
          for (place, column) in piece.columns.enumerated() {
            var sum = Element.zero
            for a in productTaps(at: plane, samples: volume.planes, taps: kernel.planes) {
              for b in productTaps(at: row, samples: volume.rows, taps: kernel.rows) {
                let line = ((plane - a) * volume.rows + row - b) * volume.columns
                for c in productTaps(at: column, samples: volume.columns, taps: kernel.columns) {
                  sum += kernel[a, b, c] * samples[line + column - c]
                }
              }
            }
            target[index * region.columns.count + place] = sum
          }
        }
      }
    }
  }
}
