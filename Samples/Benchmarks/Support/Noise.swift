// SPDX-License-Identifier: MIT

/// Uniform noise of -1 ..< 1, the same every time: SplitMix64 (Steele, Lea, Flood 2014).
public struct Noise {
  private var state: UInt64

  /// The noise of a seed.
  public init(seed: UInt64 = 1) { state = seed }

  /// The next number.
  public mutating func next() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return Double(Int64(bitPattern: mixed) >> 11) * 0x1p-52
  }
}
