// SPDX-License-Identifier: MIT

import TestSupport
import Testing
import VectorKernels

/// The kernels of template matching against the same things in plain Swift.
@Suite struct TemplateScoresTests {
  @Test func slidingColumnSums() {
    var generator = SeededGenerator(seed: 31)
    for count in VectorKernelsTests.counts {
      let old = (0..<count).map { _ in generator.smallInteger() }
      let new = (0..<count).map { _ in generator.smallInteger() }
      for isLeaving in [false, true] {
        // Small integers: nothing is rounded away.
        let rest = [Double](repeating: 0, count: count)
        let (tens, scores) = (rest.map { $0 + 10 } + rest, rest.map { $0 + 20 } + rest)
        let sums = zip(old, new).map { Double(10 + $1 - (isLeaving ? $0 : 0)) } + rest
        let squares = zip(old, new).map { Double(20 + $1 * $1 - (isLeaving ? $0 * $0 : 0)) } + rest
        var (a, b) = (tens, scores)
        unsafe vk_slide_column_sums_f32(
          isLeaving ? old.map(Float.init) : nil, new.map(Float.init), &a, &b, count)
        #expect(a == sums && b == squares)
        (a, b) = (tens, scores)
        unsafe vk_slide_column_sums_f64(
          isLeaving ? old.map(Double.init) : nil, new.map(Double.init), &a, &b, count)
        #expect(a == sums && b == squares)
      }
    }
  }

  /// What leaves takes away just what it brought, however large: the numbers beside it come out whole.
  @Test(arguments: [1, 1e7, 1e20]) func whatLeavesLeavesNothing(factor: Double) {
    var generator = SeededGenerator(seed: 32)
    let count = 100
    let (kept, passing) = (
      (0..<count).map { _ in generator.normal() },
      (0..<count).map { _ in factor * generator.normal() }
    )
    let none = [Double](repeating: 0, count: count)
    var (sums, squares) = ([Double](repeating: 0, count: 2 * count), none + none)
    unsafe vk_slide_column_sums_f64(nil, passing, &sums, &squares, count)
    unsafe vk_slide_column_sums_f64(passing, kept, &sums, &squares, count)
    for k in 0..<count {
      let bound = 0x1p-53 * max(1, factor * factor * 0x1p-50)
      #expect(abs(sums[k] + sums[count + k] - kept[k]) <= bound * abs(kept[k]))
      let square = kept[k] * kept[k]
      #expect(abs(squares[k] + squares[count + k] - square) <= bound * max(square, 1))
    }
  }

  @Test(arguments: [1, 2, 7, 16]) func neighbours(width: Int) {
    var generator = SeededGenerator(seed: 34)
    for count in VectorKernelsTests.counts where count >= width {
      let columns = (0..<(2 * count)).map { _ in Double(generator.smallInteger()) }
      let others = (0..<(2 * count)).map { _ in Double(generator.smallInteger()) }
      var sums = [Double](repeating: .nan, count: count - width + 1)
      var otherSums = sums
      unsafe vk_sum_neighbours(columns, others, count, width, &sums, &otherSums)
      func direct(_ numbers: [Double]) -> [Double] {
        (0...(count - width)).map { k in
          (k..<(k + width)).reduce(0) { $0 + numbers[$1] + numbers[count + $1] }
        }
      }
      #expect(sums == direct(columns) && otherSums == direct(others))
    }
  }

  @Test func scores() {
    var generator = SeededGenerator(seed: 33)
    let (area, flat, rounding) = (12.0, 0.5, 0.1)
    let (productFactor, distanceFactor) = (0.25, 0.0625)
    for count in VectorKernelsTests.counts {
      let products = (0..<count).map { _ in 3 * generator.normal() }
      let sums = (0..<count).map { _ in 3 * generator.normal() }
      // Every third window is flat, or worse, by rounding: its score is not sure.
      let squares = sums.enumerated().map { index, sum in
        sum * sum / area + (index % 3 == 0 ? -0.1 : 1 + abs(generator.normal()))
      }
      let expected = (0..<count).map { k in
        let distance = squares[k] - sums[k] * sums[k] / area
        guard distance > flat, distance > rounding * squares[k] else { return Double.infinity }
        let score = products[k] * productFactor / (distance * distanceFactor).squareRoot()
        return max(-1, min(1, score))
      }
      var narrow = products.map { Float($0) }
      unsafe vk_normalise_scores_f32(
        narrow, sums, squares, area, flat, rounding, productFactor, distanceFactor, &narrow, count)
      #expect(
        zip(narrow, expected).allSatisfy {
          Double($0) == $1 || abs(Double($0) - $1) < 4 * 0x1p-24
        })
      var wide = [Double](repeating: .nan, count: count)
      unsafe vk_normalise_scores_f64(
        products, sums, squares, area, flat, rounding, productFactor, distanceFactor, &wide, count)
      #expect(zip(wide, expected).allSatisfy { $0 == $1 || abs($0 - $1) < 16 * 0x1p-53 })
    }
  }

  @Test func subtracting() {
    for count in VectorKernelsTests.counts {
      let x = (0..<count).map { Float($0) * 0.37 }
      var y = [Float](repeating: .nan, count: count)
      unsafe vk_subtract_f32(x, 0.1, &y, count)
      #expect(y == x.map { Float(Double($0) - 0.1) })
      var wide = [Double](repeating: .nan, count: count)
      unsafe vk_subtract_f64(x.map(Double.init), 0.1, &wide, count)
      #expect(wide == x.map { Double($0) - 0.1 })
    }
  }
}
