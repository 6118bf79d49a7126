internal import ComputeSupport
internal import FourierTransform

/// Convolution of a long signal in blocks of N samples that overlap by the kernel's length less
/// one; of the N results of each circular convolution the last N - m + 1 are the signal's own.
///
/// See Oppenheim and Schafer, "Discrete-Time Signal Processing", section 8.7.3.
///
/// - Complexity: O(n log N) time; O(N) memory for each thread besides the results.
struct OverlapSaveConvolution<Element: SignalElement>: Sendable {
  private let convolver: BlockConvolver<Element>

  init(_ kernel: PreparedKernel<Element>, transformLength: Int, expectedBlocks: Int) {
    convolver = BlockConvolver(kernel, length: transformLength, expectedBlocks: expectedBlocks)
  }

  /// Writes the results `range` of the full convolution.
  func convolve(
    _ signal: SharedBuffer<Element>, range: Range<Int>, into output: SharedBuffer<Element>,
    threads: Int
  ) {
    convolver.forEachBlock(of: signal, range: range, threads: threads) {
      block, overlap, place, workspace in
      output.withElements(place) { part in
        convolver.convolve(block, from: overlap, into: &part, in: &workspace)
      }
    }
  }
}

extension BlockConvolver {
  /// Calls `body` once for each block of the results `range` of the full convolution, with the
  /// number of its results that wrap around, which come first, and the place of the others in the
  /// range.
  func forEachBlock(
    of signal: SharedBuffer<Element>, range: Range<Int>, threads: Int,
    _ body:
      @Sendable (
        _ block: Block<Element>, _ overlap: Int, _ place: Range<Int>,
        _ workspace: inout BlockWorkspace<Element>
      ) -> Void
  ) {
    let cut = BlockCut(
      transformLength: length, kernelCount: kernel.count, firstResult: range.lowerBound,
      kind: ElementKind(Element.self))
    forEachPiece(
      cut.pieceCount(resultCount: range.count), threads: threads,
      scratch: { makeWorkspace() }
    ) { piece, workspace in
      let place = cut.results(ofPiece: piece, resultCount: range.count)
      let start = range.lowerBound + place.lowerBound - cut.overlap
      let window = start..<(start + length)
      let padding = workspace.takePadding(for: signal.span, window)
      body(Block(of: signal.span, window, orPadded: padding.span), cut.overlap, place, &workspace)
      workspace.giveBack(padding)
    }
  }
}
