// SPDX-License-Identifier: MIT

import ComputeSupport
import VectorKernels

func groupedKernels<Scalar: KernelScalar>() -> [FuzzedKernel<Scalar>] {
  [
    FuzzedKernel(name: "grouped_row_pass", run: fuzzGroupedRowPass),
    FuzzedKernel(name: "grouped_column_pass", run: fuzzGroupedColumnPass),
  ]
}

/// The products that make up a result of grouped taps, what its roundings are relative to, and
/// whether a sample of it is not finite.
private func groupedTerms<Scalar: KernelScalar>(
  _ w: [Scalar], _ window: (Int) -> Scalar
) -> (terms: [Double], size: Double, isSpoiled: Bool) {
  let groups = w.count / 4
  let reach = 4 * groups - 1
  let terms = (1 - groups..<groups).flatMap { group in
    (-3...3).map { i in
      Double(w[4 * abs(group) + abs(i)]) * Double(window(reach + 4 * group + i))
    }
  }
  let samples = (0...(2 * reach)).map { abs(Double(window($0))) }
  // Two samples are added before a tap makes less of them.
  let isLarge = samples.reduce(0, +) > Double(Scalar.greatestFiniteMagnitude) / 4
  let size = isLarge ? .infinity : terms.reduce(0) { $0 + abs($1) }
  return (terms, size, !samples.allSatisfy(\.isFinite))
}

/// Each product is rounded on its way through three additions of its group and those of the groups.
private func groupedRoundings(_ groups: Int) -> Double { 2 * (6 + 2 * Double(groups)) }

private func fuzzGroupedRowPass<Scalar>(_ work: KernelCase<Scalar>) {
  let (groups, rows, count) = (1 + work.below(6), work.below(5), work.length())
  let samples = count + 8 * groups - 2
  let before = min(work.below(8 * groups + 3), samples)
  let after = min(work.below(8 * groups + 3), samples - before)
  let middle = samples - before - after
  let (xStride, yStride) = (middle + work.below(3), count + work.below(3))
  work.sizes = "\(groups) groups, results \(rows) x \(count), \(before) before, \(after) after"
  let x = work.numbers(rows == 0 ? 0 : (rows - 1) * xStride + middle)
  let ends = work.numbers(rows * (before + after))
  let w = work.tameNumbers(4 * groups)
  let old = work.numbers(rows == 0 ? 0 : (rows - 1) * yStride + count)
  let y = unsafe work.output(old)
  unsafe work.kernels.groupedRowPass(
    work.input(x), xStride, middle, work.input(ends), before, after, work.input(w), CInt(groups), y,
    yStride, rows, count)
  for place in old.indices {
    let (r, i) = (place / yStride, place % yStride)
    guard i < count else {
      unsafe work.expectSame(y + place, [old[place]], "what is between rows")
      continue
    }
    let (terms, size, isSpoiled) = groupedTerms(w) { n in
      let sample = i + n
      let end = r * (before + after) + sample
      return sample < before
        ? ends[end]
        : sample < before + middle ? x[r * xStride + sample - before] : ends[end - middle]
    }
    unsafe work.expectSum(
      Double(y[place]), of: terms, size: size, isSpoiled: isSpoiled,
      roundings: groupedRoundings(groups),
      "result \(r), \(i)")
  }
}

private func fuzzGroupedColumnPass<Scalar>(_ work: KernelCase<Scalar>) {
  let (groups, count, streams) = (1 + work.below(6), max(1, work.length() / 2), work.below(2))
  let lead = work.below(16)
  let bands = (0..<work.below(3)).map { _ in 4 * (1 + work.below(3)) } + [1 + work.below(9)]
  let above = 8 * groups - 8
  let xStride = count + work.below(3)
  let yStride = work.below(2) == 0 ? (count + 15) / 16 * 16 : count + work.below(3)
  work.sizes =
    "\(groups) groups, bands \(bands) of \(count), \(lead) before, streams \(streams)"
  let rows = bands.reduce(0, +)
  let xRows = rows + above + 6
  // Of sixteen columns at least, which are read but not used.
  let xCount = (xRows - 1) * xStride + max(16, count)
  var x = work.numbers(xCount)
  for index in (xRows * xStride)..<max(xRows * xStride, xCount) { x[index] = .nan }
  let w = work.tameNumbers(4 * groups)
  let old = work.numbers((rows - 1) * yStride + count)
  let y = unsafe work.output(old)
  let state = unsafe work.output(work.numbers(vk_grouped_state(CInt(groups), count)))
  let (from, taps) = unsafe (work.input(x), work.input(w))
  _ = unsafe work.kernels.groupedColumnPass(
    from, xStride, taps, CInt(groups), nil, 0, above, count, lead, CInt(streams), state)
  var row = 0
  for band in bands {
    let areFinite = unsafe work.kernels.groupedColumnPass(
      from + (above + row) * xStride, xStride, taps, CInt(groups), y + row * yStride, yStride, band,
      count, lead, CInt(streams), state)
    let results = (row..<row + band).flatMap { r in
      (0..<count).map { unsafe Double(y[r * yStride + $0]) }
    }
    // Large results may be taken for infinite: their sum is what is looked at.
    let isLarge = results.reduce(0) { $0 + abs($1) } > Double(Scalar.greatestFiniteMagnitude) / 4
    let allFinite = results.allSatisfy(\.isFinite)
    work.expect(
      areFinite != 0 ? allFinite : isLarge || !allFinite, "are_finite of a band is \(areFinite)")
    row += band
  }
  for place in old.indices {
    let (r, i) = (place / yStride, place % yStride)
    guard i < count else {
      unsafe work.expectSame(y + place, [old[place]], "what is between rows")
      continue
    }
    let (terms, size, isSpoiled) = groupedTerms(w) { x[(r + $0) * xStride + i] }
    unsafe work.expectSum(
      Double(y[place]), of: terms, size: size, isSpoiled: isSpoiled,
      roundings: groupedRoundings(groups),
      "result \(r), \(i)")
  }
}
