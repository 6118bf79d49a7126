internal import FourierTransform

/// Convolution of a long signal in blocks of N samples that overlap by the kernel's length less
/// one; of the N results of each circular convolution the last N - m + 1 are the signal's own.
///
/// See Oppenheim and Schafer, "Discrete-Time Signal Processing", section 8.7.3.
///
/// - Complexity: O(n log N) time; O(N) memory for each thread besides the results.
struct OverlapSaveConvolution<Element: ConvolutionElement>: Sendable {
  private let convolver: BlockConvolver<Element>

  init(_ kernel: PreparedKernel<Element>, transformLength: Int) {
    convolver = BlockConvolver(kernel, length: transformLength, packed: true)
  }

  /// Results of one block.
  var blockLength: Int { convolver.length - convolver.kernel.count + 1 }

  /// Writes the results `range` of the full convolution.
  func convolve(
    _ signal: SharedElements<Element>, range: Range<Int>, into output: SharedOutput<Element>,
    threads: Int
  ) {
    let step = blockLength * convolver.blocksPerTransform
    let pieces = (range.count + step - 1) / step
    forEachPiece(pieces, threads: threads, workspace: { convolver.makeWorkspace() }) {
      piece, workspace in
      let from = piece * step
      let first = from..<min(from + blockLength, range.count)
      let second = first.upperBound..<min(from + step, range.count)
      output.withElements(first) { firstPart in
        output.withElements(second) { secondPart in
          convolve(
            signal.span, at: range.lowerBound + from, into: &firstPart, and: &secondPart,
            in: &workspace)
        }
      }
    }
  }

  /// Convolves the block whose first result is at `start`, and the one after it unless that is
  /// beyond the output.
  private func convolve(
    _ signal: Span<Element>, at start: Int, into first: inout MutableSpan<Element>,
    and second: inout MutableSpan<Element>, in workspace: inout BlockWorkspace<Element>
  ) {
    let overlap = convolver.kernel.count - 1
    let isPair = !second.isEmpty
    // A single block stands in for its own neighbour, whose factor is then zero.
    let windows = [start - overlap, isPair ? start - overlap + blockLength : start - overlap]
      .map { $0..<($0 + convolver.length) }
    let padding = workspace.takePadding(for: signal, windows[0])
    let secondPadding = workspace.takePadding(for: signal, windows[1])
    let one = Block(of: signal, windows[0], orPadded: padding.span)
    let two = Block(of: signal, windows[1], orPadded: secondPadding.span)
    let scan = convolver.scan(one, in: &workspace)
    let secondScan = isPair ? convolver.scan(two, in: &workspace) : .zero
    if scan.needsCare || secondScan.needsCare || scan.isZero || secondScan.isZero {
      convolver.convolveAlone(one, scan, from: overlap, into: &first, in: &workspace)
      if isPair {
        convolver.convolveAlone(two, secondScan, from: overlap, into: &second, in: &workspace)
      }
    } else {
      convolver.convolve(
        one.samples, by: powerOfTwo(-scan.exponent), two.samples,
        by: powerOfTwo(-secondScan.exponent), in: &workspace)
      convolver.takeBoth(
        from: overlap, exponent: scan.exponent, into: &first,
        exponent: secondScan.exponent, into: &second, in: &workspace)
    }
    workspace.giveBack(padding)
    workspace.giveBack(secondPadding)
  }
}
