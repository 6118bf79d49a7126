internal import VectorKernels

/// Weights in the order of the kernel: blocks of eight rows, in each block tap by tap.
struct PackedWeights<Scalar: LayerScalar>: Sendable {
  let memory: Memory<Scalar>
  let rowCount: Int
  let tapCount: Int

  /// The weight of row `m` and tap `t` is `weight(m, t)`.
  init(rows: Int, taps: Int, weight: (_ m: Int, _ t: Int) -> Scalar) {
    rowCount = rows
    tapCount = taps
    memory = Memory(zeros: (rows + 7) / 8 * 8 * taps)
    for m in 0..<rows {
      let block = m / 8 * 8 * taps + m % 8
      for t in 0..<taps { memory[block + t * 8] = weight(m, t) }
    }
  }
}

/// Weighted sums of shifted rows; see `weighted_rows.h` for the sum.
struct WeightedSums<Scalar: LayerScalar>: Sendable {
  let weights: PackedWeights<Scalar>
  let taps: [Int]
  private let reach: Int

  init(_ weights: PackedWeights<Scalar>, taps: [Int]) {
    precondition(weights.tapCount == taps.count)
    precondition(taps.allSatisfy { $0 >= 0 })
    self.weights = weights
    self.taps = taps
    reach = taps.max() ?? 0
  }

  /// Writes the sums of the rows in `rows` (from a multiple of eight on), `width` lanes each, to
  /// `out` from `target` on, `stride` apart.
  func run(
    rows: Range<Int>, from source: Memory<Scalar>, at origin: Int, width: Int,
    into out: Memory<Scalar>, at target: Int, stride: Int
  ) {
    guard width > 0, !rows.isEmpty else { return }
    precondition(rows.lowerBound % 8 == 0 && rows.upperBound <= weights.rowCount)
    unsafe _ = source.address(origin, width + reach + readBeyond)
    let to = unsafe out.address(target, (rows.count - 1) * stride + width)
    let block = weights.tapCount * 8
    let first = unsafe weights.memory.address(
      rows.lowerBound / 8 * block, (rows.count + 7) / 8 * block)
    unsafe taps.withUnsafeBufferPointer { taps in
      var job = unsafe vk_weighted_job(
        taps: taps.baseAddress, tap_count: taps.count, row_count: rows.count, width: width,
        block_stride: block, out_stride: stride, accumulate: 0)
      unsafe Scalar._layerKernels.weightedRows(
        first, source.address(origin, 0), to, &job)
    }
  }
}
