// SPDX-License-Identifier: MIT

internal import Platform

/// A short text by which the system tells of itself.
struct SystemText {
  private let bytes: [UInt8]

  /// nil where there is no such file.
  init?(_ path: String) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // The longest, /proc/meminfo and memory.stat, have a few kilobytes, and what is looked for stands in
    // the first ones.
    bytes = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 13) { buffer, count in
      count = 0
      while count < buffer.count, let start = buffer.baseAddress {
        let length = unsafe read(descriptor, start + count, buffer.count - count)
        guard length > 0 else { return }
        count += length
      }
    }
  }

  var lines: [Substring] { String(decoding: bytes, as: UTF8.self).split(separator: "\n") }

  /// The number behind the first `key` and spaces; nil where there is none.
  func number(after key: String) -> Int? {
    let key = Array(key.utf8)
    let end = bytes.count - key.count
    guard
      let place = (0...max(0, end)).first(where: {
        $0 <= end && bytes[$0..<($0 + key.count)].elementsEqual(key)
      })
    else { return nil }
    let rest = bytes[(place + key.count)...].drop { $0 == UInt8(ascii: " ") }
    return Int(String(decoding: rest.prefix { 0x30...0x39 ~= $0 }, as: UTF8.self))
  }
}
