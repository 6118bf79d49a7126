// SPDX-License-Identifier: MIT

import TestSupport

/// Bytes with one to four changes such as damage, and malice, makes.
func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
  return bytes
}

private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
  guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
  let place = Int.random(in: bytes.indices, using: &random)
  let length = min(Int.random(in: 1...16, using: &random), bytes.count - place)
  switch Int.random(in: 0..<7, using: &random) {
  case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
  case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
  case 2: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
  case 3: bytes.removeSubrange(place..<place + length)
  case 4: bytes.removeSubrange(place...)
  case 5: bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: place)
  default: set(extreme(&random), at: place, of: &bytes, &random)
  }
}

/// A number at the limits of what integers hold.
private func extreme(_ random: inout SeededGenerator) -> UInt64 {
  let bits = UInt64.random(in: 0...64, using: &random)
  // Shifted by 64 it is 0.
  let power = UInt64(1) << bits
  return power &+ UInt64(bitPattern: Int64.random(in: -1...1, using: &random))
}

/// Writes a number of 1 to 8 bytes in either order of bytes.
private func set(
  _ number: UInt64, at place: Int, of bytes: inout [UInt8], _ random: inout SeededGenerator
) {
  let size = [1, 2, 4, 8].randomElement(using: &random) ?? 1
  let isBigEndian = Bool.random(using: &random)
  for byte in 0..<min(size, bytes.count - place) {
    let shift = isBigEndian ? size - 1 - byte : byte
    bytes[place + byte] = UInt8(truncatingIfNeeded: number >> UInt64(8 * shift))
  }
}
