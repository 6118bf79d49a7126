// SPDX-License-Identifier: MIT

import TestSupport
import Testing
import VectorKernels

/// The number of differing bits at every place, against the definition.
@Suite struct DifferingBitsTests {
  @Test(arguments: [1, 2, 4]) func countsThem(step: Int) {
    var generator = SeededGenerator(seed: 51)
    for taps in Array(1...7) + [29, 30, 31, 32, 33, 95, 400] {
      for count in VectorKernelsTests.counts {
        let wordCount = count + (taps - 1) * step
        let words = (0..<wordCount).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
        let pattern = (0..<taps).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
        var counts = [UInt32](repeating: .max, count: count)
        unsafe vk_differing_bits_f32(words, count, pattern, taps, step, &counts)
        var expected = [UInt32](repeating: 0, count: count)
        for place in 0..<count {
          for tap in 0..<taps {
            let difference = words[place + tap * step] ^ pattern[tap]
            expected[place] += UInt32(difference.nonzeroBitCount)
          }
        }
        #expect(counts == expected, "\(taps) taps, \(count) places")
      }
    }
  }

  /// All bits differ: the largest numbers that parts of a word have to hold.
  @Test func countsAll() {
    let (taps, count) = (1000, 100)
    let words = [UInt32](repeating: .max, count: count + taps)
    var counts = [UInt32](repeating: 0, count: count)
    unsafe vk_differing_bits_f32(
      words, count, [UInt32](repeating: 0, count: taps), taps, 1, &counts)
    #expect(counts.allSatisfy { $0 == 32_000 })
  }
}
