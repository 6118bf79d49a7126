// SPDX-License-Identifier: MIT

import ComputeSupport

func productKernels<Scalar: KernelScalar>() -> [FuzzedKernel<Scalar>] {
  [
    FuzzedKernel(name: "multiply", run: fuzzMultiply),
    FuzzedKernel(name: "multiply_add", run: fuzzMultiplyAdd),
    FuzzedKernel(name: "multiply_conjugate_add", run: fuzzMultiplyConjugateAdd),
    FuzzedKernel(name: "pack", run: fuzzPack),
    FuzzedKernel(name: "unpack", run: fuzzUnpack),
  ]
}

/// Both parts of z * w, or of z * conj(w), each in all ways in which it may be rounded.
private func product<Scalar: KernelScalar>(
  _ work: KernelCase<Scalar>, _ z: (Scalar, Scalar), _ w: (Scalar, Scalar), conjugate: Bool = false
) -> (re: [Scalar], im: [Scalar]) {
  let wi = conjugate ? -w.1 : w.1
  return (
    work.sumsOfProducts(z.0, w.0, -z.1, wi), work.sumsOfProducts(z.0, wi, z.1, w.0)
  )
}

private func complex<Scalar>(_ numbers: [Scalar], _ index: Int) -> (Scalar, Scalar) {
  (numbers[2 * index], numbers[2 * index + 1])
}

private func fuzzMultiply<Scalar>(_ work: KernelCase<Scalar>) {
  let count = work.length()
  work.sizes = "\(count) numbers"
  let (z, w) = (work.numbers(2 * count), work.numbers(2 * count))
  let result = unsafe work.output(z)
  unsafe work.kernels.multiply(result, work.input(w), count)
  let expected = (0..<count).flatMap { k in
    let parts = product(work, complex(z, k), complex(w, k))
    return [parts.re, parts.im]
  }
  unsafe work.expectOne(result, of: expected)
}

private func fuzzMultiplyAdd<Scalar>(_ work: KernelCase<Scalar>) {
  fuzzSum(work, conjugate: false)
}

private func fuzzMultiplyConjugateAdd<Scalar>(_ work: KernelCase<Scalar>) {
  fuzzSum(work, conjugate: true)
}

private func fuzzSum<Scalar>(_ work: KernelCase<Scalar>, conjugate: Bool) {
  let count = work.length()
  work.sizes = "\(count) numbers"
  let (z, w, s) = (work.numbers(2 * count), work.numbers(2 * count), work.numbers(2 * count))
  let result = unsafe work.output(s)
  let kernel = unsafe conjugate ? work.kernels.multiplyConjugateAdd : work.kernels.multiplyAdd
  unsafe kernel(result, work.input(z), work.input(w), count)
  let expected = (0..<count).flatMap { k in
    let parts = product(work, complex(z, k), complex(w, k), conjugate: conjugate)
    return [parts.re.map { s[2 * k] + $0 }, parts.im.map { s[2 * k + 1] + $0 }]
  }
  unsafe work.expectOne(result, of: expected)
}

/// A geometric sequence's tables: their numbers need be in none for what the kernels promise.
private struct Sequence<Scalar: KernelScalar> {
  let start: Int
  let fineCount: Int
  let coarse: [Scalar]
  let fine: [Scalar]

  init(_ work: KernelCase<Scalar>, count: Int) {
    (start, fineCount) = (work.below(50), 1 + work.below(40))
    coarse = work.numbers(count == 0 ? 0 : 2 * ((start + count - 1) / fineCount + 1))
    fine = work.numbers(2 * min(fineCount, count == 0 ? 0 : fineCount))
  }

  /// Number n, times `factor` in the coarse table.
  func number(
    _ n: Int, _ work: KernelCase<Scalar>, factor: Scalar
  ) -> (re: [Scalar], im: [Scalar]) {
    let (cr, ci) = complex(coarse, n / fineCount)
    return product(work, (factor * cr, factor * ci), complex(fine, n % fineCount))
  }
}

private func fuzzPack<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, isPair) = (work.length() / 2, work.below(2) == 0)
  let sequence = Sequence(work, count: count)
  work.sizes = "\(count) numbers from \(sequence.start), \(sequence.fineCount) fine, pair \(isPair)"
  let (x, y, a) = (work.numbers(count), work.numbers(count), work.numbers(1)[0])
  let z = unsafe work.output(work.numbers(2 * count))
  unsafe work.kernels.pack(
    work.input(x), isPair ? work.input(y) : nil, Double(a), work.input(sequence.coarse),
    work.input(sequence.fine), sequence.fineCount, sequence.start, z, count)
  let expected = (0..<count).flatMap { k -> [[Scalar]] in
    let g = sequence.number(sequence.start + k, work, factor: 1)
    let (zr, zi) = (a * x[k], a * y[k])
    guard isPair else { return [g.re.map { zr * $0 }, g.im.map { zr * $0 }] }
    return [
      g.re.flatMap { gr in g.im.flatMap { work.sumsOfProducts(zr, gr, -zi, $0) } },
      g.re.flatMap { gr in g.im.flatMap { work.sumsOfProducts(zr, $0, zi, gr) } },
    ]
  }
  unsafe work.expectOne(z, of: expected)
}

private func fuzzUnpack<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, wanted) = (work.length() / 2, work.below(4))
  let sequence = Sequence(work, count: count)
  work.sizes = "\(count) numbers from \(sequence.start), \(sequence.fineCount) fine, of \(wanted)"
  let (z, a) = (work.numbers(2 * count), work.numbers(1)[0])
  let limit = abs(work.numbers(1)[0])
  let x = unsafe work.output(work.numbers(count))
  let y = unsafe work.output(work.numbers(count))
  let small = unsafe work.kernels.unpack(
    work.input(z), Double(a), work.input(sequence.coarse), work.input(sequence.fine),
    sequence.fineCount, sequence.start, wanted & 1 != 0 ? x : nil, wanted & 2 != 0 ? y : nil, count,
    Double(limit))
  var expectedSmall = 0
  func compare(_ bit: Int, _ result: UnsafeMutablePointer<Scalar>) {
    guard wanted & bit != 0 else { return }
    let expected = (0..<count).map { k -> [Scalar] in
      let g = sequence.number(sequence.start + k, work, factor: a)
      let (zr, zi) = complex(z, k)
      return g.re.flatMap { gr in
        g.im.flatMap {
          bit == 1 ? work.sumsOfProducts(zr, gr, zi, $0) : work.sumsOfProducts(zi, gr, -zr, $0)
        }
      }
    }
    unsafe work.expectOne(result, of: expected)
    if (0..<count).contains(where: { unsafe abs(result[$0]) < limit }) { expectedSmall |= bit }
  }
  unsafe compare(1, x)
  unsafe compare(2, y)
  work.expect(Int(small) == expectedSmall, "small results \(small), not \(expectedSmall)")
}
