// SPDX-License-Identifier: MIT

/// What is the matter with the pages of an Ogg file, Vorbis or Opus: decoders leave out pages that are
/// damaged, and take the sound for shorter, or for later where the first one is lost.
package enum OggProblem: String {
  /// Such a file announces no length; its last page is marked as the last.
  case missingEnd = "its end is missing"
  case damagedPage = "a page of it is damaged, or missing"
}

extension InputFile {
  /// nil where all is well, and for other files. The whole file is read.
  ///
  /// A page has a header of 27 bytes, with a checksum and its number within its stream, a table of up to
  /// 255 sizes, and so many segments (RFC 3533, section 6).
  var oggProblem: OggProblem? {
    guard let byteCount, bytes(at: 0, count: 4) == oggPageMark else { return nil }
    var numbers: [[UInt8]: UInt32] = [:]
    var position = 0
    var isMarkedLast = false
    while position < byteCount {
      let page = bytes(at: position, count: largestOggPage)
      guard page.starts(with: oggPageMark) else {
        // What programs write behind the end is not looked at.
        return isMarkedLast && !page.hasOggPage ? nil : .damagedPage
      }
      guard page.count >= 27, page.count >= 27 + Int(page[26]) else { return .missingEnd }
      let table = page[27..<(27 + Int(page[26]))]
      let size = table.reduce(27 + table.count) { $0 + Int($1) }
      guard size <= page.count else { return .missingEnd }
      guard oggChecksum(page[..<size]) == page.number(at: 22) else { return .damagedPage }
      let stream = Array(page[14..<18])
      let number = page.number(at: 18)
      if let last = numbers[stream], number != last &+ 1 { return .damagedPage }
      numbers[stream] = number
      isMarkedLast = page[5] & 4 != 0
      position += size
    }
    return isMarkedLast ? nil : .missingEnd
  }
}

private let oggPageMark = Array("OggS".utf8)
private let largestOggPage = 27 + 255 + 255 * 255

extension [UInt8] {
  fileprivate var hasOggPage: Bool {
    indices.dropLast(3).contains {
      self[$0] == oggPageMark[0] && self[$0...].starts(with: oggPageMark)
    }
  }

  /// A number of 32 bits, the lowest first.
  fileprivate func number(at place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(self[place + $1]) << (8 * $1) }
  }
}

/// A CRC of 32 bits by the polynomial 0x04C11DB7, from the highest bit on, over a page with zeros in the
/// checksum's place.
private func oggChecksum(_ page: ArraySlice<UInt8>) -> UInt32 {
  var sum: UInt32 = 0
  for (index, byte) in page.enumerated() {
    let counted = 22..<26 ~= index ? 0 : byte
    sum = sum << 8 ^ oggChecksums[Int(UInt8(sum >> 24) ^ counted)]
  }
  return sum
}

/// The checksums of single bytes.
private let oggChecksums: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte) << 24) { sum, _ in
    sum & 0x8000_0000 == 0 ? sum << 1 : sum << 1 ^ 0x04C1_1DB7
  }
}
