internal import ComputeSupport
internal import FourierTransform

/// What is known of a 2-D block before it is transformed.
struct MatrixBlockScan<Scalar: FourierScalar>: Sendable {
  /// The largest magnitude; not finite if a sample is not.
  var peak = Scalar.zero
  /// The smallest of the largest magnitudes in the cells.
  var smallest = Scalar.infinity

  mutating func merge(_ other: MatrixBlockScan) {
    peak = other.peak.isFinite && peak.isFinite ? max(peak, other.peak) : .infinity
    smallest = min(smallest, other.smallest)
  }
}

extension MatrixBlockConvolver {
  /// Lines of cells along one axis: those that `cells` is true of are such that the samples of any
  /// result hold a whole cell.
  private struct Bands {
    var ranges: [Range<Int>] = []
    var cells: [Bool] = []
    var cellLength: Int

    /// - Parameter samples: the samples of the block along this axis.
    /// - Parameter results: its results.
    /// - Parameter taps: the kernel's length along it.
    init(samples: Range<Int>, results: Range<Int>, taps: Int, longest: Int) {
      // A run of 2c - 1 holds a whole one of the cells of c that lie side by side.
      cellLength = max(1, min(longest, (taps + 1) / 2))
      for range in samples.pieces(of: cellLength) {
        ranges.append(range)
        cells.append(range.count == cellLength)
      }
      guard !samples.isEmpty, !results.isEmpty else { return }
      // Where results are made of fewer samples than the kernel has taps: as many as the outermost
      // of them have, but one at least.
      let first = max(1, results.lowerBound - samples.lowerBound + 1)
      if first < taps { append(samples.prefix(min(first, cellLength))) }
      let last = max(1, samples.upperBound - (results.upperBound - taps))
      if last < taps { append(samples.suffix(min(last, cellLength))) }
    }

    private mutating func append(_ range: Range<Int>) {
      ranges.append(range)
      cells.append(true)
    }
  }

  /// Looks at the magnitudes of a block, by cells that are so small that the samples of every
  /// result hold at least one.
  func scan(_ block: MatrixBlock<Element>, threads: Int) -> MatrixBlockScan<Scalar> {
    var scan = MatrixBlockScan<Scalar>()
    guard !block.samples.isEmpty else { return scan }
    let rows = Bands(
      samples: block.samples.rows, results: block.results.rows, taps: kernel.rows, longest: 64)
    let columns = Bands(
      samples: block.samples.columns, results: block.results.columns, taps: kernel.columns,
      longest: 64)
    let scans = [MatrixBlockScan<Scalar>](
      valuesOf: rows.ranges.count, threads: threads
    ) { band in
      scanBand(block, rows: rows.ranges[band], areCells: rows.cells[band], columns)
    }
    for part in scans { scan.merge(part) }
    return scan
  }

  private func scanBand(
    _ block: MatrixBlock<Element>, rows: Range<Int>, areCells: Bool, _ columns: Bands
  ) -> MatrixBlockScan<Scalar> {
    let samples = block.samples.columns
    let components = MemoryLayout<Element>.stride / MemoryLayout<Scalar>.stride
    // The largest magnitudes in each column over all rows, and then those of the columns' cells.
    var columnMaxima = [Scalar](repeating: 0, count: components * samples.count)
    var tops = columnMaxima.mutableSpan
    var scratch: [Element] = []
    let range =
      (samples.lowerBound + block.column)..<(samples.upperBound + block.column)
    for row in rows {
      block.image.withRow(block.row + row, columns: range, scratch: &scratch) { line in
        Element.raise(&tops, toMagnitudesOf: line)
      }
    }
    let width = columns.cellLength
    let chunks = (samples.count + width - 1) / width
    var largest = [Scalar](repeating: 0, count: columns.ranges.count)
    var target = largest.mutableSpan
    var part = target._mutatingExtracting(0..<chunks)
    Scalar.chunkMaxima(of: columnMaxima.span, chunk: components * width, into: &part)
    for index in chunks..<columns.ranges.count {
      let cell = columns.ranges[index]
      let from = components * (cell.lowerBound - samples.lowerBound)
      var one = target._mutatingExtracting(index..<(index + 1))
      Scalar.chunkMaxima(
        of: columnMaxima.span.extracting(from..<(from + components * cell.count)),
        chunk: components * cell.count, into: &one)
    }
    var scan = MatrixBlockScan<Scalar>()
    for index in largest.indices {
      // A NaN must not get lost in a comparison.
      scan.peak = largest[index].isFinite ? max(scan.peak, largest[index]) : .infinity
      if areCells && columns.cells[index] { scan.smallest = min(scan.smallest, largest[index]) }
    }
    return scan
  }
}

extension Array where Element: Sendable {
  /// The values of `body` for 0 ..< `count`, found on several threads.
  init(
    valuesOf count: Int, threads: Int, _ body: @Sendable (Int) -> Element
  ) {
    self = []
    guard threads > 1, count > 1 else {
      self = (0..<count).map(body)
      return
    }
    // Each thread writes places of its own.
    var values = [Element?](repeating: nil, count: count)
    var target = values.mutableSpan
    target.withShared { target in
      forEachPiece(count, threads: threads, scratch: {}) { index, _ in
        target.withElements(index..<(index + 1)) { $0[0] = body(index) }
      }
    }
    self = values.compactMap { $0 }
  }
}
