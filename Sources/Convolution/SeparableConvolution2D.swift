internal import FourierTransform

/// 2-D convolution with a kernel of low rank, each of its terms in two passes: along the rows, then
/// along the columns of what that gave.
///
/// - Complexity: O(results · (kernel rows + kernel columns) · terms) time.
struct SeparableConvolution2D<Element: ConvolutionElement>: Sendable {
  private let kernel: MatrixKernel<Element>
  /// The terms with both parts reversed: what slides.
  private let direct: DirectConvolution2D<Element>
  private let terms: [SeparableKernel<Element>.Term]

  init(_ kernel: MatrixKernel<Element>, _ factors: SeparableKernel<Element>) {
    self.kernel = kernel
    direct = DirectConvolution2D(kernel)
    terms = factors.terms.map {
      SeparableKernel.Term(column: $0.column.reversed(), row: $0.row.reversed())
    }
  }

  /// One thread's memory: the rows of a piece after the first pass, the results of one term, and
  /// room for one padded row.
  private struct Workspace: ~Copyable {
    var filtered: [Element] = []
    var results: [Element] = []
    var room: [Element] = []
  }

  /// Results of one piece of work: so many rows that those above and below them cost little, and
  /// so few columns that what the first pass gives stays in the second-level cache.
  private var pieceRows: Int { max(64, min(256, 8 * kernel.rows)) }
  private var pieceColumns: Int { 512 }

  /// Writes the results `region` of the full convolution to `output`, row by row without gaps.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion, into output: SharedOutput<Element>,
    threads: Int
  ) {
    let pieces = region.pieces(height: pieceRows, width: pieceColumns)
    let distance = region.columns.count
    forEachPiece(pieces.count, threads: threads, workspace: { Workspace() }) { index, workspace in
      let piece = pieces[index]
      let start =
        (piece.rows.lowerBound - region.rows.lowerBound) * distance
        + piece.columns.lowerBound - region.columns.lowerBound
      let end = start + (piece.rows.count - 1) * distance + piece.columns.count
      output.withElements(start..<end) { part in
        convolve(image, piece, into: &part, rowDistance: distance, in: &workspace)
      }
    }
  }

  private func convolve(
    _ image: ExtendedImage<Element>, _ piece: MatrixRegion,
    into output: inout MutableSpan<Element>, rowDistance: Int, in workspace: inout Workspace
  ) {
    // Infinities of opposite signs in two terms would give NaN where their sum has none.
    if terms.count > 1 && !isFinite(image, piece, in: &workspace) {
      return direct.convolve(
        image, piece, into: &output, rowDistance: rowDistance, room: &workspace.room)
    }
    for (index, term) in terms.enumerated() {
      filterRows(image, piece, term.row, into: &workspace.filtered, room: &workspace.room)
      if index == 0 {
        filterColumns(
          workspace.filtered.span, piece, term.column, into: &output, rowDistance: rowDistance)
      } else {
        addColumns(
          &workspace.filtered, piece, term.column, to: &output, rowDistance: rowDistance,
          room: &workspace.results)
      }
    }
  }

  /// The second pass.
  private func filterColumns(
    _ filtered: Span<Element>, _ piece: MatrixRegion, _ taps: [Element],
    into output: inout MutableSpan<Element>, rowDistance: Int
  ) {
    Element.slidingDot2D(
      filtered, rowDistance: piece.columns.count, taps.span, tapColumns: 1, into: &output,
      rowDistance: rowDistance, rows: piece.rows.count, columns: piece.columns.count, streams: false
    )
  }

  /// The second pass of a further term.
  private func addColumns(
    _ filtered: inout [Element], _ piece: MatrixRegion, _ taps: [Element],
    to output: inout MutableSpan<Element>, rowDistance: Int, room: inout [Element]
  ) {
    let width = piece.columns.count
    if room.count < piece.count { room = [Element](repeating: .zero, count: piece.count) }
    var results = room.mutableSpan
    filterColumns(filtered.span, piece, taps, into: &results, rowDistance: width)
    for row in 0..<piece.rows.count {
      for column in 0..<width {
        output[row * rowDistance + column] += results[row * width + column]
      }
    }
  }

  /// Whether all samples that a piece's results are made of are finite.
  private func isFinite(
    _ image: ExtendedImage<Element>, _ piece: MatrixRegion, in workspace: inout Workspace
  ) -> Bool {
    let window = piece.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
    var maxima = [Element.Scalar](repeating: 0, count: 1)
    for row in image.samples(in: window).rows {
      var isFinite = true
      image.withRow(row, columns: window.columns, room: &workspace.room) { samples in
        var target = maxima.mutableSpan
        Element.chunkMaxima(of: samples, chunk: samples.count, into: &target)
        isFinite = target[0].isFinite
      }
      if !isFinite { return false }
    }
    return true
  }

  /// The first pass, over every row that the results of a piece are made of.
  private func filterRows(
    _ image: ExtendedImage<Element>, _ piece: MatrixRegion, _ taps: [Element],
    into buffer: inout [Element], room: inout [Element]
  ) {
    let window = piece.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
    let width = piece.columns.count
    if buffer.count < window.rows.count * width {
      buffer = [Element](repeating: .zero, count: window.rows.count * width)
    }
    var filtered = buffer.mutableSpan
    let present = image.samples(in: window).rows
    for (index, row) in window.rows.enumerated() {
      var line = filtered._mutatingExtracting((index * width)..<((index + 1) * width))
      guard present.contains(row) else {
        for column in line.indices { line[column] = .zero }
        continue
      }
      image.withRow(row, columns: window.columns, room: &room) { samples in
        Element.slidingDot(samples, taps.span, into: &line)
      }
    }
  }
}
