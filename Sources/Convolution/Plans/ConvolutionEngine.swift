internal import ComputeSupport
internal import FourierTransform
internal import Synchronization

/// A kernel with whatever the methods have prepared for it so far.
///
/// This is the one way through: every convolution and correlation of arrays comes here.
final class ConvolutionEngine<Element: SignalElement>: Sendable {
  let kernel: PreparedKernel<Element>
  private let uses: Int
  private let prepared = Mutex<[Preparation: PreparedMethod<Element>]>([:])

  private struct Preparation: Hashable {
    let method: ConvolutionMethod
    let transformLength: Int
  }

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
    switch prepare(choice, resultCount: range.count) {
    case .direct(let direct):
      signal.withShared { signal in
        output.withShared { output in
          direct.convolve(signal, range: range, into: output, threads: choice.threads)
        }
      }
      // Direct sums have treated the special taps as any other.
      return
    case .fft(let whole):
      whole.convolve(signal, range: range, into: &output, threads: choice.threads)
    case .overlapSave(let blocks):
      signal.withShared { signal in
        output.withShared { output in
          blocks.convolve(signal, range: range, into: output, threads: choice.threads)
        }
      }
    }
    addSpecialTaps(signal, range: range, into: &output)
  }

  private func prepare(
    _ choice: MethodChoice, resultCount: Int
  ) -> PreparedMethod<Element> {
    guard choice.method != .direct else { return .direct(DirectConvolution(kernel: kernel)) }
    let key = Preparation(method: choice.method, transformLength: choice.transformColumns)
    if let known = prepared.withLock({ $0[key] }) { return known }
    let blocks = saturatingProduct(uses, (resultCount - 1) / choice.blockColumns + 1)
    let made: PreparedMethod<Element> =
      choice.method == .fft
      ? .fft(
        FFTConvolution(
          kernel, transformLength: choice.transformColumns, expectedBlocks: blocks,
          threads: choice.threads))
      : .overlapSave(
        OverlapSaveConvolution(
          kernel, transformLength: choice.transformColumns, expectedBlocks: blocks))
    return prepared.withLock { methods in
      if let known = methods[key] { return known }
      methods[key] = made
      return made
    }
  }

  /// Adds the products with taps that are not finite, which the transforms were not shown. Products
  /// with samples that are not finite either are in the results already.
  private func addSpecialTaps(
    _ signal: Span<Element>, range: Range<Int>, into output: inout MutableSpan<Element>
  ) {
    for (tap, value) in kernel.specialTaps {
      for index in range.clamped(to: tap..<(tap + signal.count)) {
        let sample = signal[index - tap]
        if sample.hasFiniteParts { output[index - range.lowerBound] += value * sample }
      }
    }
  }
}

private enum PreparedMethod<Element: SignalElement>: Sendable {
  case direct(DirectConvolution<Element>)
  case fft(FFTConvolution<Element>)
  case overlapSave(OverlapSaveConvolution<Element>)
}
