// SPDX-License-Identifier: MIT

internal import FourierTransform
internal import ComputeSupport
internal import VectorKernels

/// Weighted sums of shifted rows; see `vk_weighted_job` for the sum.
struct IndirectProduct<Scalar: FourierScalar>: Sendable {
  /// In the order of the kernel: blocks of eight rows, in each block tap by tap.
  private let weights: SharedBuffer<Scalar>
  private let rowCount: Int
  private let taps: [Int]
  private let reach: Int

  /// The sums by the weights of some kernels, which follow one another in `maps`, one for each tap.
  init(_ maps: FeatureMaps<Scalar>, kernels: Range<Int>, taps: [Int]) {
    precondition(taps.allSatisfy { $0 >= 0 })
    self.taps = taps
    reach = taps.max() ?? 0
    rowCount = kernels.count
    weights = SharedBuffer(zeros: (rowCount + 7) / 8 * 8 * taps.count)
    for rows in kernels.pieces(of: 8) {
      let source = maps.span.extracting(rows.lowerBound * taps.count..<rows.upperBound * taps.count)
      let first = (rows.lowerBound - kernels.lowerBound) * taps.count
      weights.withElements(first..<first + 8 * taps.count) { block in
        for tap in 0..<taps.count {
          for row in 0..<rows.count { block[tap * 8 + row] = source[row * taps.count + tap] }
        }
      }
    }
  }

  /// Writes the sums of the rows in `rows` (from a multiple of eight on), `width` sums each, to
  /// `out` from `target` on, `stride` apart.
  func run(
    rows: Range<Int>, from source: SharedBuffer<Scalar>, at origin: Int, width: Int,
    into out: SharedBuffer<Scalar>, at target: Int, stride: Int
  ) {
    guard width > 0, !rows.isEmpty else { return }
    precondition(rows.lowerBound % 8 == 0 && rows.upperBound <= rowCount)
    unsafe _ = source.address(origin, width + reach + readBeyond)
    let to = unsafe out.address(target, (rows.count - 1) * stride + width)
    let block = taps.count * 8
    let first = unsafe weights.address(
      rows.lowerBound / 8 * block, (rows.count + 7) / 8 * block)
    // An array is passed as a pointer that is valid for the call.
    func call(_ taps: UnsafePointer<Int>) {
      var job = unsafe vk_weighted_job(
        taps: taps, tap_count: self.taps.count, row_count: rows.count, width: width,
        block_stride: block, out_stride: stride, accumulate: 0)
      unsafe Scalar._operations.kernels.pointee.weightedRows(
        first, source.address(origin, 0), to, &job)
    }
    unsafe call(taps)
  }
}
