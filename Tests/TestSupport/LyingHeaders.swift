// SPDX-License-Identifier: MIT

/// A file whose header announces far more than follows, made of a good one.
public struct LyingHeader: Sendable, CustomStringConvertible {
  /// What it announces.
  public let description: String
  /// The extension of the good file.
  public let kind: String
  /// Makes it lie.
  public let edit: @Sendable (inout [UInt8]) -> Void
}

/// One for each kind of sound file that announces its length, and each field that does.
public let lyingHeaders: [LyingHeader] = [
  LyingHeader(description: "FLAC of 2^36 - 1 samples", kind: "flac") {
    // The last 36 bits of 64, in the block that comes first (RFC 9639, section 8.2).
    $0[21] |= 0x0F
    $0.set([0xFF, 0xFF, 0xFF, 0xFF], at: 22)
  },
  LyingHeader(description: "FLAC of 2^34 samples", kind: "flac") { $0[21] |= 0x04 },
  LyingHeader(description: "FLAC of 2^28 samples", kind: "flac") { $0[22] |= 0x10 },
  LyingHeader(description: "WAV of 1.9 GB", kind: "wav") {
    $0.set([0xFE, 0xFF, 0xF0, 0x70], after: "data")
  },
  LyingHeader(description: "WAV of twice its bytes", kind: "wav") { bytes in
    let size = UInt32(2 * bytes.count)
    bytes.set((0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }, after: "data")
  },
  LyingHeader(description: "AIFF of 2 GB", kind: "aiff") {
    $0.set([0x7F, 0xFF, 0xFF, 0xFE], after: "SSND")
  },
  LyingHeader(description: "AU of 2 GB", kind: "au") { $0.set([0x7F, 0xFF, 0xFF, 0xFE], at: 8) },
  LyingHeader(description: "W64 of 2^60 bytes", kind: "w64") {
    // A name is 16 bytes long there.
    $0.set([0, 0, 0, 0, 0, 0, 0, 0x10], after: "data", offset: 12)
  },
  LyingHeader(description: "CAF of 2^60 bytes", kind: "caf") {
    $0.set([0x10, 0, 0, 0, 0, 0, 0, 0], after: "data")
  },
  LyingHeader(description: "Ogg Vorbis of 2^60 samples", kind: "ogg") { $0.setLastGranule() },
  LyingHeader(description: "Opus of 2^60 samples", kind: "opus") { $0.setLastGranule() },
]

extension [UInt8] {
  /// Writes bytes over others.
  public mutating func set(_ bytes: [UInt8], at offset: Int) {
    replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }

  /// Writes bytes behind the first place of a name.
  public mutating func set(_ bytes: [UInt8], after name: String, offset: Int = 0) {
    guard let place = place(of: name) else { preconditionFailure("there is no \(name)") }
    set(bytes, at: place + name.utf8.count + offset)
  }

  /// Where a name stands first.
  public func place(of name: String) -> Int? {
    let wanted = Array(name.utf8)
    return indices.first { self[$0...].starts(with: wanted) }
  }

  /// Makes the last page of an Ogg stream end at sample 2^60, with a sum that is right (RFC 3533,
  /// section 6).
  fileprivate mutating func setLastGranule() {
    let mark = Array("OggS".utf8)
    guard let page = indices.last(where: { self[$0...].starts(with: mark) }) else {
      preconditionFailure("there is no page")
    }
    set([0, 0, 0, 0, 0, 0, 0, 0x10], at: page + 6)
    set([0, 0, 0, 0], at: page + 22)
    var sum: UInt32 = 0
    for byte in self[page...] {
      sum ^= UInt32(byte) << 24
      for _ in 0..<8 { sum = sum & 0x8000_0000 == 0 ? sum << 1 : sum << 1 ^ 0x04C1_1DB7 }
    }
    set((0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }, at: page + 22)
  }
}
