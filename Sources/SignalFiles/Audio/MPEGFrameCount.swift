// SPDX-License-Identifier: MIT

extension InputFile {
  /// Whether a file of MPEG audio says in its first frame how many there are, by Xing's header.
  /// Elsewhere its length is an estimate, from its size and the rate of the first frame.
  var hasMPEGFrameCount: Bool {
    var start = 0
    // Tags of ID3v2 stand before the sound: ten bytes, and as many as the last four of these say, by
    // seven bits each (id3.org, "ID3 tag version 2.4.0").
    while true {
      let tag = bytes(at: start, count: 10)
      guard tag.count == 10, tag.starts(with: Array("ID3".utf8)) else { break }
      start += 10 + tag[6...].reduce(0) { $0 << 7 | Int($1 & 0x7F) }
      if tag[5] & 0x10 != 0 { start += 10 }
    }
    let head = bytes(at: start, count: 4096)
    let frame = head.indices.dropLast().first { head[$0] == 0xFF && head[$0 + 1] >= 0xE0 }
    guard let frame else { return false }
    // Behind the side information, whose size follows from the version and the number of channels.
    return [13, 21, 36].contains { offset in
      let field = head[frame...].dropFirst(offset).prefix(8)
      let isHeader = ["Xing", "Info"].contains { field.starts(with: $0.utf8) }
      // The first of its flags: the number of frames follows.
      return isHeader && field.count == 8 && field[field.endIndex - 1] & 1 != 0
    }
  }
}
