// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// A kernel with whatever the methods have prepared for it so far.
///
/// This is the one way through: every convolution and correlation of arrays comes here.
final class ConvolutionEngine<Element: SignalElement>: Sendable {
  let kernel: PreparedKernel<Element>
  private let uses: Int
  /// By the lengths of their transforms.
  private let convolvers = KeptValues<Int, BlockConvolver<Element>>()

  /// - Parameter uses: how often the kernel will be used.
  init(_ kernel: [Element], uses: Int) {
    self.kernel = PreparedKernel(kernel)
    self.uses = uses
  }

  /// Writes the results `range` of the full convolution of `signal`, as `choice` says.
  func convolve(
    _ signal: Span<Element>, range: Range<Int>, _ choice: MethodChoice,
    into output: inout MutableSpan<Element>
  ) {
    guard !range.isEmpty else { return }
    guard let layout = choice.layout else {
      return DirectConvolution(taps: kernel.taps).convolve(
        signal, range: range, into: &output, threads: choice.threads)
    }
    let large = kernel.largeRange
    // Results at the ends that have small taps alone, and those between them; any of them may be none.
    let from = min(max(range.lowerBound, large.lowerBound), range.upperBound)
    let to = max(min(range.upperBound, signal.count + large.upperBound - 1), from)
    let (start, middle, end) = (range.lowerBound..<from, from..<to, to..<range.upperBound)
    guard
      start.count * large.lowerBound + end.count * (kernel.count - large.upperBound)
        <= Self.mostProductsOfEnds
    else {
      convolve(signal, start, taps: 0..<large.lowerBound, choice, of: range, into: &output)
      convolve(signal, end, taps: large.upperBound..<kernel.count, choice, of: range, into: &output)
      var part = output._mutatingExtracting(
        middle.lowerBound - range.lowerBound..<middle.upperBound - range.lowerBound)
      return convolve(signal, range: middle, layout, choice, into: &part)
    }
    convolve(signal, range: range, layout, choice, into: &output)
  }

  /// Writes some results of a range, which have these taps alone, by a kernel of only these: beside
  /// larger ones the rounding errors of a transform would show in them.
  private func convolve(
    _ signal: Span<Element>, _ results: Range<Int>, taps: Range<Int>, _ choice: MethodChoice,
    of range: Range<Int>, into output: inout MutableSpan<Element>
  ) {
    guard !results.isEmpty else { return }
    let own = (results.lowerBound - taps.lowerBound)..<(results.upperBound - taps.lowerBound)
    let choice = Planner.shared.choose(
      Planner.Job(
        kind: ElementKind(Element.self), signalCount: signal.count, kernelCount: taps.count,
        range: own, threads: choice.threads, uses: 1), method: choice.method)
    var part = output._mutatingExtracting(
      results.lowerBound - range.lowerBound..<results.upperBound - range.lowerBound)
    ConvolutionEngine(Array(kernel.taps[taps]), uses: 1)
      .convolve(signal, range: own, choice, into: &part)
  }

  /// Judged: fewer products of the results at the ends are summed directly, where they are small.
  private static var mostProductsOfEnds: Int { 1 << 16 }

  /// Writes the results `range` by products of spectra.
  private func convolve(
    _ signal: Span<Element>, range: Range<Int>, _ layout: OverlapSaveLayout,
    _ choice: MethodChoice, into output: inout MutableSpan<Element>
  ) {
    guard !range.isEmpty else { return }
    let convolver = convolver(choice, resultCount: range.count)
    if choice.method == .fft {
      convolver.convolveAtOnce(signal, range: range, into: &output, threads: choice.threads)
    } else {
      signal.withShared { signal in
        output.withShared { output in
          convolver.convolve(signal, range: range, layout, into: output, threads: choice.threads)
        }
      }
    }
  }

  private func convolver(
    _ choice: MethodChoice, resultCount: Int
  ) -> BlockConvolver<Element> {
    convolvers.value(of: choice.transformColumns) {
      BlockConvolver(
        kernel, length: choice.transformColumns,
        expectedBlocks: saturatingProduct(uses, (resultCount - 1) / choice.blockColumns + 1),
        threads: choice.method == .fft ? choice.threads : 1)
    }
  }
}
