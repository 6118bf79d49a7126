// SPDX-License-Identifier: MIT

/// Takes values from bytes; behind their end there are zeros.
struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  /// An integer, lowest byte first.
  mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) -> Integer {
    (0..<Integer.bitWidth / 8).reduce(0) {
      $0 | Integer(truncatingIfNeeded: byte()) << (8 * $1)
    }
  }

  /// Any integer of 64 bits: most are small, so that few bytes are enough for what is usual.
  mutating func whole() -> Int {
    switch byte() % 4 {
    case 0: Int(integer(Int8.self))
    case 1: Int(integer(Int16.self))
    case 2: Int(integer(Int32.self))
    default: integer()
    }
  }

  /// Any number, also NaN and infinity, many of them near whole ones.
  mutating func real() -> Double {
    switch byte() % 4 {
    case 0: Double(integer(Int8.self))
    case 1: Double(integer(Int16.self)) / 16
    case 2: Double(integer(Int32.self)) / 1000
    default: Double(bitPattern: integer())
    }
  }

  /// The bytes up to the next line feed.
  mutating func line() -> [UInt8] {
    let line = rest.prefix { $0 != 0x0A }
    rest = rest.dropFirst(line.count + 1)
    return Array(line)
  }

  mutating func text() -> String { String(decoding: line(), as: UTF8.self) }
}
