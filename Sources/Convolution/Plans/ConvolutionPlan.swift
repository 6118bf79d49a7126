// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import FourierTransform
internal import ComplexModule

/// A kernel prepared once, for convolution or correlation with any number of signals of any length.
///
/// Plans may be used from many threads at once. What a method needs of the kernel (its spectrum at
/// a block's length) is made when it is first used and kept.
public struct ConvolutionPlan<Element: SignalElement>: Sendable {
  /// Which of the results are wanted.
  public let mode: ConvolutionMode
  /// The method asked for; nil lets the planner choose for each signal's length.
  public let method: ConvolutionMethod?
  /// How many threads to use at most. Results have the same bits on any number.
  public let threads: Int
  /// How many signals are expected: the more, the less the kernel's preparation counts, and where
  /// FFTW has no wisdom for this machine, enough of them earn it the time to measure its plans.
  public let expectedUses: Int

  private let operation: Operation
  private let engine: ConvolutionEngine<Element>

  /// The samples of the kernel.
  public var kernelCount: Int { engine.kernel.count }

  /// Prepares for convolutions with `kernel`.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    kernel: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil,
    expectedUses: Int = 100
  ) throws(ConvolutionError) {
    try self.init(.convolution, kernel._array(), mode, method, threads, expectedUses)
  }

  /// Prepares for correlations with `kernel`; see
  /// ``correlate(_:_:mode:method:threads:)->[Element]``.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    correlatingWith kernel: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    mode: ConvolutionMode = .full, method: ConvolutionMethod? = nil, threads: Int? = nil,
    expectedUses: Int = 100
  ) throws(ConvolutionError) {
    try self.init(.correlation, kernel._array(), mode, method, threads, expectedUses)
  }

  private init(
    _ operation: Operation, _ kernel: [Element], _ mode: ConvolutionMode,
    _ method: ConvolutionMethod?, _ threads: Int?, _ expectedUses: Int
  ) throws(ConvolutionError) {
    guard !kernel.isEmpty else { throw .emptyKernel }
    self.operation = operation
    self.mode = mode
    self.method = method
    self.threads = threadCount(threads)
    self.expectedUses = max(1, expectedUses)
    engine = ConvolutionEngine(
      operation.convolutionKernel(kernel), uses: max(1, expectedUses))
  }

  /// The number of results for a signal of `signalCount` samples.
  public func resultCount(signalCount: Int) -> Int { results(signalCount).count }

  /// How a signal of `signalCount` samples would be convolved.
  public func choice(signalCount: Int) -> MethodChoice {
    Planner.shared.choose(job(signalCount), method: method)
  }

  /// Writes the results for `signal` to `output`, which has ``resultCount(signalCount:)`` elements.
  ///
  /// The memory of results that are used up can be used again:
  ///
  /// ```swift
  /// var results = [Float](repeating: 0, count: plan.resultCount(signalCount: signal.count))
  /// try plan.apply(to: signal, into: &results)
  /// ```
  ///
  /// - Throws: ``ConvolutionError/wrongOutputCount(expected:actual:)``.
  public func apply(
    to signal: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    into output: inout some MutableContiguousSamples<Element> & ~Copyable & ~Escapable
  ) throws(ConvolutionError) {
    var target = output._mutableSpan()
    try ConvolutionError.checkOutput(
      target.count, expected: resultCount(signalCount: signal.span.count))
    write(signal.span, into: &target)
  }

  /// The results for `signal`; none if it is empty.
  public func apply(
    to signal: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable
  ) -> [Element] {
    let samples = signal._array()
    return makeArray(count: resultCount(signalCount: samples.count)) { output in
      write(samples.span, into: &output)
    }
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  private func write(_ signal: Span<Element>, into output: inout MutableSpan<Element>) {
    let job = job(signal.count)
    let choice = Planner.shared.choose(job, method: method)
    results(signal.count).write(into: &output) {
      engine.convolve(signal, range: job.range, choice, into: &$0)
    }
  }

  var hasFiniteKernel: Bool { engine.kernel.isFinite }

  /// Writes the results `range` of the full convolution, whatever the mode.
  func convolve(
    _ signal: Span<Element>, range: Range<Int>, into output: inout MutableSpan<Element>
  ) {
    let choice = Planner.shared.choose(
      Planner.Job(
        kind: ElementKind(Element.self), signalCount: signal.count, kernelCount: kernelCount,
        range: range, threads: threads, uses: expectedUses), method: method)
    engine.convolve(signal, range: range, choice, into: &output)
  }

  private func results(_ signalCount: Int) -> WantedResults {
    mode.results(operation, signalCount: signalCount, kernelCount: kernelCount)
  }

  private func job(_ signalCount: Int) -> Planner.Job {
    Planner.Job(
      kind: ElementKind(Element.self), signalCount: signalCount, kernelCount: kernelCount,
      range: results(signalCount).present, threads: threads, uses: expectedUses)
  }
}
