// SPDX-License-Identifier: MIT

import SignalFiles

/// As it is, and with checksums that are right: they are no proof against who means harm.
func readIndex(_ bytes: [UInt8], _ files: MemoryFiles) {
  readIndex(unchanged: bytes, files)
  let sealed = sealed(bytes)
  if sealed != bytes { readIndex(unchanged: sealed, files) }
}

/// The bytes with the checksums of entries, as far as their sizes lead from one to the next.
private func sealed(_ bytes: [UInt8]) -> [UInt8] {
  var (bytes, position) = (bytes, 16)
  func number(_ place: Int) -> Int {
    (0..<4).reduce(0) { $0 | Int(bytes[position + place + $1]) << (8 * $1) }
  }
  func set(_ sum: UInt32, _ place: Int) {
    for byte in 0..<4 {
      bytes[position + place + byte] = UInt8(truncatingIfNeeded: sum >> (8 * byte))
    }
  }
  while position + 80 <= bytes.count {
    let words = position + 80 + number(8) + number(12)
    let end = words + 4 * number(64)
    guard words <= bytes.count else { break }
    if end <= bytes.count { set(checksum(bytes[words..<end]), 72) }
    set(checksum(bytes[position..<position + 76] + bytes[(position + 80)..<words]), 76)
    guard end <= bytes.count else { break }
    position = end
  }
  return bytes
}

private func readIndex(unchanged bytes: [UInt8], _ files: MemoryFiles) {
  let path = files.write(bytes)
  _ = contentKey(path: path)
  // The version is taken from the file, so that all of them are read.
  let version = bytes.count >= 16 ? bytes[12..<16].reversed().reduce(0) { $0 << 8 | UInt32($1) } : 0
  do {
    let index = try RecordingIndex(path: path, fingerprintVersion: version)
    require(RecordingIndex.isIndex(path), "an index is none")
    var words: [[UInt32]?] = []
    for (number, entry) in index.entries.enumerated() {
      require(entry.duration.isFinite, "an entry without a length")
      require(index.entries.allSatisfy { $0.isSameFile(as: $0) }, "an entry of another file")
      words.append(try? index.words(number))
      require(words[number].map { $0.count == entry.wordCount } ?? true, "words are missing")
    }
    let all = zip(index.entries, words).compactMap { entry, words in words.map { (entry, $0) } }
    try append(all.prefix(3), to: path, version)
    let longer = try RecordingIndex(path: path, fingerprintVersion: version)
    require(
      longer.entries == index.entries + all.prefix(3).map(\.0), "appending changed the entries")
    for (number, added) in all.prefix(3).enumerated() {
      require(try longer.words(index.entries.count + number) == added.1, "other words were added")
    }
  } catch {
    return
  }
}

private func append(
  _ entries: some Sequence<(IndexEntry, [UInt32])>, to path: String, _ version: UInt32
) throws(SignalFileError) {
  var writer = try RecordingIndexWriter(path: path, fingerprintVersion: version)
  for (entry, words) in entries { try writer.append(entry, words: words) }
}
