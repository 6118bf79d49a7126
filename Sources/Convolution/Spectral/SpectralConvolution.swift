// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

// The convolution of a signal by products of spectra: of the whole signal, or block by block.
extension BlockConvolver {
  /// Writes the results `range` of the full convolution by one block, whose length is at least
  /// ``leastTransformLength(signalCount:kernelCount:range:)``.
  ///
  /// - Complexity: O((n + m) log(n + m)) time, O(n + m) memory.
  func convolveAtOnce(
    _ signal: Span<Element>, range: Range<Int>, into output: inout MutableSpan<Element>,
    threads: Int
  ) {
    var scratch = makeScratch()
    let block = Block(of: signal, 0..<signal.count, orPadded: Span())
    convolve(block, from: range.lowerBound, into: &output, in: &scratch, threads: threads)
  }

  /// Writes the results `range` of the full convolution by overlap-save: of the N results of each
  /// circular convolution the last N - m + 1 are the signal's own.
  ///
  /// See Oppenheim and Schafer, "Discrete-Time Signal Processing", section 8.7.3.
  ///
  /// - Complexity: O(n log N) time; O(N) memory for each thread besides the results.
  func convolve(
    _ signal: SharedBuffer<Element>, range: Range<Int>, _ layout: OverlapSaveLayout,
    into output: SharedBuffer<Element>, threads: Int
  ) {
    forEachBlock(of: signal, range: range, layout, threads: threads) { block, place, scratch in
      output.withElements(place) { part in
        convolve(block, from: layout.overlap, into: &part, in: &scratch)
      }
    }
  }

  /// Calls `body` once for each block of the results `range` of the full convolution, with the
  /// place in the range of the results that do not wrap around.
  func forEachBlock(
    of signal: SharedBuffer<Element>, range: Range<Int>, _ layout: OverlapSaveLayout, threads: Int,
    _ body:
      @Sendable (
        _ block: Block<Element>, _ place: Range<Int>, _ scratch: inout BlockScratch<Element>
      ) -> Void
  ) {
    forEachPiece(
      layout.blockCount(resultCount: range.count), threads: threads, scratch: { makeScratch() }
    ) { piece, scratch in
      let place = layout.results(ofBlock: piece, resultCount: range.count)
      let start = range.lowerBound + place.lowerBound - layout.overlap
      let window = start..<(start + length)
      let padding = scratch.takePadding(for: signal.span, window)
      body(Block(of: signal.span, window, orPadded: padding.span), place, &scratch)
      if !padding.isEmpty { scratch.padding = padding }
    }
  }
}
