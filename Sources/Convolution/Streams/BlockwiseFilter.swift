// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import FourierTransform
internal import ComplexModule

/// Convolves a signal that is read in large blocks, at the speed of one that is in memory.
///
/// Each push takes the next samples and writes as many results: those of the full convolution of
/// everything pushed, with no delay. Each is one call of the planner's best method over the
/// samples and the kernel's length before them, so that blocks of some eight times the kernel's
/// length are the fastest. Where answers are wanted sooner than such blocks come, there is
/// ``StreamingFilter``.
///
/// The method may be asked for, and the results have the same bits on any number of threads. They
/// do depend, in their rounding, on where the blocks end.
public struct BlockwiseFilter<Element: SignalElement>: Sendable {
  private let plan: ConvolutionPlan<Element>
  /// The last samples, one fewer than the kernel's, and behind them the block that is convolved.
  private var window: [Element]
  /// How many of the last samples are not zeros from before the first.
  private var knownCount = 0

  /// The samples of the kernel.
  public var kernelCount: Int { plan.kernelCount }

  /// Prepares a filter.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    kernel: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    method: ConvolutionMethod? = nil, threads: Int? = nil
  ) throws(ConvolutionError) {
    plan = try ConvolutionPlan(kernel: kernel, mode: .valid, method: method, threads: threads)
    window = [Element](repeating: .zero, count: plan.kernelCount - 1)
  }

  /// Takes the next samples and writes as many results.
  ///
  /// - Throws: ``ConvolutionError/wrongOutputCount(expected:actual:)`` if the two differ in number.
  public mutating func push(
    _ samples: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    into output: inout some MutableContiguousSamples<Element> & ~Copyable & ~Escapable
  ) throws(ConvolutionError) {
    var target = output._mutableSpan()
    try push(samples.span, into: &target)
  }

  /// The results for the next samples, as many.
  public mutating func push(
    _ samples: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable
  ) -> [Element] {
    var output = [Element](repeating: .zero, count: samples.span.count)
    cannotFail { () throws(ConvolutionError) in try push(samples, into: &output) }
    return output
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  package mutating func push(
    _ samples: Span<Element>, into output: inout MutableSpan<Element>
  ) throws(ConvolutionError) {
    try ConvolutionError.checkOutput(output.count, expected: samples.count)
    guard !samples.isEmpty else { return }
    let history = kernelCount - 1
    let end = history + samples.count
    if window.count < end {
      window.append(contentsOf: repeatElement(.zero, count: end - window.count))
    }
    for index in samples.indices { window[history + index] = samples[index] }
    if knownCount < history && !plan.hasFiniteKernel {
      // Taps that are not finite must not meet what comes before the first sample.
      let known = window.span.extracting(history - knownCount..<end)
      plan.convolve(known, range: knownCount..<knownCount + samples.count, into: &output)
    } else {
      // The window holds at least the kernel's length, so that mode valid gives a result a sample.
      try plan.apply(to: window.span.extracting(first: end), into: &output)
    }
    knownCount = min(history, knownCount + samples.count)
    for index in 0..<history { window[index] = window[index + samples.count] }
  }
}
