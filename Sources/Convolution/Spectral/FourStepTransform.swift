// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import VectorKernels

/// A complex transform as many short ones that stay in the first-level cache.
///
/// With M = R · C the values are seen as R rows of C: a transform along each column, a product of each
/// value with its twiddle factor, a transform along each row. FourStepTransforms.md in the
/// documentation tells the whole of it, and `vk_column_job` what the kernels do.
struct FourStepTransform<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar
  typealias Value = Complex<Scalar>

  /// Rows, and so the length of the transforms along columns.
  let rows: Int
  /// Columns, and so the length of the transforms along rows.
  let columns: Int
  private let rowTransform: ComplexTransform<Scalar>
  /// The constants of the columns' transforms; where what is, `job` tells.
  private let tables: [Scalar]
  private let job: vk_column_job

  /// The stride of rows in memory. Eight values more than a row has, because rows at a stride of a
  /// power of two would all fall into the same few lines of the caches.
  private var rowStride: Int { columns + 8 }
  /// The values that a transform takes in memory, the unused ones between rows too.
  var storage: Int { rows * rowStride }
  /// Where a row lies in memory.
  func place(ofRow row: Int) -> Range<Int> {
    (row * rowStride)..<(row * rowStride + columns)
  }

  /// Columns that are done side by side: as many as fill a register of 64 bytes.
  private static var stripWidth: Int { 64 / MemoryLayout<Scalar>.stride }
  /// Pieces of work in the passes along columns.
  var strips: Int { columns / Self.stripWidth }

  /// Plans a transform of `rows` times `columns` values: a power of two, at least 4, of rows.
  init(rows: Int, columns: Int, rigor: PlanningRigor) throws(TransformError) {
    precondition(rows >= 4 && rows & (rows - 1) == 0 && columns % Self.stripWidth == 0)
    (self.rows, self.columns) = (rows, columns)
    rowTransform = try .shared(length: columns, rigor: rigor)
    let isReal = Element.packedCount(2) == 1
    var tables: [Scalar] = []
    func add(_ value: Value) {
      tables.append(value.rawStorage.x)
      tables.append(value.rawStorage.y)
    }
    var job = vk_column_job()
    (job.rows, job.columns, job.row_stride) = (rows, columns, columns + 8)
    job.complex_samples = isReal ? 0 : 1

    var size = rows
    while size > vk_column_radix(size) {
      let radix = vk_column_radix(size)
      for j in 0..<(size / radix) {
        for power in 1..<radix { add(rootOfUnity(-j * power, denominator: size)) }
      }
      size /= radix
    }
    // What frequency k has at column c is exp(2πi · c · (1/4 - k) / M) for real samples, whose
    // packing weights come in here, and exp(-2πi · c · k / M) for complex ones.
    let count = rows * columns
    let frequencies = (0..<rows).map { Self.frequency(ofRow: $0, of: rows) }
    func twiddle<Part>(_ frequency: Int, _ column: Int, denominator: Int) -> Complex<Part>
    where Part: FourierScalar {
      rootOfUnity(((isReal ? 1 : 0) - 4 * frequency) * column, denominator: denominator)
    }
    let middle = Self.stripWidth / 2
    job.strip_twiddles = tables.count
    for strip in 0..<(columns / Self.stripWidth) {
      for frequency in frequencies {
        let column = strip * Self.stripWidth + middle
        add(twiddle(frequency, column, denominator: 4 * count))
      }
    }
    job.lane_twiddles = tables.count
    for frequency in frequencies {
      let steps = (0..<Self.stripWidth).map { lane -> Complex<Double> in
        // exp(iφ) - 1 = 2i sin(φ/2) exp(iφ/2)
        let half: Complex<Double> = twiddle(frequency, lane - middle, denominator: 8 * count)
        return Complex(-2 * half.imaginary * half.imaginary, 2 * half.imaginary * half.real)
      }
      tables += steps.map { Scalar($0.real) }
      tables += steps.map { Scalar($0.imaginary) }
    }
    job.row_weights = tables.count
    for row in 0..<rows { add(isReal ? rootOfUnity(row * columns, denominator: 4 * count) : .one) }
    self.tables = tables
    self.job = job
  }

  /// The frequency that a transform along a column of `size` values leaves in a row: each level
  /// sorts by a digit, lowest first.
  private static func frequency(ofRow row: Int, of size: Int) -> Int {
    guard size > 1 else { return 0 }
    let radix = vk_column_radix(size)
    let (digit, rest) = row.quotientAndRemainder(dividingBy: size / radix)
    return digit + radix * frequency(ofRow: rest, of: size / radix)
  }

  /// Memory for one thread.
  func makeScratch() -> FourStepScratch<Scalar> {
    FourStepScratch(tile: 2 * rows * Self.stripWidth, row: columns)
  }

  /// The first half of a forward transform of `factor` times the samples, for some strips of
  /// columns: the transformed columns, times their twiddle factors, go to `values`. Where `samples` ends, zeros follow.
  func forwardColumns(
    _ strips: Range<Int>, of samples: Span<Element>, by factor: Scalar,
    in scratch: inout FourStepScratch<Scalar>, into values: inout MutableSpan<Value>
  ) {
    precondition(strips.upperBound <= self.strips && values.count >= storage)
    let tile = unsafe scratch.tile.start.assumingMemoryBound(to: Scalar.self)
    unsafe withUnsafePointer(to: job) { job in
      unsafe withPointers(tables.span, samples, &values) { tables, x, z, _ in
        unsafe Scalar._operations.kernels.pointee.columnsForward(
          job, tables, x, samples.count, Double(factor), strips.lowerBound, strips.upperBound, tile,
          z)
      }
    }
  }

  /// The second half of a forward transform, for one row.
  func forwardRow(
    _ values: inout MutableSpan<Value>, in scratch: inout FourStepScratch<Scalar>
  ) {
    var spectrum = scratch.row.mutableSpan
    transform(values.span, into: &spectrum)
    for index in values.indices { values[index] = spectrum[index] }
  }

  /// For one row: the second half of a forward transform, the product with `factors`, and the first
  /// half of the inverse.
  func filterRow(
    _ values: inout MutableSpan<Value>, by factors: Span<Value>,
    in scratch: inout FourStepScratch<Scalar>
  ) {
    var spectrum = scratch.row.mutableSpan
    transform(values.span, into: &spectrum)
    Scalar.multiply(&spectrum, by: factors)
    inverse(&spectrum, into: &values)
  }

  /// The same with two kernels; the second one's values go to `second`.
  func filterRow(
    _ values: inout MutableSpan<Value>, by factors: Span<Value>,
    _ second: inout MutableSpan<Value>, by others: Span<Value>,
    in scratch: inout FourStepScratch<Scalar>
  ) {
    var spectrum = scratch.row.mutableSpan
    transform(values.span, into: &spectrum)
    // Until it is transformed back, the second product waits in the place of the first's result.
    for index in values.indices { values[index] = spectrum[index] }
    Scalar.multiply(&values, by: others)
    inverse(&values, into: &second)
    Scalar.multiply(&spectrum, by: factors)
    inverse(&spectrum, into: &values)
  }

  /// The second half of an unscaled inverse transform, for some strips: writes those of the results
  /// `results` of the block that they hold, times `factor`, to `output`; returns where some of these
  /// are below `limit`.
  func inverseColumns(
    _ strips: Range<Int>, of values: Span<Value>, by factor: Scalar,
    in scratch: inout FourStepScratch<Scalar>, results: Range<Int>,
    into output: inout MutableSpan<Element>, below limit: Scalar
  ) -> ResultSegments {
    precondition(strips.upperBound <= self.strips && values.count >= storage)
    precondition(output.count == results.count)
    let tile = unsafe scratch.tile.start.assumingMemoryBound(to: Scalar.self)
    var small = ResultSegments(none: results.count)
    unsafe withUnsafePointer(to: job) { job in
      unsafe withPointers(tables.span, values, &output) { tables, z, y, count in
        small.bits = unsafe Scalar._operations.kernels.pointee.columnsInverse(
          job, tables, z, Double(factor), strips.lowerBound, strips.upperBound, tile, y,
          results.lowerBound, count, Double(limit),
          CInt(small.lengthLog2) + job.pointee.complex_samples)
      }
    }
    return small
  }

  // The lengths are the transform's own: they cannot fail.

  private func transform(_ samples: Span<Value>, into spectrum: inout MutableSpan<Value>) {
    cannotFail { () throws(TransformError) in
      try rowTransform.forward(samples, into: &spectrum)
    }
  }

  private func inverse(
    _ spectrum: inout MutableSpan<Value>, into samples: inout MutableSpan<Value>
  ) {
    cannotFail { () throws(TransformError) in
      try rowTransform.unscaledInverse(consuming: &spectrum, into: &samples)
    }
  }
}

/// One thread's memory for a strip of columns and for a row.
struct FourStepScratch<Scalar: FourierScalar>: ~Copyable {
  var tile: AlignedBuffer<Scalar>
  var row: AlignedBuffer<Complex<Scalar>>

  init(tile: Int, row: Int) {
    self.tile = unsafe AlignedBuffer(uninitialized: tile)
    self.row = unsafe AlignedBuffer(uninitialized: row)
  }
}
