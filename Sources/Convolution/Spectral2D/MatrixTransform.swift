internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform
internal import Synchronization

/// How blocks of P rows and Q columns are transformed: each row packed into complex numbers and
/// transformed where it lies, then each column, through a strip of columns that is turned on its
/// side, because FFTW is far faster on numbers that lie together.
///
/// A spectrum is kept by columns, each of them P numbers.
struct MatrixTransform<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// Rows, P.
  let rows: Int
  /// Columns, Q.
  let columns: Int
  /// Complex numbers that a row is packed into.
  let packedColumns: Int
  let weights: TwiddleTable<Scalar>
  private let rowTransform: ComplexTransform<Scalar>
  private let columnTransform: ComplexTransform<Scalar>

  /// The distance of rows in memory. Eight more than there are numbers, because rows at a distance
  /// of a power of two would all fall into the same few lines of the first-level cache.
  var rowStride: Int { packedColumns + 8 }
  /// The distance of columns in a strip.
  private var columnStride: Int { rows + 8 }
  /// Columns of a strip: whole cache lines, and few enough that a strip of a tile stays in the
  /// first-level cache.
  private var stripWidth: Int { 16 }
  var strips: Int { (packedColumns + stripWidth - 1) / stripWidth }
  var spectrumCount: Int { rows * packedColumns }

  /// Where a spectrum has a column.
  func place(ofColumn column: Int) -> Range<Int> { (column * rows)..<((column + 1) * rows) }

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    packedColumns = Element.packedCount(columns)
    do throws(TransformError) {
      rowTransform = try .shared(length: packedColumns)
      columnTransform = try .shared(length: rows)
    } catch {
      preconditionFailure("the planner's lengths can be transformed: \(error)")
    }
    weights = Element.packingWeights(packedCount: packedColumns)
  }

  /// One thread's memory: a packed row, and a strip of columns twice.
  struct Scratch: ~Copyable {
    var row: AlignedBuffer<Complex<Scalar>>
    var strip: AlignedBuffer<Complex<Scalar>>
    var turned: AlignedBuffer<Complex<Scalar>>
    /// Room for a row of an image with what is beyond its edges.
    var line: [Element] = []

    init(_ transform: borrowing MatrixTransform) {
      row = unsafe AlignedBuffer(uninitialized: transform.packedColumns)
      let count = transform.columnStride * transform.stripWidth
      strip = unsafe AlignedBuffer(uninitialized: count)
      turned = unsafe AlignedBuffer(uninitialized: count)
    }
  }

  /// Writes the transform of one row of samples, times `factor`.
  func forwardRow(
    _ samples: Span<Element>, by factor: Scalar, into numbers: inout MutableSpan<Complex<Scalar>>,
    in scratch: inout Scratch
  ) {
    var packed = scratch.row.mutableSpan
    Element.pack(samples, by: factor, weights, from: 0, into: &packed)
    cannotFail { () throws(TransformError) in try rowTransform.forward(packed.span, into: &numbers)
    }
  }

  /// Writes the results `columns` of a row whose transform is `numbers`, which it destroys.
  func inverseRow(
    _ numbers: inout MutableSpan<Complex<Scalar>>, by factor: Scalar, columns: Range<Int>,
    into output: inout MutableSpan<Element>, in scratch: inout Scratch
  ) {
    var packed = scratch.row.mutableSpan
    cannotFail { () throws(TransformError) in
      try rowTransform.unscaledInverse(consuming: &numbers, into: &packed)
    }
    Element.unpack(packed.span, by: factor, weights, from: 0, results: columns, into: &output)
  }

  /// The columns of a strip.
  func columns(ofStrip strip: Int) -> Range<Int> {
    (strip * stripWidth)..<min((strip + 1) * stripWidth, packedColumns)
  }

  /// Transforms the columns of a strip, of which only the rows `present` are not zero, and gives
  /// each of them to `body`.
  func forwardStrip(
    _ strip: Int, of numbers: Span<Complex<Scalar>>, present: Range<Int>,
    in scratch: inout Scratch, _ body: (Int, inout MutableSpan<Complex<Scalar>>) -> Void
  ) {
    let columns = columns(ofStrip: strip)
    turn(columns, of: numbers, present: present, into: &scratch.strip)
    forwardColumns(columns, &scratch.strip, &scratch.turned, body)
  }

  /// Lets `body` write each column of the turned strip.
  func fillStrip(
    _ strip: Int, in scratch: inout Scratch,
    _ body: (Int, inout MutableSpan<Complex<Scalar>>) -> Void
  ) {
    var target = scratch.turned.mutableSpan
    for (index, column) in columns(ofStrip: strip).enumerated() {
      let start = index * columnStride
      var line = target._mutatingExtracting(start..<(start + rows))
      body(column, &line)
    }
  }

  private func forwardColumns(
    _ columns: Range<Int>, _ strip: inout AlignedBuffer<Complex<Scalar>>,
    _ turned: inout AlignedBuffer<Complex<Scalar>>,
    _ body: (Int, inout MutableSpan<Complex<Scalar>>) -> Void
  ) {
    var target = turned.mutableSpan
    for column in 0..<columns.count {
      let place = (column * columnStride)..<(column * columnStride + rows)
      var line = target._mutatingExtracting(place)
      cannotFail { () throws(TransformError) in
        try columnTransform.forward(strip.span.extracting(place), into: &line)
      }
      body(columns.lowerBound + column, &line)
    }
  }

  /// Transforms the columns that the turned strip holds back, and writes their rows `wanted`.
  func inverseStrip(
    _ strip: Int, into numbers: inout MutableSpan<Complex<Scalar>>, wanted: Range<Int>,
    in scratch: inout Scratch
  ) {
    inverseColumns(
      columns(ofStrip: strip), &scratch.turned, &scratch.strip, into: &numbers, wanted: wanted)
  }

  private func inverseColumns(
    _ columns: Range<Int>, _ turned: inout AlignedBuffer<Complex<Scalar>>,
    _ strip: inout AlignedBuffer<Complex<Scalar>>,
    into numbers: inout MutableSpan<Complex<Scalar>>, wanted: Range<Int>
  ) {
    var source = turned.mutableSpan
    var target = strip.mutableSpan
    for column in 0..<columns.count {
      let place = (column * columnStride)..<(column * columnStride + rows)
      var spectrum = source._mutatingExtracting(place)
      var line = target._mutatingExtracting(place)
      cannotFail { () throws(TransformError) in
        try columnTransform.unscaledInverse(consuming: &spectrum, into: &line)
      }
    }
    guard !wanted.isEmpty else { return }
    let from = wanted.lowerBound * rowStride + columns.lowerBound
    var part = numbers._mutatingExtracting(from..<numbers.count)
    Scalar.transpose(
      target.span.extracting(wanted.lowerBound..<target.count), rowStride: columnStride,
      into: &part, rowStride: rowStride, rows: columns.count, columns: wanted.count)
  }

  private func turn(
    _ columns: Range<Int>, of numbers: Span<Complex<Scalar>>, present: Range<Int>,
    into buffer: inout AlignedBuffer<Complex<Scalar>>
  ) {
    var strip = buffer.mutableSpan
    for column in 0..<columns.count {
      let start = column * columnStride
      for row in 0..<present.lowerBound { strip[start + row] = .zero }
      for row in present.upperBound..<rows { strip[start + row] = .zero }
    }
    guard !present.isEmpty else { return }
    let from = present.lowerBound * rowStride + columns.lowerBound
    var part = strip._mutatingExtracting(present.lowerBound..<strip.count)
    Scalar.transpose(
      numbers.extracting(from..<numbers.count), rowStride: rowStride, into: &part,
      rowStride: columnStride, rows: present.count, columns: columns.count)
  }
}
