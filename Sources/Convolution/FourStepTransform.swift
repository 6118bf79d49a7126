internal import ComplexModule
internal import FourierTransform

/// A long complex transform as many short ones that stay in the cache.
///
/// With M = R · C the numbers are seen as R rows of C. Forward: a transform along each column, a
/// turn of each number by exp(-2πi · column · row / M), a transform along each row. That leaves the
/// frequencies in another order, which a product of two spectra does not mind: the transposition
/// that would sort them is never done. Each number is read from memory three times in a convolution
/// where a plain transform reads it dozens of times. See D. H. Bailey, "FFTs in external or
/// hierarchical memory", Journal of Supercomputing 4 (1990).
struct FourStepTransform<Scalar: ConvolutionScalar>: Sendable {
  /// Rows, and so the length of the transforms along columns.
  let rows: Int
  /// Columns, and so the length of the transforms along rows.
  let columns: Int
  private let columnTransform: ComplexTransform<Scalar>
  private let rowTransform: ComplexTransform<Scalar>
  /// For each column the turns of its numbers, as a geometric sequence in two tables.
  private let coarseTurns: [Complex<Scalar>]
  private let fineTurns: [Complex<Scalar>]

  /// Columns that are done together: four cache lines of a row in Float, so that each line that is
  /// fetched is used whole; fewer where columns are so long that a strip would leave the cache.
  let stripWidth: Int
  /// The numbers of a strip, at the most: a quarter of a second-level cache of 1 MiB in Float.
  private static var stripCount: Int { 1 << 15 }
  private static var fineCount: Int { 32 }

  /// The distance of rows in memory. Eight numbers more than a row has, because rows at a distance
  /// of a power of two would all fall into the same few lines of the caches.
  private var rowDistance: Int { columns + 8 }
  /// The numbers that a transform takes in memory, the unused ones between rows too.
  var storage: Int { rows * rowDistance }
  /// Where a row lies in memory.
  func place(ofRow row: Int) -> Range<Int> {
    (row * rowDistance)..<(row * rowDistance + columns)
  }

  /// Pieces of work in the passes along columns.
  var strips: Int { columns / stripWidth }

  /// Plans a transform of `count` numbers, a multiple of 2¹⁰, in about as many rows as columns.
  init(count: Int) throws(TransformError) {
    var columns = 32
    while 4 * columns * columns <= count && count % (2 * columns) == 0 { columns *= 2 }
    let rows = count / columns
    precondition(rows * columns == count, "\(count) is not a multiple of \(columns)")
    (self.rows, self.columns) = (rows, columns)
    var stripWidth = 32
    while stripWidth > 8 && stripWidth * rows > Self.stripCount { stripWidth /= 2 }
    self.stripWidth = stripWidth
    columnTransform = try .shared(length: rows)
    rowTransform = try .shared(length: columns)
    let coarseCount = (rows + Self.fineCount - 1) / Self.fineCount
    coarseTurns = (0..<(columns * coarseCount)).map { index in
      let (column, step) = index.quotientAndRemainder(dividingBy: coarseCount)
      return rootOfUnity(count - column * step * Self.fineCount % count, over: count)
    }
    fineTurns = (0..<(columns * Self.fineCount)).map { index in
      let (column, step) = index.quotientAndRemainder(dividingBy: Self.fineCount)
      return rootOfUnity(count - column * step % count, over: count)
    }
  }

  /// Memory for one thread's strip of columns, twice.
  func makeWorkspace() -> FourStepWorkspace<Scalar> {
    FourStepWorkspace(count: paddedRows * stripWidth)
  }

  /// The distance of columns in a workspace. Eight more than there are, because columns at a
  /// distance of a power of two would all fall into the same few lines of the first-level cache.
  private var paddedRows: Int { rows + 8 }

  /// The first half of a forward transform, for one strip of columns: `load` writes the numbers of
  /// the strip in a row, for each row; the transformed and turned columns go to `numbers`.
  func forwardColumns(
    strip: Int, _ numbers: SharedOutput<Complex<Scalar>>,
    _ first: inout AlignedBuffer<Complex<Scalar>>,
    _ second: inout AlignedBuffer<Complex<Scalar>>,
    load: (_ row: Int, _ column: Int, inout MutableSpan<Complex<Scalar>>) -> Void
  ) {
    let width = stripWidth
    let from = strip * width
    var tile = first.mutableSpan
    for row in 0..<rows {
      var part = tile._mutatingExtracting((row * width)..<((row + 1) * width))
      load(row, from, &part)
    }
    var turned = second.mutableSpan
    Scalar.transpose(
      tile.span, rowDistance: width, into: &turned, rowDistance: paddedRows, rows: rows,
      columns: width)
    for column in 0..<width {
      let place = (column * paddedRows)..<(column * paddedRows + rows)
      var part = tile._mutatingExtracting(place)
      transform(turned.span.extracting(place), columnTransform, into: &part)
      turn(&part, column: from + column, sign: 1)
    }
    numbers.withAllElements { numbers in
      var part = numbers._mutatingExtracting(from..<numbers.count)
      Scalar.transpose(
        tile.span, rowDistance: paddedRows, into: &part, rowDistance: rowDistance, rows: width,
        columns: rows)
    }
  }

  /// The second half of a forward transform, for one row.
  func forwardRow(
    _ numbers: inout MutableSpan<Complex<Scalar>>, in workspace: inout FourStepWorkspace<Scalar>
  ) {
    var room = workspace.first.mutableSpan
    var spectrum = room._mutatingExtracting(0..<columns)
    transform(numbers.span, rowTransform, into: &spectrum)
    for index in numbers.indices { numbers[index] = spectrum[index] }
  }

  /// For one row: the second half of a forward transform, the product with `factors`, and the first
  /// half of the inverse.
  func filterRow(
    _ numbers: inout MutableSpan<Complex<Scalar>>, by factors: Span<Complex<Scalar>>,
    in workspace: inout FourStepWorkspace<Scalar>
  ) {
    var room = workspace.first.mutableSpan
    var spectrum = room._mutatingExtracting(0..<columns)
    transform(numbers.span, rowTransform, into: &spectrum)
    Scalar.multiply(&spectrum, by: factors)
    inverse(&spectrum, rowTransform, into: &numbers)
  }

  /// The second half of an unscaled inverse transform, for one strip; `store` is given the results
  /// of the strip in a row, for each row.
  func inverseColumns(
    strip: Int, _ numbers: SharedOutput<Complex<Scalar>>,
    _ first: inout AlignedBuffer<Complex<Scalar>>,
    _ second: inout AlignedBuffer<Complex<Scalar>>,
    store: (_ row: Int, _ column: Int, Span<Complex<Scalar>>) -> Void
  ) {
    let width = stripWidth
    let from = strip * width
    var tile = first.mutableSpan
    numbers.withAllElements { numbers in
      Scalar.transpose(
        numbers.span.extracting(from..<numbers.count), rowDistance: rowDistance, into: &tile,
        rowDistance: paddedRows, rows: rows, columns: width)
    }
    var turned = second.mutableSpan
    for column in 0..<width {
      let place = (column * paddedRows)..<(column * paddedRows + rows)
      var part = tile._mutatingExtracting(place)
      turn(&part, column: from + column, sign: -1)
      var results = turned._mutatingExtracting(place)
      inverse(&part, columnTransform, into: &results)
    }
    Scalar.transpose(
      turned.span, rowDistance: paddedRows, into: &tile, rowDistance: width, rows: width,
      columns: rows)
    for row in 0..<rows {
      store(row, from, tile.span.extracting((row * width)..<((row + 1) * width)))
    }
  }

  /// Turns the numbers of a column by exp(∓2πi · column · row / M).
  private func turn(_ numbers: inout MutableSpan<Complex<Scalar>>, column: Int, sign: Scalar) {
    let coarseCount = coarseTurns.count / columns
    Scalar.multiplyGeometric(
      &numbers,
      coarse: coarseTurns.span.extracting((column * coarseCount)..<((column + 1) * coarseCount)),
      fine: fineTurns.span.extracting(
        (column * Self.fineCount)..<((column + 1) * Self.fineCount)), sign: sign)
  }

  // The lengths are the transforms' own: they cannot fail.

  private func transform(
    _ samples: Span<Complex<Scalar>>, _ transform: ComplexTransform<Scalar>,
    into spectrum: inout MutableSpan<Complex<Scalar>>
  ) {
    do {
      try transform.forward(samples, into: &spectrum)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  private func inverse(
    _ spectrum: inout MutableSpan<Complex<Scalar>>, _ transform: ComplexTransform<Scalar>,
    into samples: inout MutableSpan<Complex<Scalar>>
  ) {
    do {
      try transform.unscaledInverse(consuming: &spectrum, into: &samples)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

/// One thread's memory for a strip of columns, as it is read and turned on its side.
struct FourStepWorkspace<Scalar: ConvolutionScalar>: ~Copyable {
  var first: AlignedBuffer<Complex<Scalar>>
  var second: AlignedBuffer<Complex<Scalar>>

  init(count: Int) {
    first = unsafe AlignedBuffer(uninitialized: count)
    second = unsafe AlignedBuffer(uninitialized: count)
  }
}
