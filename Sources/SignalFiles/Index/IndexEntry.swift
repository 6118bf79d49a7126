// SPDX-License-Identifier: MIT

/// What an index says of one channel, or the mix, of a track of a recording.
package struct IndexEntry: Sendable, Equatable {
  /// The file's path as it was given when it was indexed.
  package var path: String
  /// The same path from the root on, so that the file is found from other directories too.
  package var absolutePath: String
  /// The file's size, and the time of its last change in nanoseconds since 1970: another file of the
  /// same name is told by them.
  package var byteCount: Int
  package var changeTime: Int
  /// From 1 on, of `trackCount`.
  package var track: Int
  package var trackCount: Int
  /// From 1 on; 0 for the mix of all.
  package var channel: Int
  package var sampleRate: Int
  package var frameCount: Int
  /// When the first sample is heard, in seconds of the file's time line.
  package var start: Double
  /// The number of words of its fingerprint.
  package var wordCount: Int

  /// Creates an entry.
  package init(
    path: String, absolutePath: String, byteCount: Int, changeTime: Int, track: Int,
    trackCount: Int, channel: Int, sampleRate: Int, frameCount: Int, start: Double, wordCount: Int
  ) {
    (self.path, self.absolutePath) = (path, absolutePath)
    (self.byteCount, self.changeTime) = (byteCount, changeTime)
    (self.track, self.trackCount, self.channel) = (track, trackCount, channel)
    (self.sampleRate, self.frameCount, self.start) = (sampleRate, frameCount, start)
    self.wordCount = wordCount
  }

  /// In seconds.
  package var duration: Double { Double(frameCount) / Double(sampleRate) }

  /// Whether it is of the file as it is now, or was when `other` was made.
  package func isSameFile(as other: IndexEntry) -> Bool {
    absolutePath.fileNameBytes == other.absolutePath.fileNameBytes
      && byteCount == other.byteCount && changeTime == other.changeTime
  }
}

// How entries are kept: numbers are little-endian, and both paths come after them, the bytes of
// names. A checksum over all that ends them tells an entry that was not written to its end.
extension IndexEntry {
  /// The bytes of an entry before its paths.
  static var headLength: Int { 80 }
  /// No system has longer paths.
  private static var longestPath: Int { 65_536 }
  private static var tag: UInt64 { 0x5952_544E_4558_4449 }

  /// The entry, with the checksum of its words.
  func bytes(wordChecksum: UInt32) -> [UInt8] {
    let (name, absolute) = (path.fileNameBytes, absolutePath.fileNameBytes)
    var bytes: [UInt8] = []
    bytes.append(little: Self.tag)
    bytes.append(little: UInt32(name.count))
    bytes.append(little: UInt32(absolute.count))
    bytes.append(little: UInt64(bitPattern: Int64(byteCount)))
    bytes.append(little: UInt64(bitPattern: Int64(changeTime)))
    bytes.append(little: UInt32(track))
    bytes.append(little: UInt32(trackCount))
    bytes.append(little: UInt32(channel))
    bytes.append(little: UInt32(sampleRate))
    bytes.append(little: UInt64(frameCount))
    bytes.append(little: start.bitPattern)
    bytes.append(little: UInt64(wordCount))
    bytes.append(little: wordChecksum)
    let sum = checksum(bytes + name + absolute)
    bytes.append(little: sum)
    return bytes + name + absolute
  }

  /// The length of an entry that begins with these bytes, paths included; nil if it is none.
  static func length(_ head: [UInt8]) -> Int? {
    guard head.count == headLength, head.little(at: 0) as UInt64 == tag else { return nil }
    let (name, absolute) = (Int(head.little(at: 8) as UInt32), Int(head.little(at: 12) as UInt32))
    guard name <= longestPath, absolute <= longestPath else { return nil }
    return headLength + name + absolute
  }

  /// Reads an entry of ``length(_:)``; nil if its checksum is another.
  init?(_ bytes: [UInt8]) {
    let paths = bytes[Self.headLength...]
    let sum: UInt32 = bytes.little(at: Self.headLength - 4)
    guard checksum(bytes[..<(Self.headLength - 4)] + paths) == sum else { return nil }
    let nameLength = Int(bytes.little(at: 8) as UInt32)
    func number(_ place: Int) -> Int {
      Int(truncatingIfNeeded: bytes.little(at: place) as UInt64)
    }
    func small(_ place: Int) -> Int { Int(bytes.little(at: place) as UInt32) }
    self.init(
      path: String(fileName: paths.prefix(nameLength)),
      absolutePath: String(fileName: paths.dropFirst(nameLength)), byteCount: number(16),
      changeTime: number(24), track: small(32), trackCount: small(36), channel: small(40),
      sampleRate: small(44), frameCount: number(48),
      start: Double(bitPattern: bytes.little(at: 56)), wordCount: number(64))
    // A checksum is no proof against who means harm.
    guard sampleRate > 0, frameCount >= 0, wordCount >= 0, wordCount <= Int.max / 8, start.isFinite
    else { return nil }
  }

  /// The checksum of the words, by the entry's bytes.
  static func wordChecksum(_ bytes: [UInt8]) -> UInt32 { bytes.little(at: 72) }
}

extension [UInt8] {
  mutating func append(little value: some FixedWidthInteger) {
    for place in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> place))
    }
  }

  /// The number whose lowest byte is at `start`.
  func little<Number: FixedWidthInteger & UnsignedInteger>(at start: Int) -> Number {
    (0..<Number.bitWidth / 8).reduce(0) { $0 | Number(self[start + $1]) << (8 * $1) }
  }
}
