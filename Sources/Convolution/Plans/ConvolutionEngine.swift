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
      // Direct sums treat the taps that are not finite as any other.
      let direct = DirectConvolution(kernel: kernel)
      return signal.withShared { signal in
        output.withShared { output in
          direct.convolve(signal, range: range, into: output, threads: choice.threads)
        }
      }
    }
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
    addNonFiniteTaps(signal, range: range, into: &output)
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

  /// Adds the products of finite samples with taps that are not, which no transform was shown; those
  /// of other samples are in the results already.
  private func addNonFiniteTaps(
    _ signal: Span<Element>, range: Range<Int>, into output: inout MutableSpan<Element>
  ) {
    for (tap, value) in kernel.nonFiniteTaps {
      for index in range.clamped(to: tap..<(tap + signal.count)) {
        let sample = signal[index - tap]
        if sample.hasFiniteParts { output[index - range.lowerBound] += value * sample }
      }
    }
  }
}
