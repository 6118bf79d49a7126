// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// 2-D convolution by its definition: each result is the sum of its products.
///
/// - Complexity: O(results · taps) time; memory for one padded piece a thread.
struct DirectConvolution2D<Element: SignalElement>: Sendable {
  private let kernel: Kernel2D<Element>
  /// The taps backwards in both axes: what slides over the image.
  private let slidingTaps: [Element]

  /// Rows and columns that pieces at the edges have at least: fewer would not fill a tile of the
  /// kernel of products.
  private static var marginRows: Int { 4 }
  private static var marginColumns: Int { 16 }
  /// Bytes of results from which on they are stored past the caches: a good part of a third-level
  /// cache. Smaller results are likely to be read from it.
  static var streamedBytes: Int { 1 << 23 }

  init(_ kernel: Kernel2D<Element>) {
    self.kernel = kernel
    let taps = kernel.taps.taps
    slidingTaps = makeArray(count: taps.count) { reversed in
      for index in reversed.indices { reversed[index] = taps[taps.count - 1 - index] }
    }
  }

  /// Writes the results `region` of the full convolution to `output`, row by row without gaps.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: Region2D, into output: SharedBuffer<Element>,
    threads: Int
  ) {
    let pieces = pieces(of: region, image)
    let streams = region.count * MemoryLayout<Element>.stride >= Self.streamedBytes
    forEachPiece(pieces.count, threads: threads, scratch: { [Element]() }) { index, scratch in
      let piece = pieces[index]
      output.withElements(region.place(of: piece)) { part in
        convolve(
          image, piece, into: &part, rowStride: region.columns.count, scratch: &scratch,
          streams: streams)
      }
    }
  }

  /// Pieces of which only those at the edges need values from beyond the image.
  ///
  /// How the work is divided does not change a result.
  private func pieces(of region: Region2D, _ image: ExtendedImage<Element>) -> [Region2D] {
    let (top, rows, bottom) = region.rows.parts(
      taps: kernel.rows, samples: image.rows, margin: Self.marginRows)
    let (left, columns, right) = region.columns.parts(
      taps: kernel.columns, samples: image.columns, margin: Self.marginColumns)
    // Wide pieces read and write memory in long runs, which matters most to small kernels; but the
    // rows of the image that a row of results needs have to stay in the second-level cache.
    let width = max(256, min(2048, (1 << 17) / (kernel.rows + Self.marginRows)))
    // Enough pieces for several threads; else many rows, so that few are read twice.
    let height = max(16, min(96, (rows.count / 16 + 3) / 4 * 4))
    let bands = [top, rows, bottom].flatMap {
      $0.evenPieces(ofAtMost: height, inStepsOf: Self.marginRows)
    }
    let strips = [left, columns, right].flatMap { $0.pieces(of: width) }
    return bands.flatMap { band in strips.map { Region2D(rows: band, columns: $0) } }
  }

  /// Writes the results `region` on this thread; their rows lie `rowStride` apart.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: Region2D,
    into output: inout MutableSpan<Element>, rowStride: Int, scratch: inout [Element],
    streams: Bool = false
  ) {
    if case .zero = image.boundary, !kernel.taps.isFinite {
      return convolveExactly(image, region, into: &output, rowStride: rowStride)
    }
    let window = region.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
    if image.contains(window) {
      let first = window.rows.lowerBound * image.columns + window.columns.lowerBound
      let end = first + (window.rows.count - 1) * image.columns + window.columns.count
      Element.slidingDot2D(
        image.elements.span.extracting(first..<end), rowStride: image.columns, slidingTaps.span,
        tapColumns: kernel.columns, into: &output, rowStride: rowStride,
        rows: region.rows.count, columns: region.columns.count, streams: streams)
      return
    }
    let width = window.columns.count
    if scratch.count < window.count { scratch = [Element](repeating: .zero, count: window.count) }
    var padded = scratch.mutableSpan
    for (index, row) in window.rows.enumerated() {
      var part = padded._mutatingExtracting((index * width)..<((index + 1) * width))
      image.copy(row: row, columns: window.columns, into: &part)
    }
    Element.slidingDot2D(
      scratch.span.extracting(0..<window.count), rowStride: width, slidingTaps.span,
      tapColumns: kernel.columns, into: &output, rowStride: rowStride, rows: region.rows.count,
      columns: region.columns.count, streams: streams)
  }

  /// For kernels with infinities or NaN and nothing beyond the edges: only products of samples that
  /// exist are added.
  private func convolveExactly(
    _ image: ExtendedImage<Element>, _ region: Region2D,
    into output: inout MutableSpan<Element>, rowStride: Int
  ) {
    let samples = image.elements.span
    for row in region.rows {
      for column in region.columns {
        var sum = Element.zero
        for a in productTaps(at: row, samples: image.rows, taps: kernel.rows) {
          for b in productTaps(at: column, samples: image.columns, taps: kernel.columns) {
            sum += kernel[a, b] * samples[(row - a) * image.columns + column - b]
          }
        }
        let place = (row - region.rows.lowerBound) * rowStride
        output[place + column - region.columns.lowerBound] = sum
      }
    }
  }
}
