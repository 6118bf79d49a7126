internal import FourierTransform
internal import ComputeSupport
internal import VectorKernels

/// Weights in the order of the kernel: blocks of eight rows, in each block tap by tap.
struct PackedWeights<Scalar: FourierScalar>: Sendable {
  let elements: SharedBuffer<Scalar>
  let rowCount: Int
  let tapCount: Int

  /// The weights of some kernels, which follow one another in `weights`, as rows of `taps` each.
  init(_ weights: FeatureMaps<Scalar>, kernels: Range<Int>, taps: Int) {
    rowCount = kernels.count
    tapCount = taps
    elements = SharedBuffer(zeros: (kernels.count + 7) / 8 * 8 * taps)
    for first in stride(from: 0, to: rowCount, by: 8) {
      let rows = min(8, rowCount - first)
      let start = (kernels.lowerBound + first) * taps
      let source = weights.span.extracting(start..<start + rows * taps)
      elements.withElements(first * taps..<(first + 8) * taps) { block in
        for tap in 0..<taps {
          for row in 0..<rows { block[tap * 8 + row] = source[row * taps + tap] }
        }
      }
    }
  }
}

/// Weighted sums of shifted rows; see `vk_weighted_job` for the sum.
struct IndirectProduct<Scalar: FourierScalar>: Sendable {
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

  /// Writes the sums of the rows in `rows` (from a multiple of eight on), `width` sums each, to
  /// `out` from `target` on, `stride` apart.
  func run(
    rows: Range<Int>, from source: SharedBuffer<Scalar>, at origin: Int, width: Int,
    into out: SharedBuffer<Scalar>, at target: Int, stride: Int
  ) {
    guard width > 0, !rows.isEmpty else { return }
    precondition(rows.lowerBound % 8 == 0 && rows.upperBound <= weights.rowCount)
    unsafe _ = source.address(origin, width + reach + readBeyond)
    let to = unsafe out.address(target, (rows.count - 1) * stride + width)
    let block = weights.tapCount * 8
    let first = unsafe weights.elements.address(
      rows.lowerBound / 8 * block, (rows.count + 7) / 8 * block)
    // An array is passed as a pointer that is valid for the call.
    func call(_ taps: UnsafePointer<Int>) {
      var job = unsafe vk_weighted_job(
        taps: taps, tap_count: self.taps.count, row_count: rows.count, width: width,
        block_stride: block, out_stride: stride, accumulate: 0)
      unsafe Scalar._operations.kernels.weightedRows(first, source.address(origin, 0), to, &job)
    }
    unsafe call(taps)
  }
}
