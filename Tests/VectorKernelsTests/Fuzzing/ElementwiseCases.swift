// SPDX-License-Identifier: MIT

import ComputeSupport
import TestSupport

func elementwiseKernels<Scalar: KernelScalar>() -> [FuzzedKernel<Scalar>] {
  [
    FuzzedKernel(name: "transpose", run: fuzzTranspose),
    FuzzedKernel(name: "scale", run: fuzzScale),
    FuzzedKernel(name: "add", run: fuzzAdd),
    FuzzedKernel(name: "subtract", run: fuzzSubtract),
    FuzzedKernel(name: "chunk_maxima", run: fuzzChunkMaxima),
    FuzzedKernel(name: "raise_to_magnitudes", run: fuzzRaiseToMagnitudes),
    FuzzedKernel(name: "all_finite", run: fuzzAllFinite),
    FuzzedKernel(name: "are_whole", run: fuzzAreWhole),
    FuzzedKernel(name: "energy", run: fuzzEnergy),
  ]
}

private func fuzzTranspose<Scalar>(_ work: KernelCase<Scalar>) {
  let (rows, columns) = (work.below(40), work.below(40))
  let (xStride, yStride) = (columns + work.below(4), rows + work.below(4))
  work.sizes = "\(rows) x \(columns), strides \(xStride) and \(yStride)"
  let isEmpty = rows * columns == 0
  let x = work.numbers(isEmpty ? 0 : 2 * ((rows - 1) * xStride + columns))
  var expected = work.numbers(isEmpty ? 0 : 2 * ((columns - 1) * yStride + rows))
  let y = unsafe work.output(expected)
  unsafe work.kernels.transpose(work.input(x), xStride, y, yStride, rows, columns)
  for r in 0..<rows {
    for c in 0..<columns {
      for part in 0..<2 {
        expected[2 * (c * yStride + r) + part] = x[2 * (r * xStride + c) + part]
      }
    }
  }
  unsafe work.expectSame(y, expected)
}

private func fuzzScale<Scalar>(_ work: KernelCase<Scalar>) {
  let count = work.length()
  work.sizes = "\(count) numbers"
  let (x, a) = (work.numbers(count), work.numbers(1)[0])
  // In place now and then.
  let isInPlace = work.below(3) == 0
  let y = unsafe work.output(isInPlace ? x : work.numbers(count))
  unsafe work.kernels.scale(isInPlace ? UnsafePointer(y) : work.input(x), Double(a), y, count)
  unsafe work.expectSame(y, x.map { a * $0 })
}

private func fuzzAdd<Scalar>(_ work: KernelCase<Scalar>) {
  let count = work.length()
  work.sizes = "\(count) numbers"
  let (x, old) = (work.numbers(count), work.numbers(count))
  let y = unsafe work.output(old)
  unsafe work.kernels.add(work.input(x), y, count)
  unsafe work.expectSame(y, zip(old, x).map { $0 + $1 })
}

private func fuzzSubtract<Scalar>(_ work: KernelCase<Scalar>) {
  let count = work.length()
  work.sizes = "\(count) numbers"
  let (x, a) = (work.numbers(count), Double(work.numbers(1)[0]) * 1.1)
  let y = unsafe work.output(work.numbers(count))
  unsafe work.kernels.subtract(work.input(x), a, y, count)
  unsafe work.expectSame(y, x.map { Scalar(Double($0) - a) })
}

/// The larger of two magnitudes, in the order of their bits: NaN above infinities above the rest.
private func larger<Scalar: KernelScalar>(_ a: Scalar, _ b: Scalar) -> Scalar {
  a.magnitude.bits > b.magnitude.bits ? a.magnitude : b.magnitude
}

private func fuzzChunkMaxima<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, chunk) = (work.length(), 1 + work.length())
  work.sizes = "\(count) numbers in chunks of \(chunk)"
  let x = work.numbers(count)
  let expected = stride(from: 0, to: count, by: chunk).map { from in
    x[from..<min(from + chunk, count)].reduce(0, larger)
  }
  let m = unsafe work.output(work.numbers(expected.count))
  unsafe work.kernels.chunkMaxima(work.input(x), m, count, chunk)
  unsafe work.expectSame(m, expected)
}

private func fuzzRaiseToMagnitudes<Scalar>(_ work: KernelCase<Scalar>) {
  let count = work.length()
  work.sizes = "\(count) numbers"
  let (x, old) = (work.numbers(count), work.numbers(count).map(\.magnitude))
  let m = unsafe work.output(old)
  unsafe work.kernels.raiseToMagnitudes(work.input(x), m, count)
  unsafe work.expectSame(m, zip(old, x).map(larger))
}

/// A long array, with one number of its own.
private func longNumbers<Scalar>(
  _ work: KernelCase<Scalar>, _ others: [Scalar], _ usual: () -> Scalar
) -> [Scalar] {
  let count = work.below(4) == 0 ? 4000 + work.below(5000) : work.length()
  var x = (0..<count).map { _ in usual() }
  if count > 0 && work.below(2) == 0 { x[work.below(count)] = others[work.below(others.count)] }
  work.sizes = "\(count) numbers"
  return x
}

private func fuzzAllFinite<Scalar>(_ work: KernelCase<Scalar>) {
  let x = longNumbers(work, [.nan, .infinity, -.infinity, .greatestFiniteMagnitude]) {
    work.roughness == .special ? 1 : work.numbers(1)[0]
  }
  let isTrue = unsafe work.kernels.allFinite(work.input(x), x.count)
  work.expect((isTrue != 0) == x.allSatisfy(\.isFinite), "all_finite is \(isTrue)")
}

private func fuzzAreWhole<Scalar>(_ work: KernelCase<Scalar>) {
  let most: Scalar = Scalar(
    sign: .plus, exponent: MemoryLayout<Scalar>.size == 4 ? 22 : 51, significand: 1)
  let others = [most, -most, most.nextUp, -most - 1, most - 0.5, 0.25, .nan, .infinity, -0.0]
  let x = longNumbers(work, others + work.numbers(3)) {
    (Scalar(work.generator.normal()) * 1000).rounded()
  }
  let expected = x.allSatisfy { abs($0) <= most && $0 == $0.rounded() }
  let isTrue = unsafe work.kernels.areWhole(work.input(x), x.count)
  work.expect((isTrue != 0) == expected, "are_whole is \(isTrue)")
}

private func fuzzEnergy<Scalar>(_ work: KernelCase<Scalar>) {
  let count = work.length()
  work.sizes = "\(count) numbers"
  let x = work.numbers(count)
  let energy = unsafe work.kernels.energy(work.input(x), count)
  work.expectSum(
    energy, of: x.map { Double($0) * Double($0) }, isSpoiled: !x.allSatisfy(\.isFinite),
    roundings: Double(count) + 4, "energy")
}
