// SPDX-License-Identifier: MIT

/// The lengths of transforms that the planner chooses from: 4, 5, 6 and 7 times the powers of two.
///
/// They are at most a quarter apart, FFTW has code for all their factors, and they are few enough
/// that each one's time can be measured. The shortest is 32.
package enum TransformLengths {
  /// The number of lengths whose time is measured: 32 ... 7 · 2²².
  static let measuredCount = 4 * 20

  /// The lengths up to `largest`, and those of the transforms that shorter ones are packed into.
  package static func planned(upTo largest: Int) -> [Int] {
    [16, 20, 24, 28] + (0...index(atLeast: largest)).map(length(at:)).filter { $0 <= largest }
  }

  /// The length with this index, from 0 upwards.
  static func length(at index: Int) -> Int { (4 + index % 4) << (3 + index / 4) }

  /// The index of the shortest length that is at least `minimum`.
  static func index(atLeast minimum: Int) -> Int {
    guard minimum > 32 else { return 0 }
    // With 2^e <= minimum - 1 < 2^(e+1), in steps of 2^(e-2).
    let exponent = Int.bitWidth - 1 - (minimum - 1).leadingZeroBitCount
    let quarters = (minimum - 1) >> (exponent - 2)
    return 4 * (exponent - 5) + (quarters - 4) + 1
  }
}

/// The shortest transform whose circular convolution has the results `range` of the full one.
///
/// Result k and result k + N fall together: there must be none beyond the range to fall into it.
func leastTransformLength(signalCount n: Int, kernelCount m: Int, range: Range<Int>) -> Int {
  max(n, m, range.upperBound, n + m - 1 - range.lowerBound)
}
