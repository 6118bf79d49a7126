/// What the parts of a 2-D convolution take, over what the cost model knows from one dimension.
///
/// Estimates from single timings of images of 2048 x 2048, not yet fitted over a grid of sizes;
/// `ImageBenchmarks regret` shows what their choices lose.
private enum MatrixCosts {
  /// A product of a direct sum: vectors of samples are used for four rows of results.
  static let product = 0.6
  /// A result besides its products, in products: reading the image and writing the result.
  static let result = 16.0
  /// A product of a pass along rows.
  static let rowProduct = 1.0
  /// A row of a piece, in products: what starting a row costs when rows are short.
  static let row = 600.0
  /// A tile or image whose transform stays in the second-level cache, and one that does not.
  static let cached = 1.0
  static let uncached = 1.35
  /// Complex numbers that stay in the cache with the kernel's spectrum, in bytes.
  static let cacheBytes = 1 << 20
}

extension Planner {
  /// Chooses for an image and a kernel of these sizes, and predicts what every method would take.
  ///
  /// Where nothing beyond the edges takes part and the image fits into the kernel, the two change
  /// places, as ``convolve(_:_:mode:boundary:method:threads:)`` does it.
  ///
  /// - Parameter isPadded: whether what is beyond the image's edges takes part.
  /// - Parameter method: where it is not `automatic`, only the sizes are chosen. For `automatic` the
  ///   prediction for `separable` is reported, and the choice is made among the others, because
  ///   whether a kernel is separable is seen from its taps.
  /// - Parameter uses: how often the same kernel will be used.
  public func choose(
    _ kind: ElementKind, rows: Int, columns: Int, kernelRows: Int, kernelColumns: Int,
    mode: ConvolutionMode = .full, isPadded: Bool = false, method: MatrixMethod = .automatic,
    threads: Int = defaultThreadCount, uses: Int = 1
  ) -> MatrixMethodChoice {
    let swaps = !isPadded && rows <= kernelRows && columns <= kernelColumns
    let large = swaps ? (kernelRows, kernelColumns) : (rows, columns)
    let small = swaps ? (rows, columns) : (kernelRows, kernelColumns)
    return choose(
      MatrixJob(
        kind: kind, rows: large.0, columns: large.1, kernelRows: small.0, kernelColumns: small.1,
        region: mode.region(rows: rows, columns: columns, kernelRows, kernelColumns),
        isPadded: isPadded, threads: threads, uses: uses), method: method, predictsAll: true)
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
    _ job: MatrixJob, method: MatrixMethod, predictsAll: Bool = false
  ) -> MatrixMethodChoice {
    guard let costs = model.costs[job.kind], !job.region.isEmpty,
      let columnCosts = model.costs[job.kind.complexKind]
    else { return .nothing }
    // Whatever the threads, the same is chosen: results have the same bits on any number of them.
    let threads = job.threads
    var job = job
    job.threads = 1
    var choice = direct(job, costs)
    // The least that a transform of the results could take.
    let least = costs.transformCall + Double(job.region.count) * costs.product * 16
    if method == .automatic && !predictsAll && choice.seconds < least {
      if choice.seconds > 2 * model.threadStart { choice.threads = threads }
      return choice.choice(predicted: [.direct: choice.seconds])
    }
    let candidates = [
      choice, separable(job, costs), whole(job, costs, columnCosts), tiles(job, costs, columnCosts),
    ]
    if method == .automatic {
      for other in candidates where other.method != .separable && other.seconds < choice.seconds {
        choice = other
      }
    } else {
      choice = candidates.first { $0.method == method } ?? choice
    }
    if choice.seconds > 2 * model.threadStart { choice.threads = threads }
    return choice.choice(
      predicted: Dictionary(uniqueKeysWithValues: candidates.map { ($0.method, $0.seconds) }))
  }

  private struct Candidate {
    var method: MatrixMethod
    var tile: (rows: Int, columns: Int)
    var transform: (rows: Int, columns: Int)
    var threads: Int
    var seconds: Double

    func choice(predicted: [MatrixMethod: Double]) -> MatrixMethodChoice {
      MatrixMethodChoice(
        method: method, tileRows: tile.rows, tileColumns: tile.columns,
        transformRows: transform.rows, transformColumns: transform.columns, threads: threads,
        predictedSeconds: predicted)
    }
  }

  private func direct(_ job: MatrixJob, _ costs: CostModel.Costs) -> Candidate {
    let taps = Double(job.kernelRows * job.kernelColumns)
    let products =
      Double(job.region.count) * (taps * MatrixCosts.product + MatrixCosts.result)
      + Double(job.region.rows.count) * MatrixCosts.row
    let pieces = (job.region.rows.count / 64 + 1) * (job.region.columns.count / 1024 + 1)
    let (threads, seconds) = shared(
      products * costs.product, pieces: pieces, threads: job.threads)
    return Candidate(
      method: .direct, tile: (job.region.rows.count, job.region.columns.count), transform: (0, 0),
      threads: threads, seconds: costs.directCall + seconds)
  }

  private func separable(_ job: MatrixJob, _ costs: CostModel.Costs) -> Candidate {
    let pieceRows = Double(min(job.region.rows.count, max(64, min(256, 8 * job.kernelRows))))
    let more = (pieceRows + Double(job.kernelRows - 1)) / pieceRows
    let products =
      Double(job.region.count)
      * (Double(job.kernelColumns) * more * MatrixCosts.rowProduct
        + Double(job.kernelRows) * MatrixCosts.product + MatrixCosts.result * (1 + more))
      + Double(job.region.rows.count) * (1 + more) * MatrixCosts.row
    let pieces =
      (job.region.rows.count / Int(pieceRows) + 1) * (job.region.columns.count / 512 + 1)
    let (threads, seconds) = shared(
      products * costs.product, pieces: pieces, threads: job.threads)
    return Candidate(
      method: .separable, tile: (job.region.rows.count, job.region.columns.count),
      transform: (0, 0), threads: threads, seconds: costs.directCall + seconds)
  }

  /// Seconds of one block: half of its row transforms forward, of rows that hold samples, half of
  /// them back, of rows that are wanted, and all of its columns there and back.
  private func blockSeconds(
    _ rowIndex: Int, _ columnIndex: Int, samples: Int, results: Int, _ costs: CostModel.Costs,
    _ columnCosts: CostModel.Costs, _ kind: ElementKind
  ) -> Double {
    let columns = TransformLengths.length(at: columnIndex)
    let packed = kind == kind.complexKind ? columns : columns / 2
    let bytes = 2 * TransformLengths.length(at: rowIndex) * packed * kind.complexBytes
    let place = bytes <= MatrixCosts.cacheBytes ? MatrixCosts.cached : MatrixCosts.uncached
    return place
      * (0.5 * Double(samples + results) * costs.stepSeconds(at: columnIndex)
        + Double(packed) * columnCosts.stepSeconds(at: rowIndex))
  }

  private func whole(
    _ job: MatrixJob, _ costs: CostModel.Costs, _ columnCosts: CostModel.Costs
  ) -> Candidate {
    let least = FFTConvolution2D<Float>.leastSize(
      rows: job.rows, columns: job.columns, kernelRows: job.kernelRows,
      kernelColumns: job.kernelColumns, region: job.region, isPadded: job.isPadded)
    var best = Candidate(
      method: .fft, tile: (job.region.rows.count, job.region.columns.count), transform: (0, 0),
      threads: 1, seconds: .infinity)
    let rowIndex = TransformLengths.index(atLeast: least.rows)
    let columnIndex = TransformLengths.index(atLeast: least.columns)
    for p in rowIndex..<(rowIndex + 2) {
      for q in columnIndex..<(columnIndex + 2) {
        let block = blockSeconds(
          p, q, samples: min(least.rows, job.rows), results: job.region.rows.count, costs,
          columnCosts, job.kind)
        let kernel = 0.5 / Double(max(1, job.uses)) * block
        let (threads, seconds) = shared(block, pieces: 64, threads: job.threads)
        if costs.transformCall + seconds + kernel < best.seconds {
          best.transform = (TransformLengths.length(at: p), TransformLengths.length(at: q))
          best.threads = threads
          best.seconds = costs.transformCall + seconds + kernel
        }
      }
    }
    return best
  }

  private func tiles(
    _ job: MatrixJob, _ costs: CostModel.Costs, _ columnCosts: CostModel.Costs
  ) -> Candidate {
    var best = Candidate(
      method: .overlapSave, tile: (0, 0), transform: (0, 0), threads: 1, seconds: .infinity)
    let (wantedRows, wantedColumns) = (job.region.rows.count, job.region.columns.count)
    let rowIndices = tileIndices(kernel: job.kernelRows, wanted: wantedRows)
    let columnIndices = tileIndices(kernel: job.kernelColumns, wanted: wantedColumns)
    for p in rowIndices {
      for q in columnIndices {
        let rows = TransformLengths.length(at: p) - job.kernelRows + 1
        let columns = TransformLengths.length(at: q) - job.kernelColumns + 1
        let count = ((wantedRows - 1) / rows + 1) * ((wantedColumns - 1) / columns + 1)
        let (samples, results) = (
          min(TransformLengths.length(at: p), wantedRows + job.kernelRows - 1),
          min(rows, wantedRows)
        )
        let block = blockSeconds(
          p, q, samples: samples, results: results, costs, columnCosts, job.kind)
        let (threads, work) = shared(
          Double(count) * block, pieces: count, threads: job.threads)
        let seconds = costs.transformCall + work + 0.5 / Double(max(1, job.uses)) * block
        if seconds < best.seconds {
          best = Candidate(
            method: .overlapSave, tile: (rows, columns),
            transform: (TransformLengths.length(at: p), TransformLengths.length(at: q)),
            threads: threads, seconds: seconds)
        }
      }
    }
    return best
  }

  /// The lengths from the shortest that the kernel fits into to the first that takes all results at
  /// once.
  private func tileIndices(kernel: Int, wanted: Int) -> ClosedRange<Int> {
    let first = TransformLengths.index(atLeast: kernel)
    return first...max(first, TransformLengths.index(atLeast: wanted + kernel - 1))
  }
}

extension MatrixMethodChoice {
  /// For an empty result.
  static var nothing: MatrixMethodChoice {
    MatrixMethodChoice(
      method: .direct, tileRows: 0, tileColumns: 0, transformRows: 0, transformColumns: 0,
      threads: 1, predictedSeconds: [:])
  }
}

extension ElementKind {
  /// The kind of the complex numbers of this precision.
  var complexKind: ElementKind {
    switch self {
    case .float32, .complex64: .complex64
    case .float64, .complex128: .complex128
    }
  }

  /// The bytes of one of those.
  var complexBytes: Int { complexKind == .complex64 ? 8 : 16 }
}
