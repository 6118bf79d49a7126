// SPDX-License-Identifier: MIT

import ComputeSupport
import VectorKernels

func laneKernels<Scalar: KernelScalar>() -> [FuzzedKernel<Scalar>] {
  [
    FuzzedKernel(name: "lane_products") { fuzzLanes($0, .product) },
    FuzzedKernel(name: "lane_differences") { fuzzLanes($0, .difference) },
    FuzzedKernel(name: "lane_signs") { fuzzLanes($0, .sign) },
    FuzzedKernel(name: "lane_signs, reversed") { fuzzLanes($0, .reversedSign) },
  ]
}

private enum LaneFunction { case product, difference, sign, reversedSign }

/// Places of rows and of taps, in any order, and where the sums of all pairs of rows go.
private struct LaneSizes {
  var (aRows, bRows, aTaps, bTaps, outRows): ([Int], [Int], [Int], [Int], [Int])
  var width: Int
  var outCount: Int

  init<Scalar>(_ work: KernelCase<Scalar>) {
    let (aCount, bCount) = (work.below(8), work.below(24))
    let taps = work.below(4) == 0 ? work.below(200) : work.below(12)
    width = work.below(3) == 0 ? work.below(100) : work.below(20)
    func offsets(_ count: Int) -> [Int] { (0..<count).map { _ in work.below(100) } }
    (aRows, bRows) = (offsets(aCount), offsets(bCount))
    (aTaps, bTaps) = (offsets(taps), offsets(taps))
    let gap = work.below(4)
    let distance = width + gap
    outRows = (0..<aCount * bCount).map { $0 * distance }.shuffled(using: &work.generator)
    outCount = outRows.isEmpty ? 0 : outRows.count * distance - gap
  }

  /// The elements of an array with rows and taps like these.
  func count(_ rows: [Int], _ taps: [Int]) -> Int {
    guard let row = rows.max(), let tap = taps.max(), width > 0 else { return 0 }
    return row + tap + width
  }
}

private func fuzzLanes<Scalar>(_ work: KernelCase<Scalar>, _ function: LaneFunction) {
  let sizes = LaneSizes(work)
  let divisors: [Double] = [1, 1, 2, 4, 3, 9, 0.5, 0x1p40, 21 * 21]
  let (divisor, accumulates) = (divisors[work.below(divisors.count)], work.below(2))
  let (aCount, bCount, taps) = (sizes.aRows.count, sizes.bRows.count, sizes.aTaps.count)
  work.sizes =
    "\(aCount) x \(bCount) rows, \(taps) taps, \(sizes.width) lanes, over \(divisor), "
    + "accumulates \(accumulates)"
  let a = work.numbers(sizes.count(sizes.aRows, sizes.aTaps))
  let b = work.numbers(sizes.count(sizes.bRows, sizes.bTaps))
  var expected = work.numbers(sizes.outCount)
  let centre = work.numbers(sizes.outCount)
  let beyond = Int(VK_READ_BEYOND)
  let (left, right) = unsafe (work.input(a, beyond: beyond), work.input(b, beyond: beyond))
  let out = unsafe work.output(expected)
  let job = unsafe work.input([
    vk_lane_job(
      a_rows: work.input(sizes.aRows), a_count: aCount, b_rows: work.input(sizes.bRows),
      b_count: bCount, out_rows: work.input(sizes.outRows), a_taps: work.input(sizes.aTaps),
      b_taps: work.input(sizes.bTaps), tap_count: taps, width: sizes.width, divisor: divisor,
      accumulate: Int32(accumulates))
  ])
  switch function {
  case .product: unsafe work.kernels.laneProducts(left, right, out, job)
  case .difference: unsafe work.kernels.laneDifferences(left, right, out, job)
  case .sign, .reversedSign:
    unsafe work.kernels.laneSigns(
      left, right, work.input(centre), out, job, function == .sign ? 0 : 1)
  }
  for (pair, row) in sizes.outRows.enumerated() {
    let (aRow, bRow) = (sizes.aRows[pair / bCount], sizes.bRows[pair % bCount])
    for x in 0..<sizes.width {
      var total: Scalar = accumulates != 0 ? expected[row + x] : 0
      for from in stride(from: 0, to: taps, by: 64) {
        total += (from..<min(from + 64, taps)).reduce(0) { sum, t in
          let (p, q) = (a[aRow + sizes.aTaps[t] + x], b[bRow + sizes.bTaps[t] + x])
          let c = centre[row + x]
          switch function {
          case .product: return work.adding(sum, p, q)
          case .difference: return sum + abs(p - q)
          case .sign: return sum + (c >= q ? p : -p)
          case .reversedSign: return sum + (q >= c ? -p : p)
          }
        }
      }
      expected[row + x] = total / Scalar(divisor)
    }
  }
  unsafe work.expectSame(out, expected)
}
