// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// 2-D convolution with a kernel of low rank, each of its terms in two passes: along the rows, then
/// down the columns of what that gave.
///
/// - Complexity: O(results · (kernel rows + kernel columns) · terms) time.
struct SeparableConvolution2D<Element: SignalElement>: Sendable {
  typealias Pass = SeparablePass<Element>

  let kernel: Kernel2D<Element>
  private let direct: DirectConvolution2D<Element>
  private let terms: [Term]

  private struct Term: Sendable {
    var column: Pass
    var row: Pass

    var plain: Term { Term(column: column.plain, row: row.plain) }
  }

  init(_ kernel: Kernel2D<Element>, _ factors: SeparableKernel<Element>) {
    self.kernel = kernel
    direct = DirectConvolution2D(kernel)
    terms = factors.terms.map {
      Term(column: Pass(sliding: $0.column), row: Pass(sliding: $0.row))
    }
  }

  /// Rows of results that are done at once, and columns of a strip at most. The rows that the second
  /// pass of a band takes and the sums that it keeps stay in the second-level cache; whole rows are
  /// read and written faster than parts of them. Measured on a Zen 4 (1 MiB) with 31 x 31 taps and
  /// 2048 x 2048 results: 16 to 64 rows are alike, and strips of 1024 columns take 1.25 times as long
  /// as whole rows.
  private static var bandRows: Int { 32 }
  static var stripColumns: Int { 2048 }
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
    _ image: ExtendedImage<Element>, _ region: Region2D, into output: SharedBuffer<Element>,
    threads: Int
  ) {
    // Several terms share the cache.
    let width = max(Self.stripColumns / terms.count, 16 * Self.marginColumns)
    let strips = region.columns.pieces(of: width)
    let height = Self.pieceRows(of: region.rows.count, threads: threads)
    let pieces = region.rows.pieces(of: height).flatMap { rows in strips.map { (rows, $0) } }
    let streams =
      terms.count == 1
      && region.count * MemoryLayout<Element>.stride >= DirectConvolution2D<Element>.streamedBytes
    forEachPiece(pieces.count, threads: threads, scratch: { Scratch() }) { index, scratch in
      let (rows, columns) = pieces[index]
      scratch.begin(terms.map { $0.column.window(of: rows).lowerBound })
      for rows in rows.pieces(of: Self.bandRows) {
        let band = Region2D(rows: rows, columns: columns)
        output.withElements(region.place(of: band)) {
          convolve(
            image, band, into: &$0, rowStride: region.columns.count, in: &scratch,
            streams: streams)
        }
      }
    }
  }

  private func convolve(
    _ image: ExtendedImage<Element>, _ band: Region2D,
    into output: inout MutableSpan<Element>, rowStride: Int, in scratch: inout Scratch,
    streams: Bool
  ) {
    var areFinite = filter(
      image, band, terms[0], &scratch.first.filtered, &scratch.first.sums, into: &output,
      rowStride: rowStride, in: &scratch.pass, streams: streams)
    if terms.count > 1 {
      let isSecondFinite = add(
        image, band, terms[1], &scratch.second.filtered, &scratch.second.sums, to: &output,
        rowStride: rowStride, in: &scratch.pass)
      areFinite = areFinite && isSecondFinite
    }
    guard !areFinite else { return }
    // A sample is not finite, or a sum of two or a result is not. Each by itself, samples give what
    // direct sums give in the two passes of one term, but infinities of opposite signs in two terms
    // would give NaN where their sum has none.
    guard terms.count == 1 else {
      return direct.convolve(
        image, band, into: &output, rowStride: rowStride, scratch: &scratch.pass.sums)
    }
    let plain = terms[0].plain
    let first = plain.column.window(of: band.rows).lowerBound
    var filtered = SlidingRows()
    var sums = ColumnSums()
    filtered.rows = first..<first
    _ = filter(
      image, band, plain, &filtered, &sums, into: &output, rowStride: rowStride,
      in: &scratch.pass, streams: streams)
  }

  /// Both passes of a term; whether all results are finite.
  private func filter(
    _ image: ExtendedImage<Element>, _ band: Region2D, _ term: Term,
    _ filtered: inout SlidingRows, _ kept: inout ColumnSums,
    into output: inout MutableSpan<Element>, rowStride: Int, in scratch: inout PassScratch,
    streams: Bool
  ) -> Bool {
    let (width, filteredStride) = (band.columns.count, Self.rowStride(band.columns.count))
    let columns = term.row.window(of: band.columns)
    let window = Region2D(rows: term.column.nextRows(of: band.rows), columns: columns)
    guard let grouped = term.column.grouped else {
      slide(&filtered, image, to: window, term.row, width, beside: output.span, in: &scratch)
      return Element.filterColumns(
        filtered.elements.span.extracting(filtered.start...), rowStride: filteredStride,
        term.column.taps.span, symmetry: term.column.symmetry, into: &output,
        rowStride: rowStride, rows: band.rows.count, columns: width, streams: streams,
        scratch: &scratch.sums)
    }
    if filtered.rows.isEmpty {
      // The first band of a piece.
      let above = grouped.nextRows(of: grouped.beginning(above: band.rows.lowerBound))
      slide(
        &filtered, image, to: Region2D(rows: above, columns: columns), term.row, width,
        beside: output.span, in: &scratch)
      let lead = (Self.line - output.span.offset(fromMultipleOf: 64)) % Self.line
      kept.lead = lead
      let size = grouped.sumsCount(columns: width)
      if kept.elements.count < size {
        // Whatever they are at first goes to results above the first.
        kept.elements = unsafe AlignedBuffer(uninitialized: size)
      }
      var sums = kept.elements.mutableSpan
      grouped.beginColumns(
        filtered.elements.span.extracting(filtered.start...), rowStride: filteredStride,
        columns: width, lead: lead, sums: &sums)
    }
    slide(&filtered, image, to: window, term.row, width, beside: output.span, in: &scratch)
    let lead = kept.lead
    var sums = kept.elements.mutableSpan
    return grouped.filterColumns(
      filtered.elements.span.extracting(filtered.start...), rowStride: filteredStride,
      into: &output, rowStride: rowStride, rows: band.rows.count, columns: width, lead: lead,
      streams: streams, sums: &sums)
  }

  /// Both passes of a further term, whose results are added to those before.
  private func add(
    _ image: ExtendedImage<Element>, _ band: Region2D, _ term: Term,
    _ filtered: inout SlidingRows, _ kept: inout ColumnSums, to output: inout MutableSpan<Element>,
    rowStride: Int, in scratch: inout PassScratch
  ) -> Bool {
    let width = band.columns.count
    var results = scratch.results.taken()
    if results.count < band.count {
      results = [Element](repeating: .zero, count: band.count)
    }
    var sums = results.mutableSpan
    let areFinite = filter(
      image, band, term, &filtered, &kept, into: &sums, rowStride: width, in: &scratch,
      streams: false)
    for row in 0..<band.rows.count {
      for column in 0..<width {
        output[row * rowStride + column] += sums[row * width + column]
      }
    }
    scratch.results = results
    return areFinite
  }

  /// Moves down to the rows that the second pass takes: those that are new go through the first pass.
  ///
  /// - Parameter results: where those of the second pass go.
  private func slide(
    _ filtered: inout SlidingRows, _ image: ExtendedImage<Element>, to window: Region2D,
    _ pass: Pass, _ width: Int, beside results: Span<Element>, in scratch: inout PassScratch
  ) {
    let stride = Self.rowStride(width)
    // Grouped taps reach up to three rows further to either side.
    let size = (2 * Self.bandRows + kernel.rows + 6) * stride + 4 * Self.line
    if filtered.elements.count < size {
      // Rows are written before they are read, and what is beside them does not show.
      filtered.elements = unsafe AlignedBuffer(uninitialized: size)
    }
    let front = Self.front(of: filtered.elements.span, for: results)
    // The rows that are there already; none at the beginning.
    let kept = (filtered.rows.upperBound - window.rows.lowerBound) * stride
    let passed = (window.rows.lowerBound - filtered.rows.lowerBound) * stride
    let shared = (filtered.start + passed)..<(filtered.start + passed + kept)
    let end = shared.lowerBound + window.rows.count * stride
    if filtered.rows.isEmpty || end > filtered.elements.count {
      var elements = filtered.elements.mutableSpan
      elements.move(shared, to: front)
      filtered.start = front
    } else {
      filtered.start = shared.lowerBound
    }
    let fresh = Region2D(
      rows: filtered.rows.upperBound..<window.rows.upperBound, columns: window.columns)
    filtered.rows = window.rows
    let next = filtered.start + kept
    var target = filtered.elements.mutableSpan
    var lines = target._mutatingExtracting(next...)
    filterRows(image, fresh, pass, into: &lines, columns: width, in: &scratch)
  }
}
