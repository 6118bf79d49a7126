// SPDX-License-Identifier: MIT

/// Some of the segments, 64 at most, that the results of a block are divided into: those in which
/// something has to be looked at.
struct ResultSegments {
  /// Bit n stands for the results from n · 2^`lengthLog2` on.
  var bits: UInt64
  let lengthLog2: Int
  private let count: Int

  /// None of the segments of `count` results.
  init(none count: Int) {
    self.count = count
    bits = 0
    lengthLog2 = max(0, Int.bitWidth - (max(0, count - 1) >> 6).leadingZeroBitCount)
  }

  /// All of the segments of `count` results.
  init(all count: Int) {
    self.init(none: count)
    bits = .max
  }

  /// Adds the segments of some results.
  mutating func insert(_ results: Range<Int>) {
    guard !results.isEmpty else { return }
    let last = UInt64((results.upperBound - 1) >> lengthLog2)
    bits |= UInt64.max << UInt64(results.lowerBound >> lengthLog2) & UInt64.max >> (63 - last)
  }

  /// Calls `body` with the indices of the results in the segments: once for those that adjoin.
  func forEachRange(_ body: (Range<Int>) -> Void) {
    var segment = 0
    while bits >> segment != 0 {
      segment += (bits >> segment).trailingZeroBitCount
      let end = segment + (~(bits >> segment)).trailingZeroBitCount
      let first = min(count, segment << lengthLog2)
      body(first..<min(count, end << lengthLog2))
      segment = end
    }
  }
}
