// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import ComplexModule
internal import FourierTransform

/// How blocks of P rows and Q columns are transformed: each row packed into complex values and
/// transformed in place, then each column, through a strip of columns that is
/// transposed, because FFTW is far faster on values that lie together.
///
/// A spectrum is kept by columns, each of them P values.
struct BlockTransform2D<Element: SignalElement>: Sendable {
  typealias Scalar = Element.Scalar

  /// Rows, P.
  let rows: Int
  /// Columns, Q.
  let columns: Int
  /// Complex values that a row is packed into.
  let packedColumns: Int
  let weights: TwiddleTable<Scalar>
  private let rowTransform: ComplexTransform<Scalar>
  private let columnTransform: ComplexTransform<Scalar>

  /// The stride of rows in memory. Eight more than there are values, because rows at a stride of a
  /// power of two would all fall into the same few lines of the first-level cache.
  var rowStride: Int { packedColumns + 8 }
  /// The stride of columns in a strip.
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
    let rowLength = packedColumns
    rowTransform = cannotFail { () throws(TransformError) in try .shared(length: rowLength) }
    columnTransform = cannotFail { () throws(TransformError) in try .shared(length: rows) }
    weights = Element.packingWeights(packedCount: packedColumns)
  }

  /// One thread's memory: a packed row, a strip of columns, and their spectra.
  struct Scratch: ~Copyable {
    var row: AlignedBuffer<Complex<Scalar>>
    var strip: AlignedBuffer<Complex<Scalar>>
    var spectra: AlignedBuffer<Complex<Scalar>>
    /// For a row of an image with what is beyond its edges.
    var line: [Element] = []

    init(_ transform: borrowing BlockTransform2D) {
      row = unsafe AlignedBuffer(uninitialized: transform.packedColumns)
      let count = transform.columnStride * transform.stripWidth
      strip = unsafe AlignedBuffer(uninitialized: count)
      spectra = unsafe AlignedBuffer(uninitialized: count)
    }
  }

  /// Writes the transform of one row of samples, times `factor`.
  func forwardRow(
    _ samples: Span<Element>, by factor: Scalar, into values: inout MutableSpan<Complex<Scalar>>,
    in scratch: inout Scratch
  ) {
    var packed = scratch.row.mutableSpan
    Element.pack(samples, by: factor, weights, into: &packed)
    cannotFail { () throws(TransformError) in try rowTransform.forward(packed.span, into: &values)
    }
  }

  /// Writes the results `columns` of a row whose transform is `values`, which it destroys; returns
  /// where some of them may be below `limit`.
  func inverseRow(
    _ values: inout MutableSpan<Complex<Scalar>>, by factor: Scalar, columns: Range<Int>,
    into output: inout MutableSpan<Element>, below limit: Scalar, in scratch: inout Scratch
  ) -> ResultSegments {
    var packed = scratch.row.mutableSpan
    cannotFail { () throws(TransformError) in
      try rowTransform.unscaledInverse(consuming: &values, into: &packed)
    }
    return Element.unpack(
      packed.span, by: factor, weights, results: columns, into: &output, below: limit)
  }

  /// The columns of a strip.
  func columns(ofStrip strip: Int) -> Range<Int> {
    (strip * stripWidth)..<min((strip + 1) * stripWidth, packedColumns)
  }

  /// Transforms the columns of a strip, of which only the rows `present` are not zero, and gives
  /// each of them to `body`.
  func forwardStrip(
    _ strip: Int, of values: Span<Complex<Scalar>>, present: Range<Int>,
    in buffer: inout AlignedBuffer<Complex<Scalar>>,
    to spectra: inout AlignedBuffer<Complex<Scalar>>,
    _ body: (Int, inout MutableSpan<Complex<Scalar>>) -> Void
  ) {
    let columns = columns(ofStrip: strip)
    var source = buffer.mutableSpan
    for column in 0..<columns.count {
      let start = column * columnStride
      for row in 0..<present.lowerBound { source[start + row] = .zero }
      for row in present.upperBound..<rows { source[start + row] = .zero }
    }
    if !present.isEmpty {
      let from = present.lowerBound * rowStride + columns.lowerBound
      var part = source._mutatingExtracting(present.lowerBound..<source.count)
      Scalar.transpose(
        values.extracting(from..<values.count), rowStride: rowStride, into: &part,
        rowStride: columnStride, rows: present.count, columns: columns.count)
    }
    var target = spectra.mutableSpan
    for column in 0..<columns.count {
      let place = (column * columnStride)..<(column * columnStride + rows)
      var line = target._mutatingExtracting(place)
      cannotFail { () throws(TransformError) in
        try columnTransform.forward(source.span.extracting(place), into: &line)
      }
      body(columns.lowerBound + column, &line)
    }
  }

  /// Lets `body` write each column of the strip of spectra.
  func fillStrip(
    _ strip: Int, to spectra: inout AlignedBuffer<Complex<Scalar>>,
    _ body: (Int, inout MutableSpan<Complex<Scalar>>) -> Void
  ) {
    var target = spectra.mutableSpan
    for (index, column) in columns(ofStrip: strip).enumerated() {
      let start = index * columnStride
      var line = target._mutatingExtracting(start..<(start + rows))
      body(column, &line)
    }
  }

  /// Transforms the columns that the strip of spectra holds back, and writes their rows `wanted`.
  func inverseStrip(
    _ strip: Int, of spectra: inout AlignedBuffer<Complex<Scalar>>,
    in buffer: inout AlignedBuffer<Complex<Scalar>>,
    into values: inout MutableSpan<Complex<Scalar>>, wanted: Range<Int>
  ) {
    let columns = columns(ofStrip: strip)
    var source = spectra.mutableSpan
    var target = buffer.mutableSpan
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
    var part = values._mutatingExtracting(from..<values.count)
    Scalar.transpose(
      target.span.extracting(wanted.lowerBound..<target.count), rowStride: columnStride,
      into: &part, rowStride: rowStride, rows: columns.count, columns: wanted.count)
  }
}
