import Testing
import TestSupport
import VectorKernels

/// The indices of small results against their definition, for every small length.
@Suite struct SmallResultsTests {
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
        var found = [Int](repeating: -1, count: count)
        var used = unsafe vk_small_results_f32(
          y.map(Float.init), count, Double(limit), x.map(Float.init), taps, tapCount, &found)
        #expect(Array(found[..<used]) == expected, "\(count) results, \(tapCount) taps")
        used = unsafe vk_small_results_f64(
          y.map(Double.init), count, Double(limit), x.map(Double.init), taps, tapCount, &found)
        #expect(Array(found[..<used]) == expected, "\(count) results, \(tapCount) taps")
      }
    }
  }

  @Test func whatIsNotANumberIsNotSmall() {
    for count in VectorKernelsTests.counts where count > 0 {
      var y = [Float](repeating: 1, count: count)
      (y[0], y[count - 1]) = (.nan, .infinity)
      var found = [Int](repeating: -1, count: count)
      let used = unsafe vk_small_results_f32(y, count, 2, nil, nil, 0, &found)
      #expect(Array(found[..<used]) == (0..<count).filter { y[$0] == 1 })
    }
  }
}
