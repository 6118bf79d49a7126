// SPDX-License-Identifier: MIT

/// Uniform noise from SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, 2014).
struct DitherNoise {
  private var state: UInt64
  /// The standard deviation of a uniform variable of width 1 is 1 / √12.
  private let scale = Fingerprint.ditherLevel * Float(12).squareRoot() * 0x1p-32

  init(seed: UInt64) { state = seed }

  mutating func nextBits() -> UInt32 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return UInt32(truncatingIfNeeded: (z ^ (z >> 31)) >> 32)
  }

  mutating func next() -> Float { scale * Float(Int32(truncatingIfNeeded: nextBits())) }
}
