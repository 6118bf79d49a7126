// SPDX-License-Identifier: MIT

import ComputeSupport
import VectorKernels

/// Sums in blocks of products that are added up with a compensation, in the order of the kernels.
struct CompensatedSum<Scalar: KernelScalar> {
  private var sum: Scalar = 0
  private var lost: Scalar
  private var isEmpty = true

  /// With a zero that shows, by its sign, in the total of a single block that is -0.
  init(zero: Scalar) { lost = zero }

  mutating func add(_ block: Scalar) {
    guard !isEmpty else {
      (sum, isEmpty) = (block, false)
      return
    }
    let old = sum
    sum = old + block
    let part = sum - old
    lost += (old - (sum - part)) + (block - part)
  }

  /// A sum that has become infinite is lost in what it lost.
  var total: Scalar { lost.isNaN ? sum : sum + lost }
}

func directKernels<Scalar: KernelScalar>() -> [FuzzedKernel<Scalar>] {
  [
    FuzzedKernel(name: "sliding_dot", run: fuzzSlidingDot),
    FuzzedKernel(name: "sliding_dot_3d", run: fuzzSlidingDot3D),
    FuzzedKernel(name: "row_pass", run: fuzzRowPass),
    FuzzedKernel(name: "column_pass", run: fuzzColumnPass),
  ]
}

private func fuzzSlidingDot<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, stride) = (work.length(), 1 + work.below(3))
  let taps = work.below(3) == 0 ? work.below(200) : work.below(20)
  work.sizes = "\(count) results, \(taps) taps, stride \(stride)"
  let x = work.numbers(count == 0 || taps == 0 ? 0 : count + (taps - 1) * stride)
  let w = work.numbers(taps)
  let y = unsafe work.output(work.numbers(count))
  unsafe work.kernels.slidingDot(work.input(x), work.input(w), y, count, taps, stride)
  let blocks = slidingOrder(Scalar.self, taps: taps, stride: stride)
  let expected = (0..<count).map { i in
    var sum = CompensatedSum<Scalar>(zero: -0.0)
    for block in blocks {
      sum.add(block.reduce(0) { work.adding($0, w[$1], x[i + $1 * stride]) })
    }
    return sum.total
  }
  unsafe work.expectSame(y, expected)
}

/// The taps in the order in which `sliding_dot` promises to add their products, by blocks.
private func slidingOrder<Scalar>(_ type: Scalar.Type, taps: Int, stride: Int) -> [[Int]] {
  let step = 64 / MemoryLayout<Scalar>.stride
  guard taps > 3 * step / 2 else { return [Array(0..<taps)] }
  let apart = step % stride == 0 ? step / stride : 64
  let group = min(4 * apart, 64)
  var blocks: [[Int]] = []
  var start = 0
  while start < taps {
    let end = taps - start <= 80 ? taps : start + 64
    blocks.append(
      Swift.stride(from: start, to: end, by: group).flatMap { from in
        let to = min(from + group, end)
        return (from..<min(from + apart, to)).flatMap { first in
          Swift.stride(from: first, to: to, by: apart)
        }
      })
    start = end
  }
  return blocks
}

private func fuzzSlidingDot3D<Scalar>(_ work: KernelCase<Scalar>) {
  let (rows, count) = (work.below(11), work.length())
  let (tapRows, tapColumns) =
    switch work.below(3) {
    case 0: (1 + work.below(12), 3 + 2 * work.below(5))
    case 1: (1 + work.below(20), 1 + work.below(20))
    default: (1 + work.below(3), 1 + work.below(300))
    }
  let tapPlanes = work.below(2) == 0 ? 1 : 1 + work.below(5)
  let tapStride = work.below(3) == 0 ? 1 + work.below(3) : 1
  let streams = work.below(2)
  work.sizes =
    "results \(rows) x \(count), taps \(tapPlanes) x \(tapRows) x \(tapColumns) step \(tapStride), "
    + "streams \(streams)"
  let reach = count + (tapColumns - 1) * tapStride
  let xStride = reach + work.below(4)
  // Whole cache lines, which streaming needs, now and then.
  let yStride = work.below(2) == 0 ? (count + 15) / 16 * 16 : count + work.below(4)
  let xPlane = (rows + tapRows - 1) * xStride + work.below(3)
  let x = work.numbers(
    rows * count == 0 ? 0 : (tapPlanes - 1) * xPlane + (rows + tapRows - 2) * xStride + reach)
  let w = work.numbers(tapPlanes * tapRows * tapColumns)
  var expected = work.numbers(rows == 0 ? 0 : (rows - 1) * yStride + count)
  let y = unsafe work.output(expected)
  unsafe work.kernels.slidingDot3D(
    work.input(x), xPlane, xStride, work.input(w), tapPlanes, tapRows, tapColumns, tapStride, y,
    yStride, rows, count, CInt(streams))
  let depth = max(1, 128 / (tapRows * tapColumns))
  let height = tapColumns < 128 ? 128 / tapColumns : 1
  for r in 0..<rows {
    for i in 0..<count {
      var sum = CompensatedSum<Scalar>(zero: -0.0)
      for p0 in stride(from: 0, to: tapPlanes, by: depth) {
        for a0 in stride(from: 0, to: tapRows, by: height) {
          for b0 in stride(from: 0, to: tapColumns, by: 128) {
            var block: Scalar = 0
            for p in p0..<min(p0 + depth, tapPlanes) {
              for a in a0..<min(a0 + height, tapRows) {
                for b in b0..<min(b0 + 128, tapColumns) {
                  block = work.adding(
                    block, w[(p * tapRows + a) * tapColumns + b],
                    x[p * xPlane + (r + a) * xStride + i + b * tapStride])
                }
              }
            }
            sum.add(block)
          }
        }
      }
      expected[r * yStride + i] = sum.total
    }
  }
  unsafe work.expectSame(y, expected)
}

/// A result of taps with a symmetry, of the samples `x` of its window.
private func passResult<Scalar>(
  _ work: KernelCase<Scalar>, _ taps: [Scalar], _ count: Int, _ symmetry: Int,
  _ x: (Int) -> Scalar
) -> Scalar {
  guard symmetry != 0 else {
    return (0..<count).reduce(0) { work.adding($0, taps[$1], x($1)) }
  }
  let pairs = count / 2
  var sum: Scalar = count % 2 == 1 ? taps[pairs] * x(pairs) : 0
  for a in (0..<pairs).reversed() {
    let (first, second) = (x(a), x(count - 1 - a))
    sum = work.adding(sum, taps[a], symmetry > 0 ? first + second : first - second)
  }
  return sum
}

private func passTaps<Scalar>(_ work: KernelCase<Scalar>) -> (count: Int, symmetry: Int) {
  (1 + work.below(work.below(4) == 0 ? 90 : 20), work.below(3) - 1)
}

private func fuzzRowPass<Scalar>(_ work: KernelCase<Scalar>) {
  let (taps, symmetry) = passTaps(work)
  let (rows, count) = (work.below(36), work.length())
  work.sizes = "results \(rows) x \(count), \(taps) taps, symmetry \(symmetry)"
  let (xStride, yStride) = (count + taps - 1 + work.below(3), count + work.below(3))
  let x = work.numbers(rows * count == 0 ? 0 : (rows - 1) * xStride + count + taps - 1)
  let w = work.numbers(symmetry == 0 ? taps : (taps + 1) / 2)
  var expected = work.numbers(rows == 0 ? 0 : (rows - 1) * yStride + count)
  let y = unsafe work.output(expected)
  let scratch = unsafe work.output(work.numbers(vk_pass_scratch(taps)))
  unsafe work.kernels.rowPass(
    work.input(x), xStride, work.input(w), taps, CInt(symmetry), y, yStride, rows, count, scratch)
  for r in 0..<rows {
    for i in 0..<count {
      expected[r * yStride + i] = passResult(work, w, taps, symmetry) { x[r * xStride + i + $0] }
    }
  }
  unsafe work.expectSame(y, expected)
}

private func fuzzColumnPass<Scalar>(_ work: KernelCase<Scalar>) {
  let (taps, symmetry) = passTaps(work)
  let (rows, count, streams) = (work.below(30), work.length(), work.below(2))
  work.sizes =
    "results \(rows) x \(count), \(taps) taps, symmetry \(symmetry), streams \(streams)"
  let xStride = count + work.below(3)
  let yStride = work.below(2) == 0 ? (count + 15) / 16 * 16 : count + work.below(3)
  let x = work.numbers(rows * count == 0 ? 0 : (rows + taps - 2) * xStride + count)
  let w = work.numbers(symmetry == 0 ? taps : (taps + 1) / 2)
  var expected = work.numbers(rows == 0 ? 0 : (rows - 1) * yStride + count)
  let y = unsafe work.output(expected)
  let scratch = unsafe work.output(work.numbers(vk_pass_scratch(taps)))
  let areFinite = unsafe work.kernels.columnPass(
    work.input(x), xStride, work.input(w), taps, CInt(symmetry), y, yStride, rows, count,
    CInt(streams), scratch)
  var expectedFinite = true
  for r in 0..<rows {
    for i in 0..<count {
      let sum = passResult(work, w, taps, symmetry) { x[(r + $0) * xStride + i] }
      expected[r * yStride + i] = sum
      expectedFinite = expectedFinite && sum.isFinite
    }
  }
  unsafe work.expectSame(y, expected)
  work.expect((areFinite != 0) == expectedFinite, "are_finite is \(areFinite)")
}
