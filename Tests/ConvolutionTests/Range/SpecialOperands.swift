// SPDX-License-Identifier: MIT

import Convolution
import Foundation
import FourierTransform
import RealModule
import TestSupport
import Testing

// A huge, infinite or missing value in either operand reaches the results that it is a part of, and
// no others, by every method.
//
// A result is the sum of its products. Its error is at most about half the type's precision of the sum
// of their magnitudes, however large others are; what is not finite is what direct sums give.

/// How many random shapes each operation meets; with `OVERLAP_TEST_ALL` ten thousand cases in all.
let rangeShapes = ProcessInfo.processInfo.environment["OVERLAP_TEST_ALL"] == nil ? 6 : 160

/// The values that one operand or both have at a few places.
func specialValues<T: FourierScalar>(_ type: T.Type) -> [T] {
  [
    1e6, -1e12, 1e30, T.greatestFiniteMagnitude, .infinity, -.infinity, .nan,
    T.leastNonzeroMagnitude,
  ]
}

/// Noise, of which some samples are zero; one or a few are special.
func operand<T: FourierScalar>(
  _ count: Int, _ special: T?, _ generator: inout SeededGenerator
) -> [T] {
  let share: [Double] = [0, 0, 0.3, 0.9]
  let zeros = share.randomElement(using: &generator) ?? 0
  var values = (0..<count).map { _ -> T in
    Double.random(in: 0..<1, using: &generator) < zeros ? 0 : T(generator.normal())
  }
  guard let special else { return values }
  for _ in 0..<([1, 1, 3].randomElement(using: &generator) ?? 1) {
    let ends = [0, count - 1, Int.random(in: 0..<count, using: &generator)]
    values[ends.randomElement(using: &generator) ?? 0] = special
  }
  return values
}

/// Sums of products, and of their magnitudes.
struct ProductSums {
  private(set) var sums: [Double]
  private(set) var magnitudes: [Double]

  init(count: Int) {
    sums = [Double](repeating: 0, count: count)
    magnitudes = sums
  }

  mutating func add<T: FourierScalar>(_ x: T, _ h: T, to index: Int) {
    let product = Double(x) * Double(h)
    sums[index] += product
    // NaN marks results that something is a part of that is not finite.
    magnitudes[index] += x.isFinite && h.isFinite ? abs(product) : .nan
  }

  /// Expects results to be the sums at some of their indices; those beyond are zero.
  func expect<T: FourierScalar>(_ results: [T], _ range: Range<Int>, _ what: String) {
    #expect(results.count == range.count, "\(what)")
    for (result, index) in zip(results, range) {
      let isThere = sums.indices ~= index
      if let fault = fault(result, isThere ? sums[index] : 0, isThere ? magnitudes[index] : 0) {
        Issue.record("\(what), result \(index): \(fault)")
        return
      }
    }
  }

  /// What is wrong with a result; nil if nothing is.
  private func fault<T: FourierScalar>(_ actual: T, _ sum: Double, _ magnitude: Double) -> String? {
    if magnitude.isNaN {
      if sum.isNaN { return actual.isNaN ? nil : "\(actual), not NaN" }
      return Double(actual) == sum ? nil : "\(actual), not \(sum)"
    }
    // Beyond the type's range a sum may overflow on its way.
    let ratio = Double.exp2(3 - Double((T.significandBitCount + 1) / 2))
    guard magnitude * (1 + ratio) < Double(T.greatestFiniteMagnitude) else { return nil }
    let bound = ratio * magnitude + 64 * Double(T.leastNormalMagnitude)
    let error = abs(Double(actual) - sum)
    return error <= bound ? nil : "\(actual), not \(sum): off by \(error) of \(magnitude)"
  }
}

/// Expects results of a full convolution at some of its indices.
func expectConvolution<T: FourierScalar>(
  _ signal: [T], _ kernel: [T], _ what: String, _ results: [T], _ range: Range<Int>
) {
  var wanted = ProductSums(count: signal.count + kernel.count - 1)
  for (i, x) in signal.enumerated() {
    for (k, h) in kernel.enumerated() { wanted.add(x, h, to: i + k) }
  }
  wanted.expect(results, range, "\(what), \(signal.count) by \(kernel.count)")
}
