internal import ComputeSupport

extension Planner {
  /// Chooses for an image and a kernel of these sizes, and predicts what every method would take.
  ///
  /// Where nothing beyond the edges takes part and the image fits into the kernel, the two change
  /// places, as ``convolve(_:_:mode:boundary:method:threads:)`` does it.
  ///
  /// - Parameter isPadded: whether what is beyond the image's edges takes part.
  /// - Parameter method: where it is not nil, only the sizes are chosen. For nil the
  ///   prediction for `separable` is reported, and the choice is made among the others, because
  ///   whether a kernel is separable is seen from its taps.
  /// - Parameter uses: how often the same kernel will be used.
  public func choose(
    _ kind: ElementKind, rows: Int, columns: Int, kernelRows: Int, kernelColumns: Int,
    mode: ConvolutionMode = .full, isPadded: Bool = false, method: ConvolutionMethod? = nil,
    threads: Int? = nil, uses: Int = 1
  ) -> MethodChoice {
    let swaps = !isPadded && rows <= kernelRows && columns <= kernelColumns
    let large = swaps ? (kernelRows, kernelColumns) : (rows, columns)
    let small = swaps ? (rows, columns) : (kernelRows, kernelColumns)
    return choose(
      MatrixJob(
        kind: kind, rows: large.0, columns: large.1, kernelRows: small.0, kernelColumns: small.1,
        region: mode.region(rows: rows, columns: columns, kernelRows, kernelColumns),
        isPadded: isPadded, threads: threadCount(threads), uses: uses), method: method,
      predictsAll: true)
  }

  /// A 2-D convolution to be planned.
  struct MatrixJob {
    var kind: ElementKind
    var rows: Int
    var columns: Int
    var kernelRows: Int
    var kernelColumns: Int
    /// The wanted results among the full ones.
    var region: MatrixRegion
    /// Whether what is beyond the image's edges takes part.
    var isPadded: Bool
    var threads: Int
    var uses: Int
  }

  /// - Parameter predictsAll: whether transforms are looked at even where direct sums are faster
  ///   than any could be.
  func choose(
    _ job: MatrixJob, method: ConvolutionMethod?, predictsAll: Bool = false
  ) -> MethodChoice {
    guard let costs = model.matrixCosts[job.kind], !job.region.isEmpty else { return .nothing }
    let direct = direct(job, costs)
    // The least that a transform of the results could take.
    let least = costs.transformCall + Double(job.region.count) * costs.leastTransformSeconds
    if method == nil && !predictsAll && direct.work < least {
      return direct.choice(among: [direct])
    }
    let candidates = [direct, passes(job, costs), whole(job, costs), tiles(job, costs)]
    // Chosen by what they take on one thread, so that the number of threads never shows in the bits
    // of a result.
    let best =
      method == nil
      ? candidates.filter { $0.method != .separable }.min { $0.work < $1.work }
      : candidates.first { $0.method == method }
    return (best ?? direct).choice(among: candidates)
  }

  private struct Candidate {
    var method: ConvolutionMethod
    var tile: (rows: Int, columns: Int)
    var transform = (rows: 0, columns: 0)
    /// Seconds on one thread.
    var work: Double
    var threads: Int
    /// Seconds on that many threads.
    var seconds: Double

    func choice(among candidates: [Candidate]) -> MethodChoice {
      var choice = MethodChoice(
        method: method, blockRows: tile.rows, blockColumns: tile.columns,
        transformRows: transform.rows, transformColumns: transform.columns, threads: threads)
      for candidate in candidates {
        choice.seconds[candidate.method] = candidate.seconds
        choice.work[candidate.method] = candidate.work
      }
      return choice
    }
  }

  private func direct(_ job: MatrixJob, _ costs: MatrixCosts) -> Candidate {
    let (rows, columns) = (job.region.rows.count, job.region.columns.count)
    let work = costs.directSeconds(
      rows: rows, columns: columns, kernelRows: job.kernelRows, kernelColumns: job.kernelColumns)
    let pieces = (rows / 64 + 1) * (columns / 1024 + 1)
    let (threads, seconds) = shared(work, pieces: pieces, threads: job.threads)
    return Candidate(
      method: .direct, tile: (rows, columns), work: work, threads: threads, seconds: seconds)
  }

  private func passes(_ job: MatrixJob, _ costs: MatrixCosts) -> Candidate {
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
    // The choice is made by one piece, as it is done on one thread.
    let work = seconds(pieces: 1)
    let (threads, seconds) = shared(
      seconds(pieces: pieces), pieces: pieces * strips, threads: job.threads)
    return Candidate(
      method: .separable, tile: (rows, columns), work: work, threads: threads, seconds: seconds)
  }

  private func whole(_ job: MatrixJob, _ costs: MatrixCosts) -> Candidate {
    let least = FFTConvolution2D<Float>.leastSize(
      rows: job.rows, columns: job.columns, kernelRows: job.kernelRows,
      kernelColumns: job.kernelColumns, region: job.region, isPadded: job.isPadded)
    let rowIndex = TransformLengths.index(atLeast: least.rows)
    let columnIndex = TransformLengths.index(atLeast: least.columns)
    var best = (seconds: Double.infinity, rows: 0, columns: 0)
    for p in rowIndex..<(rowIndex + 2) {
      for q in columnIndex..<(columnIndex + 2) {
        let block = costs.blockSeconds(
          rowIndex: p, columnIndex: q, samples: min(least.rows, job.rows),
          results: job.region.rows.count, job.kind)
        if block < best.seconds {
          best = (block, TransformLengths.length(at: p), TransformLengths.length(at: q))
        }
      }
    }
    let once = costs.transformCall + preparation(job) * best.seconds
    let (threads, seconds) = shared(
      best.seconds, pieces: best.rows / 8, threads: job.threads)
    return Candidate(
      method: .fft, tile: (job.region.rows.count, job.region.columns.count),
      transform: (best.rows, best.columns), work: once + best.seconds, threads: threads,
      seconds: once + seconds)
  }

  /// Blocks are measured on samples and results that stay in the second-level cache; those of an
  /// image with more results than this (1 MiB in single precision) do not.
  private static let nearResultCount = 1 << 18
  /// What such blocks take, compared with measured ones: 1.33 to 1.6 times as long on a Zen 4, for
  /// 1024 x 1024 and 2048 x 2048.
  private static let distanceFactor = 1.4

  private func tiles(_ job: MatrixJob, _ costs: MatrixCosts) -> Candidate {
    let (wantedRows, wantedColumns) = (job.region.rows.count, job.region.columns.count)
    let columnIndices = tileIndices(kernel: job.kernelColumns, wanted: wantedColumns)
    let distance = wantedRows * wantedColumns > Self.nearResultCount ? Self.distanceFactor : 1
    var best = (seconds: Double.infinity, block: 0.0, rows: 0, columns: 0)
    for p in tileIndices(kernel: job.kernelRows, wanted: wantedRows) {
      for q in columnIndices {
        let (height, width) = (TransformLengths.length(at: p), TransformLengths.length(at: q))
        let rows = height - job.kernelRows + 1
        let columns = width - job.kernelColumns + 1
        let block =
          distance
          * costs.blockSeconds(
            rowIndex: p, columnIndex: q, samples: min(height, wantedRows + job.kernelRows - 1),
            results: min(rows, wantedRows), job.kind)
        let count = ((wantedRows - 1) / rows + 1) * ((wantedColumns - 1) / columns + 1)
        let seconds = block * (Double(count) + preparation(job))
        if seconds < best.seconds { best = (seconds, block, height, width) }
      }
    }
    let tile = (
      rows: best.rows - job.kernelRows + 1, columns: best.columns - job.kernelColumns + 1
    )
    let count = ((wantedRows - 1) / tile.rows + 1) * ((wantedColumns - 1) / tile.columns + 1)
    let once = costs.transformCall + preparation(job) * best.block
    let (threads, seconds) = shared(
      Double(count) * best.block, pieces: count, threads: job.threads)
    return Candidate(
      method: .overlapSave, tile: tile, transform: (best.rows, best.columns),
      work: costs.transformCall + best.seconds, threads: threads, seconds: once + seconds)
  }

  /// What preparing the kernel counts, in blocks: its rows and columns are transformed once.
  private func preparation(_ job: MatrixJob) -> Double { 0.5 / Double(max(1, job.uses)) }

  /// The lengths from the shortest that the kernel fits into to the first that takes all results at
  /// once.
  private func tileIndices(kernel: Int, wanted: Int) -> ClosedRange<Int> {
    let first = TransformLengths.index(atLeast: kernel)
    return first...max(first, TransformLengths.index(atLeast: wanted + kernel - 1))
  }
}
