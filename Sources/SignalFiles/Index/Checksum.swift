// SPDX-License-Identifier: MIT

internal import CZlib

/// The CRC-32 of bytes (ISO 3309), by zlib.
package func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
  let bytes = Array(bytes)
  return unsafe bytes.withUnsafeBytes { unsafe checksum($0) }
}

/// The CRC-32 of words as they are in memory.
func checksum(_ words: [UInt32]) -> UInt32 {
  unsafe words.withUnsafeBytes { unsafe checksum($0) }
}

private func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
  return UInt32(truncatingIfNeeded: unsafe crc32_z(0, start, bytes.count))
}
