internal import FourierTransform

/// Convolution of a long signal in blocks of N samples that overlap by the kernel's length less
/// one; of the N results of each circular convolution the last N - m + 1 are the signal's own.
///
/// See Oppenheim and Schafer, "Discrete-Time Signal Processing", section 8.7.3.
///
/// - Complexity: O(n log N) time; O(N) memory for each thread besides the results.
struct OverlapSaveConvolution<Element: ConvolutionElement>: Sendable {
  private let convolver: BlockConvolver<Element>

  init(_ kernel: PreparedKernel<Element>, transformLength: Int, expectedBlocks: Int) {
    convolver = BlockConvolver(kernel, length: transformLength, expectedBlocks: expectedBlocks)
  }

  /// Writes the results `range` of the full convolution.
  func convolve(
    _ signal: SharedElements<Element>, range: Range<Int>, into output: SharedOutput<Element>,
    threads: Int
  ) {
    let cut = BlockCut(
      transformLength: convolver.length, kernelCount: convolver.kernel.count,
      firstResult: range.lowerBound, kind: ElementKind(Element.self))
    forEachPiece(
      cut.pieceCount(resultCount: range.count), threads: threads,
      workspace: { convolver.makeWorkspace() }
    ) { piece, workspace in
      let place = cut.results(ofPiece: piece, resultCount: range.count)
      let start = range.lowerBound + place.lowerBound - cut.overlap
      let window = start..<(start + convolver.length)
      let padding = workspace.takePadding(for: signal.span, window)
      let block = Block(of: signal.span, window, orPadded: padding.span)
      output.withElements(place) { part in
        convolver.convolve(block, from: cut.overlap, into: &part, in: &workspace)
      }
      workspace.giveBack(padding)
    }
  }
}
