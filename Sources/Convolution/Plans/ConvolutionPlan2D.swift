// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import FourierTransform
internal import ComplexModule

/// A kernel prepared once, for convolution or correlation with any number of images of any size.
///
/// Plans may be used from many threads at once. What a method needs of the kernel (its spectrum at
/// a tile's size) is made when it is first used and kept.
public struct ConvolutionPlan2D<Element: SignalElement>: Sendable {
  /// Which of the results are wanted.
  public let mode: ConvolutionMode
  /// Which columns of the results are wanted.
  public let columnMode: ConvolutionMode
  /// What images are beyond their edges.
  public let boundary: Boundary<Element>
  /// The method asked for; nil lets the planner choose for each image's size.
  public let method: ConvolutionMethod?
  /// How many threads to use at most. Results have the same bits on any number.
  public private(set) var threads: Int
  /// How many images are expected: the more, the less the kernel's preparation counts.
  public let expectedUses: Int

  private let operation: Operation
  let engine: ConvolutionEngine2D<Element>

  /// The rows of the kernel.
  public var kernelRows: Int { engine.kernel.rows }
  /// The columns of the kernel.
  public var kernelColumns: Int { engine.kernel.columns }

  /// Prepares for convolutions with `kernel`.
  ///
  /// - Parameters:
  ///   - kernel: the elements that weigh an image's.
  ///   - mode: which of the results are wanted.
  ///   - columnMode: which columns of the results are wanted, where that is another part than of the
  ///     rows.
  ///   - boundary: what images are beyond their edges.
  ///   - method: nil lets the planner choose for each image's size.
  ///   - threads: how many to use at most. Results have the same bits on any number.
  ///   - expectedUses: how many images are expected.
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    kernel: Matrix<Element>, mode: ConvolutionMode = .full, columnMode: ConvolutionMode? = nil,
    boundary: Boundary<Element> = .zero, method: ConvolutionMethod? = nil,
    threads: Int? = nil, expectedUses: Int = 100
  ) throws(ConvolutionError) {
    try self.init(
      .convolution, kernel, mode, columnMode, boundary, method, threads, expectedUses)
  }

  /// Prepares for correlations with `kernel`; see
  /// ``correlate(_:_:mode:columnMode:boundary:method:threads:)->Matrix<Element>``.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    correlatingWith kernel: Matrix<Element>, mode: ConvolutionMode = .full,
    columnMode: ConvolutionMode? = nil, boundary: Boundary<Element> = .zero,
    method: ConvolutionMethod? = nil, threads: Int? = nil, expectedUses: Int = 100
  ) throws(ConvolutionError) {
    try self.init(
      .correlation, kernel, mode, columnMode, boundary, method, threads, expectedUses)
  }

  init(
    _ operation: Operation, _ kernel: Matrix<Element>, _ mode: ConvolutionMode,
    _ columnMode: ConvolutionMode?, _ boundary: Boundary<Element>, _ method: ConvolutionMethod?,
    _ threads: Int?, _ expectedUses: Int
  ) throws(ConvolutionError) {
    guard !kernel.isEmpty else { throw .emptyKernel }
    self.operation = operation
    self.mode = mode
    self.columnMode = columnMode ?? mode
    self.boundary = self.mode == .valid && self.columnMode == .valid ? .zero : boundary.simplified
    self.method = method
    self.threads = threadCount(threads)
    self.expectedUses = max(1, expectedUses)
    engine = ConvolutionEngine2D(operation.convolutionKernel(kernel))
  }

  /// The rows and columns of the results for an image of `rows` by `columns`.
  public func resultSize(rows: Int, columns: Int) -> (rows: Int, columns: Int) {
    results(rows, columns).size
  }

  /// How an image of `rows` by `columns` would be convolved.
  ///
  /// The kernel is looked at: unlike the planner on its own, this tells `separable` where it is.
  public func choice(rows: Int, columns: Int) -> MethodChoice {
    engine.choose(
      rows: rows, columns: columns, results(rows, columns).region, isPadded: boundary != .zero,
      method: method, threads: threads, uses: expectedUses)
  }

  /// The results for an image; none if it is empty.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  public func apply(to image: Matrix<Element>) -> Matrix<Element> {
    let size = resultSize(rows: image.rows, columns: image.columns)
    return Matrix(
      rows: size.rows, columns: size.columns,
      elements: makeArray(count: size.rows * size.columns) { output in
        write(image.elements.span, rows: image.rows, columns: image.columns, into: &output)
      })
  }

  /// Writes the results for an image, given row by row, to `output`, row by row.
  ///
  /// No memory is allocated for results, and none that a former call has written is cleared: an
  /// output used again is the fastest way through many images.
  ///
  /// - Parameters:
  ///   - image: `rows · columns` elements.
  ///   - rows: the rows of the image.
  ///   - columns: the columns of the image.
  ///   - output: one element for each result; see ``resultSize(rows:columns:)``.
  /// - Throws: ``ConvolutionError/wrongImageCount(rows:columns:actual:)`` and
  ///   ``ConvolutionError/wrongOutputCount(expected:actual:)``.
  public func apply(
    to image: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    rows: Int, columns: Int,
    into output: inout some MutableContiguousSamples<Element> & ~Copyable & ~Escapable
  ) throws(ConvolutionError) {
    try ConvolutionError.checkImage(image.span.count, rows: rows, columns: columns)
    var target = output._mutableSpan()
    try ConvolutionError.checkOutput(target.count, expected: results(rows, columns).count)
    write(image.span, rows: rows, columns: columns, into: &target)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  func write(
    _ image: Span<Element>, rows: Int, columns: Int, into output: inout MutableSpan<Element>
  ) {
    let results = results(rows, columns)
    results.write(into: &output) { output in
      engine.convolve(
        image, rows: rows, columns: columns, boundary, results.region,
        choice(rows: rows, columns: columns), into: &output)
    }
  }

  /// The results for several images, each as ``apply(to:)-(Matrix<Element>)`` gives it: the kernel
  /// is prepared once, and threads share the images where there are enough of them.
  public func apply(to images: [Matrix<Element>]) -> [Matrix<Element>] {
    // One image at a time on all threads needs the least memory; small ones are not worth sharing.
    guard threads > 1, images.count >= 2 * threads else { return images.map { apply(to: $0) } }
    var plan = self
    plan.threads = 1
    let alone = plan
    return parallelMap(images.count, threads: threads) { alone.apply(to: images[$0]) }
  }

  func results(_ rows: Int, _ columns: Int) -> WantedResults2D {
    WantedResults2D(
      operation, mode, columnMode, rows: rows, columns: columns, kernelRows: kernelRows,
      kernelColumns: kernelColumns)
  }
}
