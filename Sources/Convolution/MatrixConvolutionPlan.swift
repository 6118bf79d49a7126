internal import ComplexModule

/// A kernel prepared once, for convolution or correlation with any number of images of any size.
///
/// Plans may be used from many threads at once. What a method needs of the kernel (its spectrum at
/// a tile's size) is made when it is first used and kept.
public struct MatrixConvolutionPlan<Element: ConvolutionElement>: Sendable {
  /// Which of the results are wanted.
  public let mode: ConvolutionMode
  /// What images are beyond their edges.
  public let boundary: Boundary<Element>
  /// The method asked for; `automatic` lets the planner choose for each image's size.
  public let method: MatrixMethod
  /// How many threads to use at most. Results have the same bits on any number.
  public let threads: Int
  /// How many images are expected: the more, the less the kernel's preparation counts.
  public let expectedUses: Int

  private let engine: MatrixEngine<Element>

  /// Prepares for convolutions with `kernel`.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    convolvingWith kernel: Matrix<Element>, mode: ConvolutionMode = .full,
    boundary: Boundary<Element> = .zero, method: MatrixMethod = .automatic,
    threads: Int = defaultThreadCount, expectedUses: Int = 100
  ) throws(ConvolutionError) {
    guard !kernel.isEmpty else { throw .emptyKernel }
    self.mode = mode
    self.boundary = mode == .valid ? .zero : boundary.simplified
    self.method = method
    self.threads = max(1, threads)
    self.expectedUses = max(1, expectedUses)
    engine = MatrixEngine(kernel)
  }

  /// Prepares for correlations with `kernel`; see
  /// ``correlate(_:_:mode:boundary:method:threads:)``.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    correlatingWith kernel: Matrix<Element>, mode: ConvolutionMode = .full,
    boundary: Boundary<Element> = .zero, method: MatrixMethod = .automatic,
    threads: Int = defaultThreadCount, expectedUses: Int = 100
  ) throws(ConvolutionError) {
    try self.init(
      convolvingWith: kernel.reversedConjugate, mode: mode, boundary: boundary, method: method,
      threads: threads, expectedUses: expectedUses)
  }

  /// The results for an image; none if it is empty.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  public func apply(to image: Matrix<Element>) -> Matrix<Element> {
    let kernel = engine.kernel
    let region = mode.region(
      rows: image.rows, columns: image.columns, kernel.rows, kernel.columns)
    guard !region.isEmpty, !image.isEmpty else {
      return Matrix(rows: region.rows.count, columns: region.columns.count, elements: [])
    }
    let choice = engine.choose(
      rows: image.rows, columns: image.columns, region, isPadded: boundary != .zero,
      method: method, threads: threads, uses: expectedUses)
    return engine.apply(to: image, region, boundary, choice)
  }
}
