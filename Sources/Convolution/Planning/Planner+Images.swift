// SPDX-License-Identifier: MIT

internal import ComputeSupport

extension Planner {
  /// Chooses for an image.
  ///
  /// - Parameter predictsAll: whether transforms are looked at even where direct sums are faster
  ///   than any could be.
  func chooseForImage(
    _ job: Job, method: ConvolutionMethod?, predictsAll: Bool = false
  ) -> MethodChoice {
    guard let costs = model.matrixCosts[job.kind], !job.region.isEmpty else { return .nothing }
    let direct = direct(job, costs)
    // The least that a transform of the results could take.
    let least = costs.transformCall + Double(job.region.count) * costs.leastTransformSeconds
    if method == nil && !predictsAll && direct.work < least {
      return choice(among: [direct], method: nil)
    }
    return choice(
      among: [direct, passes(job, costs), whole(job, costs), blocks(job, costs)], method: method)
  }

  private func direct(_ job: Job, _ costs: MatrixCosts) -> MethodChoice {
    let (rows, columns) = (job.region.rows.count, job.region.columns.count)
    let work = costs.directSeconds(
      rows: rows, columns: columns, kernelRows: job.kernelRows, kernelColumns: job.kernelColumns)
    // Judged: about as many as direct sums are shared out in, whatever the kernel.
    let pieces = (rows / 64 + 1) * (columns / 1024 + 1)
    return candidate(
      .direct, threads: job.threads, block: (rows, columns), work: work, pieces: pieces)
  }

  private func passes(_ job: Job, _ costs: MatrixCosts) -> MethodChoice {
    let (rows, columns) = (job.region.rows.count, job.region.columns.count)
    // Each piece needs rows above its own, of which those beyond a zero boundary cost nothing.
    func seconds(pieces: Int) -> Double {
      let above = job.kernelRows - 1
      let all = rows + pieces * above
      let firstRows = job.isPadded ? all : min(all, job.rows + (pieces - 1) * above)
      return costs.passesSeconds(
        rows: rows, columns: columns, firstRows: firstRows, kernelRows: job.kernelRows,
        kernelColumns: job.kernelColumns, job.kind)
    }
    let pieceRows = SeparableConvolution2D<Float>.pieceRows(of: rows, threads: job.threads)
    let pieces = (rows - 1) / pieceRows + 1
    let strips = (columns - 1) / SeparableConvolution2D<Float>.stripColumns + 1
    var choice = candidate(
      .separable, threads: job.threads, block: (rows, columns), work: seconds(pieces: pieces),
      pieces: pieces * strips)
    // The choice is made by one piece, as it is done on one thread.
    choice.work = seconds(pieces: 1)
    return choice
  }

  private func whole(_ job: Job, _ costs: MatrixCosts) -> MethodChoice {
    // The length along an axis that has all results.
    func least(_ count: Int, _ kernel: Int, _ range: Range<Int>) -> Int {
      job.isPadded
        ? range.count + kernel - 1
        : leastTransformLength(signalCount: count, kernelCount: kernel, range: range)
    }
    let leastRows = least(job.rows, job.kernelRows, job.region.rows)
    let rowIndex = TransformLengths.index(atLeast: leastRows)
    let columnIndex = TransformLengths.index(
      atLeast: least(job.columns, job.kernelColumns, job.region.columns))
    var best = (seconds: Double.infinity, rows: 0, columns: 0)
    for p in rowIndex..<(rowIndex + 2) {
      for q in columnIndex..<(columnIndex + 2) {
        let block = costs.blockSeconds(
          rowIndex: p, columnIndex: q, samples: min(leastRows, job.rows),
          results: job.region.rows.count, job.kind)
        if block < best.seconds {
          best = (block, TransformLengths.length(at: p), TransformLengths.length(at: q))
        }
      }
    }
    return candidate(
      .fft, threads: job.threads, block: (job.region.rows.count, job.region.columns.count),
      transform: (best.rows, best.columns),
      once: costs.transformCall + job.preparation * best.seconds, work: best.seconds,
      pieces: best.rows / BlockConvolver2D<Float>.rowsOfPiece)
  }

  /// Blocks are measured on samples and results that stay in the second-level cache; those of an
  /// image with more results than this (1 MiB in single precision) do not.
  private static let nearResultCount = 1 << 18
  /// How much longer such blocks take: 1.33 to 1.6 times for 1024 x 1024 and 2048 x 2048 (Zen 4).
  private static let distanceFactor = 1.4

  private func blocks(_ job: Job, _ costs: MatrixCosts) -> MethodChoice {
    let (wantedRows, wantedColumns) = (job.region.rows.count, job.region.columns.count)
    func count(_ rows: Int, _ columns: Int) -> Int {
      ((wantedRows - 1) / rows + 1) * ((wantedColumns - 1) / columns + 1)
    }
    let columnIndices = blockIndices(kernel: job.kernelColumns, wanted: wantedColumns)
    let distance = job.region.count > Self.nearResultCount ? Self.distanceFactor : 1
    var best = (seconds: Double.infinity, block: 0.0, rows: 0, columns: 0)
    for p in blockIndices(kernel: job.kernelRows, wanted: wantedRows) {
      for q in columnIndices {
        let (height, width) = (TransformLengths.length(at: p), TransformLengths.length(at: q))
        let rows = height - job.kernelRows + 1
        let block =
          distance
          * costs.blockSeconds(
            rowIndex: p, columnIndex: q, samples: min(height, wantedRows + job.kernelRows - 1),
            results: min(rows, wantedRows), job.kind)
        let seconds =
          block * (Double(count(rows, width - job.kernelColumns + 1)) + job.preparation)
        if seconds < best.seconds { best = (seconds, block, height, width) }
      }
    }
    let tile = (
      rows: best.rows - job.kernelRows + 1, columns: best.columns - job.kernelColumns + 1
    )
    let count = count(tile.rows, tile.columns)
    var choice = candidate(
      .overlapSave, threads: job.threads, block: tile, transform: (best.rows, best.columns),
      once: costs.transformCall + job.preparation * best.block,
      work: Double(count) * best.block, pieces: count)
    // What the lengths were compared by, to the last bit: a tie with `fft` is decided by it.
    choice.work = costs.transformCall + best.seconds
    return choice
  }

  /// The lengths from the shortest that the kernel fits into to the first that takes all results at
  /// once.
  private func blockIndices(kernel: Int, wanted: Int) -> ClosedRange<Int> {
    let first = TransformLengths.index(atLeast: kernel)
    return first...max(first, TransformLengths.index(atLeast: wanted + kernel - 1))
  }
}
