// SPDX-License-Identifier: MIT

import ComputeSupport
import VectorKernels

func smallResultKernels<Scalar: KernelScalar>() -> [FuzzedKernel<Scalar>] {
  [
    FuzzedKernel(name: "has_small_result", run: fuzzHasSmallResult),
    FuzzedKernel(name: "small_results", run: fuzzSmallResults),
    FuzzedKernel(name: "small_places", run: fuzzSmallPlaces),
  ]
}

/// A limit that some numbers of the case are below.
private func limit<Scalar>(_ work: KernelCase<Scalar>) -> Scalar {
  switch work.below(8) {
  case 0: 0
  case 1: .infinity
  case 2: .nan
  default: abs(work.numbers(1)[0])
  }
}

private func fuzzHasSmallResult<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, limit) = (work.length(), limit(work))
  work.sizes = "\(count) results, limit \(limit)"
  let y = work.numbers(count)
  let isThere = unsafe work.kernels.hasSmallResult(work.input(y), count, Double(limit))
  work.expect((isThere != 0) == y.contains { abs($0) < limit }, "has_small_result is \(isThere)")
}

private func fuzzSmallResults<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, tapCount, limit) = (work.length(), work.below(5), limit(work))
  work.sizes = "\(count) results, \(tapCount) taps, limit \(limit)"
  let (y, x) = (work.numbers(count), work.numbers(count + 40))
  let taps = (0..<tapCount).map { _ in
    let first = work.below(count + 1)
    return vk_large_tap(
      offset: work.below(41), first: first, end: first + work.below(count - first + 1),
      weight: Double(abs(work.numbers(1)[0])))
  }
  let expected = (0..<count).filter { n in
    let sum = taps.reduce(Scalar(0)) { sum, tap in
      guard tap.first <= n, n < tap.end else { return sum }
      let product = Scalar(tap.weight) * abs(x[tap.offset + n])
      return sum + product
    }
    return abs(y[n]) < limit && sum < limit
  }
  let from = unsafe work.output([work.below(3) == 0 ? work.below(count + 1) : 0])
  let start = unsafe from.pointee
  let found = unsafe work.output([Int](repeating: -1, count: Int(VK_MOST_SMALL_RESULTS)))
  let (results, samples, table) = unsafe (work.input(y), work.input(x), work.input(taps))
  var all: [Int] = []
  while unsafe from.pointee < count {
    let before = unsafe from.pointee
    let number = unsafe work.kernels.smallResults(
      results, from, count, Double(limit), samples, table, tapCount, found)
    guard unsafe from.pointee > before, (0...Int(VK_MOST_SMALL_RESULTS)).contains(number) else {
      return work.expect(false, "\(number) small results from \(before)")
    }
    all += (0..<number).map { unsafe found[$0] }
  }
  work.expect(all == expected.filter { $0 >= start }, "small results are \(all), not \(expected)")
}

private func fuzzSmallPlaces<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, step, limit) = (work.length(), 1 + work.below(3), limit(work))
  work.sizes = "\(count) results, step \(step), limit \(limit)"
  let x = work.numbers(count == 0 ? 0 : (count - 1) * step + 1)
  let places = unsafe work.output([Int](repeating: -1, count: count))
  let found = unsafe work.kernels.smallPlaces(work.input(x), count, step, Double(limit), places)
  let expected = (0..<count).filter { abs(x[$0 * step]) < limit }
  work.expect(
    found == expected.count && expected.indices.allSatisfy { unsafe places[$0] == expected[$0] },
    "\(found) small places, not \(expected)")
}
