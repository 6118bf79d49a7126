extension InputFile {
  /// Whether this is an Ogg file, Vorbis or Opus, that lacks its last page: such a file announces no
  /// length, and its last page is marked as the last (RFC 3533, section 6).
  var isUnendedOggStream: Bool {
    guard let byteCount, bytes(at: 0, count: 4) == oggPageMark else { return false }
    // A page has a header of 27 bytes, a table of up to 255 segments, and up to 255 bytes in each.
    let largestPage = 27 + 255 + 255 * 255
    let tail = bytes(at: max(0, byteCount - largestPage), count: min(byteCount, largestPage))
    let last = (0...max(0, tail.count - 27)).last { tail[$0...].starts(with: oggPageMark) }
    guard let last, last + 27 <= tail.count else { return true }
    let isMarkedLast = tail[last + 5] & 4 != 0
    let table = tail[(last + 27)...].prefix(Int(tail[last + 26]))
    let size = table.reduce(27 + table.count) { $0 + Int($1) }
    return !isMarkedLast || last + size > tail.count
  }
}

private let oggPageMark = Array("OggS".utf8)
