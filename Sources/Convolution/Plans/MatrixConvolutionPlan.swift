internal import ComputeSupport
public import FourierTransform
internal import ComplexModule

/// A kernel prepared once, for convolution or correlation with any number of images of any size.
///
/// Plans may be used from many threads at once. What a method needs of the kernel (its spectrum at
/// a tile's size) is made when it is first used and kept.
public struct MatrixConvolutionPlan<Element: SignalElement>: Sendable {
  /// Which of the results are wanted.
  public let mode: ConvolutionMode
  /// What images are beyond their edges.
  public let boundary: Boundary<Element>
  /// The method asked for; nil lets the planner choose for each image's size.
  public let method: ConvolutionMethod?
  /// How many threads to use at most. Results have the same bits on any number.
  public let threads: Int
  /// How many images are expected: the more, the less the kernel's preparation counts.
  public let expectedUses: Int

  let engine: MatrixEngine<Element>

  /// The rows of the kernel.
  public var kernelRows: Int { engine.kernel.rows }
  /// The columns of the kernel.
  public var kernelColumns: Int { engine.kernel.columns }

  /// Prepares for convolutions with `kernel`.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    convolvingWith kernel: Matrix<Element>, mode: ConvolutionMode = .full,
    boundary: Boundary<Element> = .zero, method: ConvolutionMethod? = nil,
    threads: Int? = nil, expectedUses: Int = 100
  ) throws(ConvolutionError) {
    guard !kernel.isEmpty else { throw .emptyKernel }
    self.mode = mode
    self.boundary = mode == .valid ? .zero : boundary.simplified
    self.method = method
    self.threads = threadCount(threads)
    self.expectedUses = max(1, expectedUses)
    engine = MatrixEngine(kernel)
  }

  /// Prepares for correlations with `kernel`; see
  /// ``correlate(_:_:mode:boundary:method:threads:)``.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    correlatingWith kernel: Matrix<Element>, mode: ConvolutionMode = .full,
    boundary: Boundary<Element> = .zero, method: ConvolutionMethod? = nil,
    threads: Int? = nil, expectedUses: Int = 100
  ) throws(ConvolutionError) {
    try self.init(
      convolvingWith: kernel.reversedConjugate, mode: mode, boundary: boundary, method: method,
      threads: threads, expectedUses: expectedUses)
  }

  /// The rows and columns of the results for an image of `rows` by `columns`.
  public func resultSize(rows: Int, columns: Int) -> (rows: Int, columns: Int) {
    let region = region(rows, columns)
    return (region.rows.count, region.columns.count)
  }

  /// How an image of `rows` by `columns` would be convolved.
  ///
  /// The kernel is looked at: unlike the planner on its own, this tells `separable` where it is.
  public func choice(rows: Int, columns: Int) -> MethodChoice {
    engine.choose(
      rows: rows, columns: columns, region(rows, columns), isPadded: boundary != .zero,
      method: method, threads: threads, uses: expectedUses)
  }

  /// The results for an image; none if it is empty.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  public func apply(to image: Matrix<Element>) -> Matrix<Element> {
    let region = region(image.rows, image.columns)
    guard !region.isEmpty else {
      return Matrix(rows: region.rows.count, columns: region.columns.count, elements: [])
    }
    return engine.apply(
      to: image, region, boundary, choice(rows: image.rows, columns: image.columns))
  }

  /// Writes the results for an image, given row by row, to `output`, row by row.
  ///
  /// No memory is allocated for results, and none that a former call has written is cleared: an
  /// output used again is the fastest way through many images.
  ///
  /// - Parameter image: `rows · columns` elements.
  /// - Parameter output: one element for each result; see ``resultSize(rows:columns:)``.
  /// - Throws: ``ConvolutionError/wrongImageCount(rows:columns:actual:)`` and
  ///   ``ConvolutionError/wrongOutputCount(expected:actual:)``.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  public func apply(
    to image: Span<Element>, rows: Int, columns: Int, into output: inout MutableSpan<Element>
  ) throws(ConvolutionError) {
    try checkImage(image.count, rows: rows, columns: columns)
    let region = region(rows, columns)
    guard output.count == region.count else {
      throw .wrongOutputCount(expected: region.count, actual: output.count)
    }
    guard !region.isEmpty else { return }
    let choice = choice(rows: rows, columns: columns)
    image.withShared { samples in
      let image = ExtendedImage(
        elements: samples, rows: rows, columns: columns, boundary: boundary)
      output.withShared { engine.convolve(image, region, choice, into: $0) }
    }
  }

  /// The results for several images, each as ``apply(to:)-(Matrix<Element>)`` gives it: the kernel
  /// is prepared once, and threads share the images where there are enough of them.
  public func apply(to images: [Matrix<Element>]) -> [Matrix<Element>] {
    // One image at a time on all threads needs the least memory; small ones are not worth sharing.
    guard threads > 1, images.count >= 2 * threads else { return images.map { apply(to: $0) } }
    let alone = MatrixConvolutionPlan(of: self, threads: 1)
    return parallelMap(images.count, threads: threads) {
      alone.apply(to: images[$0])
    }
  }

  /// The same plan, with the same prepared kernel, for another number of threads.
  private init(of plan: MatrixConvolutionPlan, threads: Int) {
    mode = plan.mode
    boundary = plan.boundary
    method = plan.method
    self.threads = threads
    expectedUses = plan.expectedUses
    engine = plan.engine
  }

  func region(_ rows: Int, _ columns: Int) -> MatrixRegion {
    mode.region(rows: rows, columns: columns, kernelRows, kernelColumns)
  }
}

/// Checks that an image of `rows` by `columns` has as many elements.
func checkImage(_ count: Int, rows: Int, columns: Int) throws(ConvolutionError) {
  let (expected, overflow) = rows.multipliedReportingOverflow(by: columns)
  guard rows >= 0, columns >= 0, !overflow, count == expected else {
    throw .wrongImageCount(rows: rows, columns: columns, actual: count)
  }
}
