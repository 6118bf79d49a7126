// SPDX-License-Identifier: MIT

import Testing
import TestSupport
import VectorKernels

/// The indices of small results against their definition, for every small length.
@Suite struct SmallResultsTests {
  /// What is found by one call after the other.
  private func indices(
    _ count: Int, _ find: (_ from: inout Int, _ found: inout [Int]) -> Int
  ) -> [Int] {
    var all: [Int] = []
    var from = 0
    while from < count {
      var found = [Int](repeating: -1, count: Int(VK_MOST_SMALL_RESULTS))
      let used = find(&from, &found)
      all += found[..<used]
    }
    return all
  }

  /// Small integers, so that sums of products are exact.
  @Test func areThoseWithoutLargeProducts() {
    var generator = SeededGenerator(seed: 11)
    for count in VectorKernelsTests.counts {
      for tapCount in 0...4 {
        let y = (0..<count).map { _ in generator.smallInteger() }
        let x = (0..<(count + 40)).map { _ in generator.smallInteger() }
        let taps = (0..<tapCount).map { _ in
          let first = Int.random(in: 0...count, using: &generator)
          return vk_large_tap(
            offset: Int.random(in: 0...40, using: &generator), first: first,
            end: Int.random(in: first...count, using: &generator),
            weight: Double(abs(generator.smallInteger())))
        }
        let limit = Int.random(in: 1...9, using: &generator)
        let expected = (0..<count).filter { n in
          let met = taps.filter { $0.first <= n && n < $0.end }
          let sum = met.reduce(0) { $0 + Int($1.weight) * abs(x[$1.offset + n]) }
          return abs(y[n]) < limit && sum < limit
        }
        let (y32, x32) = (y.map(Float.init), x.map(Float.init))
        let (y64, x64) = (y.map(Double.init), x.map(Double.init))
        let single = indices(count) { from, found in
          unsafe vk_small_results_f32(
            y32, &from, count, Double(limit), x32, taps, tapCount, &found)
        }
        let double = indices(count) { from, found in
          unsafe vk_small_results_f64(
            y64, &from, count, Double(limit), x64, taps, tapCount, &found)
        }
        #expect(single == expected && double == expected, "\(count) results, \(tapCount) taps")
        let isThere: CInt = y.contains { abs($0) < limit } ? 1 : 0
        #expect(unsafe vk_has_small_result_f32(y32, count, Double(limit)) == isThere)
        #expect(unsafe vk_has_small_result_f64(y64, count, Double(limit)) == isThere)
      }
    }
  }

  @Test func whatIsNotANumberIsNotSmall() {
    for count in VectorKernelsTests.counts where count > 0 {
      var y = [Float](repeating: 1, count: count)
      (y[0], y[count - 1]) = (.nan, .infinity)
      let found = indices(count) { from, found in
        unsafe vk_small_results_f32(y, &from, count, 2, nil, nil, 0, &found)
      }
      #expect(found == (0..<count).filter { y[$0] == 1 })
    }
  }
}
