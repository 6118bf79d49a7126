// SPDX-License-Identifier: MIT

import ComputeSupport
import TestSupport
import VectorKernels

func imageKernels<Scalar: KernelScalar>() -> [FuzzedKernel<Scalar>] {
  [
    FuzzedKernel(name: "slide_column_sums", run: fuzzSlideColumnSums),
    FuzzedKernel(name: "normalise_scores", run: fuzzNormaliseScores),
    FuzzedKernel(name: "sum_neighbours", run: fuzzSumNeighbours),
    FuzzedKernel(name: "differing_bits", run: fuzzDifferingBits),
  ]
}

/// `count` numbers in double precision.
private func doubles<Scalar>(_ work: KernelCase<Scalar>, _ count: Int) -> [Double] {
  work.numbers(count).map { Double($0) }
}

private func fuzzSlideColumnSums<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, isLeaving) = (work.length(), work.below(3) > 0)
  work.sizes = "\(count) columns, leaving \(isLeaving)"
  let (old, new) = (work.numbers(count), work.numbers(count))
  var (sums, squares) = (doubles(work, 2 * count), doubles(work, 2 * count))
  let (a, b) = unsafe (work.output(sums), work.output(squares))
  unsafe work.kernels.slideColumnSums(
    isLeaving ? work.input(old) : nil, work.input(new), a, b, count)
  func add(_ number: Double, _ k: Int, to sums: inout [Double]) {
    let old = sums[k]
    sums[k] = old + number
    let part = sums[k] - old
    sums[count + k] += (old - (sums[k] - part)) + (number - part)
  }
  for k in 0..<count {
    let (entering, leaving) = (Double(new[k]), Double(old[k]))
    add(entering, k, to: &sums)
    if isLeaving { add(-leaving, k, to: &sums) }
    add(entering * entering, k, to: &squares)
    if isLeaving { add(-(leaving * leaving), k, to: &squares) }
  }
  unsafe work.expectSame(a, sums, "sum")
  unsafe work.expectSame(b, squares, "sum of squares")
}

private func fuzzNormaliseScores<Scalar>(_ work: KernelCase<Scalar>) {
  let count = work.length()
  let area = Double(1 + work.below(50))
  let (flat, rounding) = (abs(doubles(work, 1)[0]), Double(work.below(3)) * 0.1)
  let factors = (doubles(work, 1)[0], abs(doubles(work, 1)[0]))
  work.sizes = "\(count) scores, area \(area), flat \(flat), rounding \(rounding), \(factors)"
  let (products, sums) = (work.numbers(count), doubles(work, count))
  // What is above a mean's square by a distance, most often.
  let squares = zip(sums, doubles(work, count)).map { $0 * $0 / area + $1 }
  let isInPlace = work.below(2) == 0
  let scores = unsafe work.output(isInPlace ? products : work.numbers(count))
  unsafe work.kernels.normaliseScores(
    isInPlace ? UnsafePointer(scores) : work.input(products), work.input(sums), work.input(squares),
    area, flat, rounding, factors.0, factors.1, scores, count)
  let perElement = 1 / area
  let expected = (0..<count).map { k -> Scalar in
    let distance = squares[k] - sums[k] * sums[k] * perElement
    let root = Scalar(distance * factors.1).squareRoot()
    let score = Scalar(Double(products[k]) * factors.0) / root
    guard distance > flat, distance > rounding * squares[k], !score.isNaN else { return .infinity }
    return max(-1, min(1, score))
  }
  unsafe work.expectSame(scores, expected, "score")
}

private func fuzzSumNeighbours<Scalar>(_ work: KernelCase<Scalar>) {
  let width = 1 + work.below(40)
  let count = width - 1 + work.length() / 2
  work.sizes = "\(count) columns, \(width) wide"
  let (columns, others) = (doubles(work, 2 * count), doubles(work, 2 * count))
  let places = count - width + 1
  let (sums, otherSums) = unsafe (
    work.output(doubles(work, places)), work.output(doubles(work, places))
  )
  unsafe vk_sum_neighbours(
    work.input(columns), work.input(others), count, width, sums, otherSums)
  func compare(_ numbers: [Double], _ sums: UnsafeMutablePointer<Double>) {
    for k in 0..<places {
      let terms = (k..<k + width).flatMap { [numbers[$0], numbers[count + $0]] }
      unsafe work.expectSum(
        sums[k], of: terms, isSpoiled: !terms.allSatisfy(\.isFinite),
        roundings: 2 * Double(2 * width), "sum \(k)")
    }
  }
  unsafe compare(columns, sums)
  unsafe compare(others, otherSums)
}

private func fuzzDifferingBits<Scalar>(_ work: KernelCase<Scalar>) {
  let (count, step) = (work.length(), 1 + work.below(4))
  let taps = work.below(4) == 0 ? work.below(300) : work.below(40)
  work.sizes = "\(count) places, \(taps) taps, step \(step)"
  func words(_ number: Int) -> [UInt32] {
    (0..<number).map { _ in
      switch work.below(4) {
      case 0: 0
      case 1: .max
      default: UInt32(truncatingIfNeeded: work.generator.next())
      }
    }
  }
  let samples = words(count == 0 || taps == 0 ? 0 : count + (taps - 1) * step)
  let pattern = words(taps)
  let counts = unsafe work.output(words(count))
  unsafe vk_differing_bits_f32(
    work.input(samples), count, work.input(pattern), taps, step, counts)
  for k in 0..<count {
    let expected = pattern.indices.reduce(0) {
      $0 + (samples[k + $1 * step] ^ pattern[$1]).nonzeroBitCount
    }
    let number = unsafe counts[k]
    work.expect(number == UInt32(expected), "count \(k) is \(number), not \(expected)")
  }
}
