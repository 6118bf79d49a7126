// SPDX-License-Identifier: MIT

import ComputeSupport
import VectorKernels

func layerKernels<Scalar: KernelScalar>() -> [FuzzedKernel<Scalar>] {
  [
    FuzzedKernel(name: "weighted_rows", run: fuzzWeightedRows),
    FuzzedKernel(name: "window_sums", run: fuzzWindowSums),
    FuzzedKernel(name: "row_sums", run: fuzzRowSums),
    FuzzedKernel(name: "spectrum_products", run: fuzzSpectrumProducts),
    FuzzedKernel(name: "spectrum_split", run: fuzzSpectrumSplit),
    FuzzedKernel(name: "spectrum_join", run: fuzzSpectrumJoin),
  ]
}

private func fuzzWeightedRows<Scalar>(_ work: KernelCase<Scalar>) {
  let (rows, taps) = (work.below(22), work.below(4) == 0 ? work.below(600) : work.below(12))
  let width = work.below(4) == 0 && taps < 12 ? work.below(520) : work.below(60)
  let (blockStride, outStride) = (8 * taps + work.below(9), width + work.below(4))
  let accumulates = work.below(2)
  work.sizes = "\(rows) rows, \(taps) taps, \(width) lanes, accumulates \(accumulates)"
  let offsets = (0..<taps).map { _ in work.below(100) }
  let isEmpty = rows * width * taps == 0
  let input = work.numbers(isEmpty ? 0 : (offsets.max() ?? 0) + width)
  let weights = work.numbers(
    isEmpty ? 0 : (rows - 1) / 8 * blockStride + (taps - 1) * 8 + min(rows - 1, 7) + 1)
  var expected = work.numbers(rows * width == 0 ? 0 : (rows - 1) * outStride + width)
  let out = unsafe work.output(expected)
  let job = unsafe work.input([
    vk_weighted_job(
      taps: work.input(offsets), tap_count: taps, row_count: rows, width: width,
      block_stride: blockStride, out_stride: outStride, accumulate: Int32(accumulates))
  ])
  unsafe work.kernels.weightedRows(
    work.input(weights), work.input(input, beyond: Int(VK_READ_BEYOND)), out, job)
  for m in 0..<rows {
    for x in 0..<width {
      let place = m * outStride + x
      for from in stride(from: 0, to: max(taps, 1), by: 256) {
        let sum = (from..<min(from + 256, taps)).reduce(Scalar(0)) {
          work.adding($0, weights[m / 8 * blockStride + $1 * 8 + m % 8], input[offsets[$1] + x])
        }
        expected[place] = accumulates != 0 || from > 0 ? sum + expected[place] : sum
      }
    }
  }
  unsafe work.expectSame(out, expected)
}

private func fuzzWindowSums<Scalar>(_ work: KernelCase<Scalar>) {
  let (size, step) = (1 + work.below(40), 1 + work.below(6))
  let (outRows, outColumns) = (1 + work.below(6), 1 + work.below(30))
  let (rows, columns) = ((outRows - 1) * step + size, (outColumns - 1) * step + size)
  let outStride = outColumns + work.below(3)
  let divisor = work.below(2) == 0 ? 1 : Double(size * size)
  work.sizes = "results \(outRows) x \(outColumns), size \(size), step \(step)"
  let map = work.numbers(rows * columns)
  let old = work.numbers((outRows - 1) * outStride + outColumns)
  let out = unsafe work.output(old)
  unsafe work.kernels.windowSums(
    work.output(map), columns, size, step, out, outRows, outColumns, outStride, divisor,
    work.output(work.numbers((outRows + 1) * columns)))
  for place in old.indices {
    let (i, j) = (place / outStride * step, place % outStride * step)
    guard place % outStride < outColumns else {
      unsafe work.expectSame(out + place, [old[place]], "what is between rows")
      continue
    }
    let terms = (0..<size * size).map { Double(map[(i + $0 / size) * columns + j + $0 % size]) }
    // Up to five rows by adding them, the rest by doubling, and a division.
    let depth = Double(2 * (Int.bitWidth - size.leadingZeroBitCount) + min(size, 5 * step))
    let size = terms.reduce(0) { $0 + abs($1) }
    unsafe work.expectSum(
      Double(out[place]), of: terms.map { $0 / divisor },
      size: work.mayOverflow(size) ? .infinity : size / divisor,
      isSpoiled: !terms.allSatisfy(\.isFinite),
      roundings: 2 * depth + 4, "sum \(i), \(j)")
  }
}

private func fuzzRowSums<Scalar>(_ work: KernelCase<Scalar>) {
  let (size, count) = (1 + work.below(60), 1 + work.length())
  let columns = count + size - 1
  work.sizes = "\(count) sums of \(size)"
  let row = work.numbers(columns)
  let out = unsafe work.output(work.numbers(count))
  unsafe work.kernels.rowSums(work.output(row), columns, size, out, count)
  for k in 0..<count {
    let terms = row[k..<k + size].map { Double($0) }
    unsafe work.expectSum(
      Double(out[k]), of: terms, isSpoiled: !terms.allSatisfy(\.isFinite), roundings: 16, "sum \(k)"
    )
  }
}

private let half = Int(VK_SPECTRUM_BLOCK)

private func fuzzSpectrumProducts<Scalar>(_ work: KernelCase<Scalar>) {
  let (aCount, bCount, taps) = (work.below(8), work.below(10), work.below(7))
  let (aStep, bStep) = (2 * half + work.below(3), 2 * half + work.below(3))
  work.sizes = "\(aCount) x \(bCount) rows, \(taps) taps"
  let aRows = (0..<aCount).map { _ in work.below(100) }
  let bRows = (0..<bCount).map { _ in work.below(100) }
  let outRows = (0..<aCount * bCount).map { 2 * half * $0 }.shuffled(using: &work.generator)
  func numbers(_ rows: [Int], _ step: Int) -> [Scalar] {
    guard taps > 0, let row = rows.max() else { return [] }
    return work.numbers(row + (taps - 1) * step + 2 * half)
  }
  let (a, b) = (numbers(aRows, aStep), numbers(bRows, bStep))
  var expected = work.numbers(outRows.count * 2 * half)
  let out = unsafe work.output(expected)
  let job = unsafe work.input([
    vk_spectrum_job(
      a_rows: work.input(aRows), a_count: aCount, b_rows: work.input(bRows), b_count: bCount,
      out_rows: work.input(outRows), a_step: aStep, b_step: bStep, tap_count: taps)
  ])
  unsafe work.kernels.spectrumProducts(work.input(a), work.input(b), out, job)
  for (pair, row) in outRows.enumerated() {
    for x in 0..<half {
      var (re, im): (Scalar, Scalar) = (0, 0)
      for t in 0..<taps {
        let (p, q) = (aRows[pair / bCount] + t * aStep + x, bRows[pair % bCount] + t * bStep + x)
        re = work.adding(re, a[p], b[q])
        im = work.adding(im, a[p], b[q + half])
        re = work.adding(re, a[p + half], b[q + half])
        im = work.adding(im, -a[p + half], b[q])
      }
      (expected[row + x], expected[row + half + x]) = (re, im)
    }
  }
  unsafe work.expectSame(out, expected)
}

private func fuzzSpectrumSplit<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, stride) = (work.length() / 2, 2 * half + work.below(3))
  work.sizes = "\(count) numbers, stride \(stride)"
  let spectrum = work.numbers(2 * count)
  let blocks = (count + half - 1) / half
  var expected = work.numbers(blocks == 0 ? 0 : (blocks - 1) * stride + 2 * half)
  let out = unsafe work.output(expected)
  unsafe work.kernels.spectrumSplit(work.input(spectrum), count, out, stride)
  for k in 0..<blocks * half {
    let place = k / half * stride + k % half
    expected[place] = k < count ? spectrum[2 * k] : 0
    expected[place + half] = k < count ? spectrum[2 * k + 1] : 0
  }
  unsafe work.expectSame(out, expected)
}

private func fuzzSpectrumJoin<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, stride) = (work.length() / 2, 2 * half + work.below(3))
  work.sizes = "\(count) numbers, stride \(stride)"
  let blocks = (count + half - 1) / half
  let split = work.numbers(blocks == 0 ? 0 : (blocks - 1) * stride + 2 * half)
  let out = unsafe work.output(work.numbers(2 * count))
  unsafe work.kernels.spectrumJoin(work.input(split), stride, count, out)
  let expected = (0..<2 * count).map {
    split[$0 / 2 / half * stride + $0 / 2 % half + $0 % 2 * half]
  }
  unsafe work.expectSame(out, expected)
}
