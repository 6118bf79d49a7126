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

  private let engine: ConvolutionEngine<Element>

  /// The samples of the kernel.
  public var kernelCount: Int { engine.kernel.count }

  /// Prepares for convolutions with `kernel`.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    convolvingWith kernel: [Element], mode: ConvolutionMode = .full,
    method: ConvolutionMethod? = nil, threads: Int? = nil,
    expectedUses: Int = 100
  ) throws(ConvolutionError) {
    guard !kernel.isEmpty else { throw .emptyKernel }
    self.mode = mode
    self.method = method
    self.threads = threadCount(threads)
    self.expectedUses = max(1, expectedUses)
    engine = ConvolutionEngine(kernel, uses: max(1, expectedUses))
  }

  /// Prepares for correlations with `kernel`; see ``correlate(_:_:mode:method:threads:)``.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    correlatingWith kernel: [Element], mode: ConvolutionMode = .full,
    method: ConvolutionMethod? = nil, threads: Int? = nil,
    expectedUses: Int = 100
  ) throws(ConvolutionError) {
    try self.init(
      convolvingWith: reversedConjugate(kernel), mode: mode, method: method, threads: threads,
      expectedUses: expectedUses)
  }

  /// The number of results for a signal of `signalCount` samples.
  public func resultCount(signalCount: Int) -> Int {
    mode.range(signalCount: signalCount, kernelCount: kernelCount).count
  }

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
  /// var target = results.mutableSpan
  /// try plan.apply(to: signal.span, into: &target)
  /// ```
  ///
  /// - Throws: ``ConvolutionError/wrongOutputCount(expected:actual:)``.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  public func apply(
    to signal: Span<Element>, into output: inout MutableSpan<Element>
  ) throws(ConvolutionError) {
    let job = job(signal.count)
    guard output.count == job.range.count else {
      throw .wrongOutputCount(expected: job.range.count, actual: output.count)
    }
    engine.convolve(
      signal, range: job.range, Planner.shared.choose(job, method: method), into: &output)
  }

  /// The results for `signal`; none if it is empty.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  public func apply(to signal: [Element]) -> [Element] {
    let job = job(signal.count)
    return makeArray(count: job.range.count) { output in
      engine.convolve(
        signal.span, range: job.range, Planner.shared.choose(job, method: method), into: &output)
    }
  }

  private func job(_ signalCount: Int) -> Planner.Job {
    Planner.Job(
      kind: ElementKind(Element.self), signalCount: signalCount, kernelCount: kernelCount,
      range: mode.range(signalCount: signalCount, kernelCount: kernelCount), threads: threads,
      uses: expectedUses)
  }
}
