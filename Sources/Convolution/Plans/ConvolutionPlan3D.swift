// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import FourierTransform
internal import ComplexModule

/// A kernel prepared once, for convolution or correlation with any number of volumes of any size.
///
/// Plans may be used from many threads at once. What a method needs of the kernel (its spectrum at
/// a block's size) is made when it is first used and kept.
public struct ConvolutionPlan3D<Element: SignalElement>: Sendable {
  /// What volumes are beyond their edges.
  public let boundary: Boundary<Element>
  /// The method asked for; nil lets the planner choose for each volume's size.
  public let method: ConvolutionMethod?
  /// How many threads to use at most. Results have the same bits on any number.
  public let threads: Int
  /// How many volumes are expected: the more, the less the kernel's preparation counts.
  public let expectedUses: Int

  private let operation: Operation
  private let modes: VolumeModes
  private let engine: ConvolutionEngine3D<Element>

  /// Which planes of the results are wanted.
  public var mode: ConvolutionMode { modes.planes }
  /// Which rows of the results are wanted.
  public var rowMode: ConvolutionMode { modes.rows }
  /// Which columns of the results are wanted.
  public var columnMode: ConvolutionMode { modes.columns }
  /// The planes of the kernel.
  public var kernelPlanes: Int { engine.kernel.planes }
  /// The rows of the kernel.
  public var kernelRows: Int { engine.kernel.rows }
  /// The columns of the kernel.
  public var kernelColumns: Int { engine.kernel.columns }

  /// Prepares for convolutions with `kernel`.
  ///
  /// - Parameters:
  ///   - kernel: the elements that weigh a volume's.
  ///   - mode: which of the results are wanted.
  ///   - rowMode: which rows of the results are wanted, where that is another part than of the planes.
  ///   - columnMode: the same of the columns.
  ///   - boundary: what volumes are beyond their edges.
  ///   - method: nil lets the planner choose for each volume's size.
  ///   - threads: how many to use at most. Results have the same bits on any number.
  ///   - expectedUses: how many volumes are expected.
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    kernel: Volume<Element>, mode: ConvolutionMode = .full, rowMode: ConvolutionMode? = nil,
    columnMode: ConvolutionMode? = nil, boundary: Boundary<Element> = .zero,
    method: ConvolutionMethod? = nil, threads: Int? = nil, expectedUses: Int = 100
  ) throws(ConvolutionError) {
    try self.init(
      .convolution, kernel, VolumeModes(mode, rows: rowMode, columns: columnMode), boundary,
      method, threads, expectedUses)
  }

  /// Prepares for correlations with `kernel`; see
  /// ``correlate(_:_:mode:rowMode:columnMode:boundary:method:threads:)->Volume<Element>``.
  ///
  /// - Throws: ``ConvolutionError/emptyKernel``.
  public init(
    correlatingWith kernel: Volume<Element>, mode: ConvolutionMode = .full,
    rowMode: ConvolutionMode? = nil, columnMode: ConvolutionMode? = nil,
    boundary: Boundary<Element> = .zero, method: ConvolutionMethod? = nil, threads: Int? = nil,
    expectedUses: Int = 100
  ) throws(ConvolutionError) {
    try self.init(
      .correlation, kernel, VolumeModes(mode, rows: rowMode, columns: columnMode), boundary,
      method, threads, expectedUses)
  }

  private init(
    _ operation: Operation, _ kernel: Volume<Element>, _ modes: VolumeModes,
    _ boundary: Boundary<Element>, _ method: ConvolutionMethod?, _ threads: Int?,
    _ expectedUses: Int
  ) throws(ConvolutionError) {
    guard !kernel.isEmpty else { throw .emptyKernel }
    self.operation = operation
    self.modes = modes
    self.boundary = modes.areValid ? .zero : boundary.simplified
    self.method = method
    self.threads = threadCount(threads)
    self.expectedUses = max(1, expectedUses)
    engine = ConvolutionEngine3D(operation.convolutionKernel(kernel))
  }

  /// The planes, rows and columns of the results for a volume of this size.
  public func resultSize(
    planes: Int, rows: Int, columns: Int
  ) -> (planes: Int, rows: Int, columns: Int) {
    let size = results(VolumeSize(planes: planes, rows: rows, columns: columns)).size
    return (size.planes, size.rows, size.columns)
  }

  /// How a volume of this size would be convolved.
  ///
  /// The kernel is looked at: unlike the planner on its own, this tells `separable` where it is.
  public func choice(planes: Int, rows: Int, columns: Int) -> MethodChoice {
    choice(VolumeSize(planes: planes, rows: rows, columns: columns))
  }

  private func choice(_ size: VolumeSize) -> MethodChoice {
    engine.choose(
      size, results(size).region, isPadded: boundary != .zero, method: method, threads: threads,
      uses: expectedUses)
  }

  /// The results for a volume; none if it is empty.
  public func apply(to volume: Volume<Element>) -> Volume<Element> {
    let size = VolumeSize(volume)
    let results = results(size)
    return Volume(
      planes: results.size.planes, rows: results.size.rows, columns: results.size.columns,
      elements: makeArray(count: results.count) { output in
        write(volume.elements.span, size, into: &output)
      })
  }

  /// Writes the results for a volume, given plane by plane and row by row, to `output`, likewise.
  ///
  /// No memory is allocated for results, and none that a former call has written is cleared.
  ///
  /// - Parameters:
  ///   - volume: `planes · rows · columns` elements.
  ///   - planes: the planes of the volume.
  ///   - rows: the rows of the volume.
  ///   - columns: the columns of the volume.
  ///   - output: one element for each result; see ``resultSize(planes:rows:columns:)``.
  /// - Throws: ``ConvolutionError/wrongVolumeCount(planes:rows:columns:actual:)`` and
  ///   ``ConvolutionError/wrongOutputCount(expected:actual:)``.
  public func apply(
    to volume: borrowing some ContiguousSamples<Element> & ~Copyable & ~Escapable,
    planes: Int, rows: Int, columns: Int,
    into output: inout some MutableContiguousSamples<Element> & ~Copyable & ~Escapable
  ) throws(ConvolutionError) {
    let size = VolumeSize(planes: planes, rows: rows, columns: columns)
    try ConvolutionError.checkVolume(volume.span.count, size)
    var target = output._mutableSpan()
    try ConvolutionError.checkOutput(target.count, expected: results(size).count)
    write(volume.span, size, into: &target)
  }

  @specialized(where Element == Float)
  @specialized(where Element == Double)
  @specialized(where Element == Complex<Float>)
  @specialized(where Element == Complex<Double>)
  private func write(
    _ volume: Span<Element>, _ size: VolumeSize, into output: inout MutableSpan<Element>
  ) {
    let results = results(size)
    results.write(into: &output) { output in
      engine.convolve(volume, size, boundary, results.region, choice(size), into: &output)
    }
  }

  private func results(_ size: VolumeSize) -> WantedResults3D {
    WantedResults3D(operation, modes, size, kernel: engine.kernelSize)
  }
}
