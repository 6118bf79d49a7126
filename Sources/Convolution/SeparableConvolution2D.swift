internal import FourierTransform

/// 2-D convolution with a kernel of low rank, each of its terms in two passes: along the rows, then
/// down the columns of what that gave.
///
/// - Complexity: O(results · (kernel rows + kernel columns) · terms) time.
struct SeparableConvolution2D<Element: ConvolutionElement>: Sendable {
  let kernel: MatrixKernel<Element>
  private let direct: DirectConvolution2D<Element>
  private let terms: [Term]

  /// The taps of a term, reversed: what slides.
  private struct Term: Sendable {
    var column: Pass
    var row: Pass
  }

  struct Pass: Sendable {
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

  /// Rows of results that are done at once, and columns of a strip at most. The rows that the second
  /// pass of a band takes stay in the second-level cache; long rows save samples beside a strip that
  /// become columns twice. Measured on a Zen 4 (1 MiB) with 31 x 31 taps and 2048 x 2048 results: 32
  /// to 128 rows and 1024 or 2048 columns are alike, 512 columns take 1.1 times as long.
  private static var bandRows: Int { 64 }
  static var stripColumns: Int { 1024 }
  /// Columns that the parts at the edges have at least: fewer would not fill a vector.
  static var marginColumns: Int { 16 }

  /// Rows of a piece of work. The first pass has to give the rows above a piece again, so that pieces
  /// are as tall as sharing them among threads allows: two for each, so that a thread that is late can
  /// be helped, and of 128 rows at least, above which 31 taps cost the first pass a quarter more.
  /// They are whole bands: a band whose results are not all finite is done another way, and must be
  /// the same one on any number of threads.
  static func pieceRows(of rows: Int, threads: Int) -> Int {
    threads == 1 ? max(rows, 1) : max(128, rows / (2 * threads) / bandRows * bandRows)
  }

  /// Writes the results `region` of the full convolution to `output`, row by row without gaps.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion, into output: SharedOutput<Element>,
    threads: Int
  ) {
    // Several terms share the cache.
    let width = max(Self.stripColumns / terms.count, 16 * Self.marginColumns)
    let strips = region.columns.pieces(of: width)
    let height = Self.pieceRows(of: region.rows.count, threads: threads)
    let pieces = region.rows.pieces(of: height).flatMap { rows in strips.map { (rows, $0) } }
    let distance = region.columns.count
    let streams =
      terms.count == 1
      && region.count * MemoryLayout<Element>.stride >= DirectConvolution2D<Element>.streamedBytes
    forEachPiece(pieces.count, threads: threads, workspace: { Workspace() }) { index, workspace in
      let (rows, columns) = pieces[index]
      workspace.begin(terms.count, at: rows.lowerBound - kernel.rows + 1)
      for rows in rows.pieces(of: Self.bandRows) {
        let band = MatrixRegion(rows: rows, columns: columns)
        let start =
          (rows.lowerBound - region.rows.lowerBound) * distance
          + columns.lowerBound - region.columns.lowerBound
        output.withElements(start..<(start + (rows.count - 1) * distance + columns.count)) {
          convolve(
            image, band, into: &$0, rowDistance: distance, in: &workspace, streams: streams)
        }
      }
    }
  }

  private func convolve(
    _ image: ExtendedImage<Element>, _ band: MatrixRegion,
    into output: inout MutableSpan<Element>, rowDistance: Int, in workspace: inout Workspace,
    streams: Bool
  ) {
    let offset = output.span.lineOffset
    var areFinite = true
    for (index, term) in terms.enumerated() {
      var rows = SlidingRows()
      swap(&rows, &workspace.filtered[index])
      slide(&rows, image, to: band, term.row, lineOffset: offset, in: &workspace)
      let isTermFinite =
        index == 0
        ? filterColumns(
          rows, band, term.column, into: &output, rowDistance: rowDistance, in: &workspace,
          streams: streams)
        : addColumns(
          rows, band, term.column, to: &output, rowDistance: rowDistance, in: &workspace)
      areFinite = areFinite && isTermFinite
      swap(&rows, &workspace.filtered[index])
    }
    guard !areFinite else { return }
    // A sample is not finite, or a sum of two or a result is not. Each by itself, samples give what
    // direct sums give in the two passes of one term, but infinities of opposite signs in two terms
    // would give NaN where their sum has none.
    guard terms.count == 1, let term = terms.first else {
      return direct.convolve(
        image, band, into: &output, rowDistance: rowDistance, room: &workspace.room)
    }
    var (row, column) = (term.row, term.column)
    (row.symmetry, column.symmetry) = (0, 0)
    let first = band.rows.lowerBound - kernel.rows + 1
    var rows = SlidingRows(rows: first..<first)
    slide(&rows, image, to: band, row, lineOffset: offset, in: &workspace)
    _ = filterColumns(
      rows, band, column, into: &output, rowDistance: rowDistance, in: &workspace,
      streams: streams)
  }

  /// The second pass; whether all results are finite.
  private func filterColumns(
    _ filtered: borrowing SlidingRows, _ band: MatrixRegion, _ pass: Pass,
    into output: inout MutableSpan<Element>, rowDistance: Int, in workspace: inout Workspace,
    streams: Bool
  ) -> Bool {
    Element.filterColumns(
      filtered.elements.span.extracting(filtered.start...),
      rowDistance: Self.distance(band.columns.count), pass.taps.span, symmetry: pass.symmetry,
      into: &output, rowDistance: rowDistance, rows: band.rows.count, columns: band.columns.count,
      streams: streams, room: &workspace.room)
  }

  /// The second pass of a further term.
  private func addColumns(
    _ filtered: borrowing SlidingRows, _ band: MatrixRegion, _ pass: Pass,
    to output: inout MutableSpan<Element>, rowDistance: Int, in workspace: inout Workspace
  ) -> Bool {
    let width = band.columns.count
    var results = workspace.results.taken()
    if results.count < band.count {
      results = [Element](repeating: .zero, count: band.count)
    }
    var sums = results.mutableSpan
    let areFinite = filterColumns(
      filtered, band, pass, into: &sums, rowDistance: width, in: &workspace, streams: false)
    for row in 0..<band.rows.count {
      for column in 0..<width {
        output[row * rowDistance + column] += sums[row * width + column]
      }
    }
    workspace.results = results
    return areFinite
  }

  /// Moves down to the rows that the results of a band are made of: those that are new go through
  /// the first pass.
  ///
  /// - Parameter lineOffset: where the first result stands in its cache line. The rows stand so too, so
  ///   that the second pass loads what it stores without crossing lines.
  private func slide(
    _ filtered: inout SlidingRows, _ image: ExtendedImage<Element>, to band: MatrixRegion,
    _ pass: Pass, lineOffset: Int, in workspace: inout Workspace
  ) {
    let window = band.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
    let distance = Self.distance(band.columns.count)
    let room = (2 * Self.bandRows + kernel.rows - 1) * distance + Self.line
    if filtered.elements.count < room {
      filtered.elements = [Element](repeating: .zero, count: room)
    }
    let front = (lineOffset - filtered.elements.span.lineOffset + Self.line) % Self.line
    // The rows that this band and the last share; none at the beginning.
    let kept = (filtered.rows.upperBound - window.rows.lowerBound) * distance
    let passed = (window.rows.lowerBound - filtered.rows.lowerBound) * distance
    let shared = (filtered.start + passed)..<(filtered.start + passed + kept)
    let end = shared.lowerBound + window.rows.count * distance
    if filtered.rows.isEmpty || end > filtered.elements.count {
      filtered.elements.move(shared, to: front)
      filtered.start = front
    } else {
      filtered.start = shared.lowerBound
    }
    let fresh = MatrixRegion(
      rows: filtered.rows.upperBound..<window.rows.upperBound, columns: window.columns)
    filtered.rows = window.rows
    let next = filtered.start + kept
    var target = filtered.elements.mutableSpan
    var lines = target._mutatingExtracting(next...)
    filterRows(image, fresh, pass, into: &lines, columns: band.columns.count, in: &workspace)
  }
}
