internal import FourierTransform

/// Convolution as one product of spectra: the whole signal is one block.
///
/// - Complexity: O((n + m) log(n + m)) time, O(n + m) memory.
struct FFTConvolution<Element: SignalElement>: Sendable {
  private let convolver: BlockConvolver<Element>

  /// `transformLength` is at least `leastTransformLength` of the convolutions to come.
  init(
    _ kernel: PreparedKernel<Element>, transformLength: Int, expectedBlocks: Int, threads: Int
  ) {
    convolver = BlockConvolver(
      kernel, length: transformLength, expectedBlocks: expectedBlocks, threads: threads)
  }

  /// Writes the results `range` of the full convolution.
  func convolve(
    _ signal: Span<Element>, range: Range<Int>, into output: inout MutableSpan<Element>,
    threads: Int
  ) {
    var workspace = convolver.makeWorkspace()
    let block = Block(of: signal, 0..<signal.count, orPadded: Span())
    convolver.convolve(
      block, from: range.lowerBound, into: &output, in: &workspace, threads: threads)
  }
}

/// The shortest transform whose circular convolution has the results `range` of the full one.
///
/// Result k and result k + N fall together: there must be none beyond the range to fall into it.
func leastTransformLength(signalCount n: Int, kernelCount m: Int, range: Range<Int>) -> Int {
  max(n, m, range.upperBound, n + m - 1 - range.lowerBound)
}
