internal import FourierTransform

/// 2-D convolution by its definition: each result is the sum of its products.
///
/// - Complexity: O(results · taps) time; memory for one padded piece a thread.
struct DirectConvolution2D<Element: ConvolutionElement>: Sendable {
  private let kernel: MatrixKernel<Element>
  /// The finite taps backwards in both axes: what slides over the image.
  private let slidingTaps: [Element]

  /// Results of one piece of work. A piece's rows of the image stay in the first-level cache from
  /// one row of results to the next.
  private static var pieceRows: Int { 64 }
  private static var pieceColumns: Int { 1024 }
  /// Columns that pieces at the left and right edges have at least: narrower ones would not fill a
  /// vector.
  private static var marginColumns: Int { 16 }

  init(_ kernel: MatrixKernel<Element>) {
    self.kernel = kernel
    let taps = kernel.taps.finiteTaps
    slidingTaps = makeNumbers(count: taps.count) { reversed in
      for index in reversed.indices { reversed[index] = taps[taps.count - 1 - index] }
    }
  }

  /// Writes the results `region` of the full convolution to `output`, row by row without gaps.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion, into output: SharedOutput<Element>,
    threads: Int
  ) {
    let pieces = pieces(of: region, image)
    forEachPiece(pieces.count, threads: threads, workspace: { [Element]() }) { index, room in
      let piece = pieces[index]
      let start =
        (piece.rows.lowerBound - region.rows.lowerBound) * region.columns.count
        + piece.columns.lowerBound - region.columns.lowerBound
      let end = start + (piece.rows.count - 1) * region.columns.count + piece.columns.count
      output.withElements(start..<end) { part in
        convolve(image, piece, into: &part, rowDistance: region.columns.count, room: &room)
      }
    }
  }

  /// Pieces of which only those at the edges need values from beyond the image.
  private func pieces(of region: MatrixRegion, _ image: ExtendedImage<Element>) -> [MatrixRegion] {
    // The columns whose whole window lies in the image, as far as that leaves wide edges.
    let (from, to) = (region.columns.lowerBound, region.columns.upperBound)
    var first = max(kernel.columns - 1, from)
    var last = min(image.columns, to)
    if first > from { first = min(max(first, from + Self.marginColumns), to) }
    if last < to { last = max(min(last, to - Self.marginColumns), from) }
    guard first < last else {
      return region.pieces(height: Self.pieceRows, width: Self.pieceColumns)
    }
    return [from..<first, first..<last, last..<to].flatMap { columns in
      MatrixRegion(rows: region.rows, columns: columns)
        .pieces(height: Self.pieceRows, width: Self.pieceColumns)
    }
  }

  /// Writes the results `region` on this thread; their rows lie `rowDistance` apart.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion,
    into output: inout MutableSpan<Element>, rowDistance: Int, room: inout [Element]
  ) {
    if case .zero = image.boundary, !kernel.taps.specialTaps.isEmpty {
      return convolveExactly(image, region, into: &output, rowDistance: rowDistance)
    }
    let window = region.window(kernelRows: kernel.rows, kernelColumns: kernel.columns)
    // Special taps take part like any other where nothing is left out.
    let taps = kernel.taps.specialTaps.isEmpty ? slidingTaps : Array(kernel.taps.taps.reversed())
    if image.contains(window) {
      let first = window.rows.lowerBound * image.columns + window.columns.lowerBound
      let end = first + (window.rows.count - 1) * image.columns + window.columns.count
      Element.slidingDot2D(
        image.elements.span.extracting(first..<end), rowDistance: image.columns, taps.span,
        tapColumns: kernel.columns, into: &output, rowDistance: rowDistance,
        rows: region.rows.count, columns: region.columns.count)
      return
    }
    let width = window.columns.count
    if room.count < window.count { room = [Element](repeating: .zero, count: window.count) }
    var padded = room.mutableSpan
    for (index, row) in window.rows.enumerated() {
      var part = padded._mutatingExtracting((index * width)..<((index + 1) * width))
      image.copy(row: row, columns: window.columns, into: &part)
    }
    Element.slidingDot2D(
      room.span.extracting(0..<window.count), rowDistance: width, taps.span,
      tapColumns: kernel.columns, into: &output, rowDistance: rowDistance, rows: region.rows.count,
      columns: region.columns.count)
  }

  /// For kernels with infinities or NaN and nothing beyond the edges: only products of samples that
  /// exist are added.
  private func convolveExactly(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion,
    into output: inout MutableSpan<Element>, rowDistance: Int
  ) {
    let samples = image.elements.span
    for row in region.rows {
      for column in region.columns {
        var sum = Element.zero
        for a in max(
          0, row - image.rows + 1)..<max(
            max(0, row - image.rows + 1), min(kernel.rows, row + 1))
        {
          for b in max(
            0, column - image.columns + 1)..<max(
              max(0, column - image.columns + 1), min(kernel.columns, column + 1))
          {
            sum += kernel[a, b] * samples[(row - a) * image.columns + column - b]
          }
        }
        let place = (row - region.rows.lowerBound) * rowDistance
        output[place + column - region.columns.lowerBound] = sum
      }
    }
  }
}
