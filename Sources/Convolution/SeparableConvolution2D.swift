internal import FourierTransform

/// 2-D convolution with a kernel of low rank, each of its terms in two passes: along the rows, then
/// down the columns of what that gave.
///
/// - Complexity: O(results · (kernel rows + kernel columns) · terms) time.
struct SeparableConvolution2D<Element: ConvolutionElement>: Sendable {
  private let kernel: MatrixKernel<Element>
  private let direct: DirectConvolution2D<Element>
  private let terms: [Term]

  /// The taps of a term, reversed: what slides.
  private struct Term: Sendable {
    var column: Pass
    var row: Pass
  }

  private struct Pass: Sendable {
    var taps: [Element]
    /// 1 where taps are the same backwards, -1 where they change their sign, else 0.
    var symmetry: Int

    init(sliding taps: [Element]) {
      self.taps = taps.reversed()
      symmetry = self.taps == taps ? 1 : self.taps == taps.map { -$0 } ? -1 : 0
    }
  }

  init(_ kernel: MatrixKernel<Element>, _ factors: SeparableKernel<Element>) {
    self.kernel = kernel
    direct = DirectConvolution2D(kernel)
    terms = factors.terms.map {
      Term(column: Pass(sliding: $0.column), row: Pass(sliding: $0.row))
    }
  }

  /// One thread's memory: the rows of a piece after the first pass, the results of one term, some
  /// rows of the image, and room for a pass.
  private struct Workspace: ~Copyable {
    var filtered: [Element] = []
    var results: [Element] = []
    var samples: [Element] = []
    var room: [Element] = []
  }

  /// Rows of a piece of work at most. What the first pass gives of a piece stays in the second-level
  /// cache, and its rows are long, which memory likes better than few rows done twice: on a Zen 4
  /// 128 x 1008 took 0.9 times as long as 512 x 256, for 31 x 31 taps and 2048 x 2048 results.
  static var pieceRows: Int { 128 }
  static var pieceColumns: Int { 1008 }
  /// Columns that pieces at the edges have at least: fewer would not fill a vector.
  private static var marginColumns: Int { 16 }

  /// From one row of what the first pass gives to the next: an odd number of cache lines, so that
  /// rows do not displace each other from the first-level cache.
  private func filteredDistance(_ width: Int) -> Int { ((width + 15) / 16 | 1) * 16 }

  /// Writes the results `region` of the full convolution to `output`, row by row without gaps.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion, into output: SharedOutput<Element>,
    threads: Int
  ) {
    // Only pieces at the edges need values from beyond the image.
    let (left, middle, right) = region.columns.parts(
      taps: kernel.columns, samples: image.columns, margin: Self.marginColumns)
    let strips = [left, middle, right].flatMap { $0.pieces(of: Self.pieceColumns) }
    let pieces = region.rows.pieces(of: Self.pieceRows).flatMap { rows in
      strips.map { MatrixRegion(rows: rows, columns: $0) }
    }
    let distance = region.columns.count
    let streams =
      terms.count == 1
      && region.count * MemoryLayout<Element>.stride >= DirectConvolution2D<Element>.streamedBytes
    forEachPiece(pieces.count, threads: threads, workspace: { Workspace() }) { index, workspace in
      let piece = pieces[index]
      let start =
        (piece.rows.lowerBound - region.rows.lowerBound) * distance
        + piece.columns.lowerBound - region.columns.lowerBound
      let end = start + (piece.rows.count - 1) * distance + piece.columns.count
      output.withElements(start..<end) { part in
        convolve(
          image, piece, into: &part, rowDistance: distance, in: &workspace, streams: streams)
      }
    }
  }

  private func convolve(
    _ image: ExtendedImage<Element>, _ piece: MatrixRegion,
    into output: inout MutableSpan<Element>, rowDistance: Int, in workspace: inout Workspace,
    streams: Bool
  ) {
    var areFinite = true
    for (index, term) in terms.enumerated() {
      filterRows(image, piece, term.row, in: &workspace)
      let isTermFinite =
        index == 0
        ? filterColumns(
          workspace.filtered.span, piece, term.column, into: &output, rowDistance: rowDistance,
          streams: streams)
        : addColumns(piece, term.column, to: &output, rowDistance: rowDistance, in: &workspace)
      areFinite = areFinite && isTermFinite
    }
    guard !areFinite else { return }
    // A sample is not finite, or a sum of two or a result is not. Each by itself, samples give what
    // direct sums give in the two passes of one term, but infinities of opposite signs in two terms
    // would give NaN where their sum has none.
    guard terms.count == 1, let term = terms.first else {
      return direct.convolve(
        image, piece, into: &output, rowDistance: rowDistance, room: &workspace.room)
    }
    var (row, column) = (term.row, term.column)
    (row.symmetry, column.symmetry) = (0, 0)
    filterRows(image, piece, row, in: &workspace)
    _ = filterColumns(
      workspace.filtered.span, piece, column, into: &output, rowDistance: rowDistance,
      streams: streams)
  }

  /// The second pass; whether all results are finite.
  private func filterColumns(
    _ filtered: Span<Element>, _ piece: MatrixRegion, _ pass: Pass,
    into output: inout MutableSpan<Element>, rowDistance: Int, streams: Bool
  ) -> Bool {
    Element.filterColumns(
      filtered, rowDistance: filteredDistance(piece.columns.count), pass.taps.span,
      symmetry: pass.symmetry, into: &output, rowDistance: rowDistance, rows: piece.rows.count,
      columns: piece.columns.count, streams: streams)
  }

  /// The second pass of a further term.
  private func addColumns(
    _ piece: MatrixRegion, _ pass: Pass, to output: inout MutableSpan<Element>, rowDistance: Int,
    in workspace: inout Workspace
  ) -> Bool {
    let width = piece.columns.count
    var results = workspace.results.taken()
    if results.count < piece.count {
      results = [Element](repeating: .zero, count: piece.count)
    }
    var sums = results.mutableSpan
    let areFinite = filterColumns(
      workspace.filtered.span, piece, pass, into: &sums, rowDistance: width, streams: false)
    for row in 0..<piece.rows.count {
      for column in 0..<width {
        output[row * rowDistance + column] += sums[row * width + column]
      }
    }
    workspace.results = results
    return areFinite
  }

  /// Rows of the first pass that are done at once: as many as a vector has lanes, in any clone.
  private static var bandRows: Int { 16 }

  /// The first pass, over every row that the results of a piece are made of.
  private func filterRows(
    _ image: ExtendedImage<Element>, _ piece: MatrixRegion, _ pass: Pass,
    in workspace: inout Workspace
  ) {
    let window = piece.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
    let width = piece.columns.count
    let distance = filteredDistance(width)
    var (filtered, room) = (workspace.filtered.taken(), workspace.room.taken())
    if filtered.count < window.rows.count * distance {
      filtered = [Element](repeating: .zero, count: window.rows.count * distance)
    }
    var target = filtered.mutableSpan
    // Rows of the image as they are, and bands of others that have to be gathered.
    let isWithin = window.columns.lowerBound >= 0 && window.columns.upperBound <= image.columns
    let inner = isWithin ? window.rows.clamped(to: 0..<image.rows) : window.rows.prefix(0)
    let above = (window.rows.lowerBound..<inner.lowerBound).pieces(of: Self.bandRows)
    let below = (inner.upperBound..<window.rows.upperBound).pieces(of: Self.bandRows)
    for rows in above + [inner] + below where !rows.isEmpty {
      let band = MatrixRegion(rows: rows, columns: window.columns)
      let from = (rows.lowerBound - window.rows.lowerBound) * distance
      var lines = target._mutatingExtracting(from..<(from + (rows.count - 1) * distance + width))
      if rows == inner {
        let first = rows.lowerBound * image.columns + band.columns.lowerBound
        let end = first + (rows.count - 1) * image.columns + band.columns.count
        Element.filterRows(
          image.elements.span.extracting(first..<end), rowDistance: image.columns, pass.taps.span,
          symmetry: pass.symmetry, into: &lines, rowDistance: distance, rows: rows.count,
          columns: width, room: &room)
        continue
      }
      gather(image, band, into: &workspace.samples)
      Element.filterRows(
        workspace.samples.span, rowDistance: filteredDistance(band.columns.count), pass.taps.span,
        symmetry: pass.symmetry, into: &lines, rowDistance: distance, rows: rows.count,
        columns: width, room: &room)
    }
    (workspace.filtered, workspace.room) = (filtered, room)
  }

  /// Copies part of the image, with whatever is beyond its edges.
  private func gather(
    _ image: ExtendedImage<Element>, _ band: MatrixRegion, into samples: inout [Element]
  ) {
    let distance = filteredDistance(band.columns.count)
    if samples.count < band.rows.count * distance {
      samples = [Element](repeating: .zero, count: band.rows.count * distance)
    }
    var target = samples.mutableSpan
    for (index, row) in band.rows.enumerated() {
      var line = target._mutatingExtracting(
        (index * distance)..<(index * distance + band.columns.count))
      image.copy(row: row, columns: band.columns, into: &line)
    }
  }
}

extension Array {
  /// These elements, which leave the array empty: to change them beside other parts of what holds
  /// the array.
  fileprivate mutating func taken() -> [Element] {
    var elements: [Element] = []
    swap(&self, &elements)
    return elements
  }
}
