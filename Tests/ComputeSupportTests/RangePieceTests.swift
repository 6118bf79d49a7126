// SPDX-License-Identifier: MIT

import ComputeSupport
import Testing

/// How results are divided among threads.
@Suite struct RangePieceTests {
  @Test(arguments: [0, 1, 3, 4, 5, 16, 17, 96, 97, 510, 700, 2046, 2048])
  func evenPiecesCoverAllInEqualParts(count: Int) {
    for (longest, step) in [(16, 4), (32, 4), (96, 4), (12, 12), (5, 1)] {
      let pieces = (7..<(7 + count)).evenPieces(ofAtMost: longest, inStepsOf: step)
      #expect(pieces.flatMap(Array.init) == Array(7..<(7 + count)))
      #expect(pieces.count == (count + longest - 1) / longest)
      let lengths = pieces.dropLast().map(\.count)
      #expect(lengths.allSatisfy { $0 <= longest && $0.isMultiple(of: step) })
      #expect((lengths.max() ?? 0) - (lengths.min() ?? 0) <= step)
      // The last one takes what is left of a step.
      #expect((1...longest).contains(pieces.last?.count ?? 1))
    }
  }
}
