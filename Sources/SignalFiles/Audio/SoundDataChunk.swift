// SPDX-License-Identifier: MIT

/// Where the samples lie in an audio file, as its header says.
///
/// libsndfile quietly shortens a file whose end is missing. The formats here announce the size of
/// uncompressed samples; a compressed one shows its missing end when it is decoded.
///
/// Sources: "Multimedia Programming Interface and Data Specifications 1.0" (RIFF/WAVE), EBU Tech
/// 3306 (RF64), "Audio Interchange File Format AIFF-C", the Wave64 format of Sonic Foundry,
/// "Apple Core Audio Format Specification 1.0", and the man page of Sun's `audio` file format.
struct SoundDataChunk {
  /// The offset of the first sample's byte.
  var start: Int
  /// The number of bytes of samples; nil where the header's writer could not know it.
  var byteCount: Int?
  /// What a header that was never closed is to be seen as, by the bytes' offsets: libsndfile takes 0
  /// bytes for none, and has no use for AU and CAF files that announce more than there is.
  var correction: [Int: UInt8] = [:]
}

extension SoundDataChunk {
  /// Finds the chunk by a file's header; nil for formats that announce none.
  init?(of file: borrowing InputFile) {
    let head = file.bytes(at: 0, count: 40)
    guard head.count >= 28 else { return nil }
    let (form, kind) = (head.text(at: 0), head.text(at: 8))
    switch form {
    case "RIFF" where kind == "WAVE", "RIFX" where kind == "WAVE":
      self.init(waveIn: file, head: head, bigEndian: form == "RIFX")
    case "RF64" where kind == "WAVE", "BW64" where kind == "WAVE":
      self.init(largeWaveIn: file)
    case "FORM" where kind == "AIFF", "FORM" where kind == "AIFC":
      guard let chunk = file.chunk("SSND", bigEndian: true) else { return nil }
      self.init(start: chunk.body, byteCount: chunk.byteCount)
    case ".snd", "dns.":
      let size = head.integer(at: 8, bytes: 4, bigEndian: form == ".snd")
      self.init(
        start: head.integer(at: 4, bytes: 4, bigEndian: form == ".snd"),
        byteCount: size == 0xFFFF_FFFF ? nil : size)
      if let byteCount = file.byteCount, size > byteCount - start {
        for offset in 8..<12 { correction[offset] = 0xFF }
      }
    case "caff":
      guard
        let chunk = file.chunk("data", from: 8, sizeBytes: 8, bigEndian: true, alignment: 1)
      else { return nil }
      // Four bytes stand before the samples; a size of -1 is unknown.
      let size = chunk.byteCount == Int.max ? nil : chunk.byteCount - 4
      self.init(start: chunk.body + 4, byteCount: size)
      let follows = (file.byteCount ?? 0) - chunk.body
      if let size, follows > 4, size > follows - 4 {
        for byte in 0..<8 {
          correction[chunk.body - 1 - byte] = UInt8(truncatingIfNeeded: follows >> (8 * byte))
        }
      }
    case "riff":
      guard
        let chunk = file.chunk(
          "data", from: 40, nameBytes: 16, sizeBytes: 8, bigEndian: false, alignment: 8,
          countsHeader: true)
      else { return nil }
      self.init(start: chunk.body, byteCount: chunk.byteCount)
    default:
      return nil
    }
  }

  private init?(waveIn file: borrowing InputFile, head: [UInt8], bigEndian: Bool) {
    guard let chunk = file.chunk("data", bigEndian: bigEndian) else { return nil }
    start = chunk.body
    let announcedEnd = 8 + head.integer(at: 4, bytes: 4, bigEndian: bigEndian)
    let follows = (file.byteCount ?? 0) > start
    if chunk.byteCount == 0, follows, announcedEnd <= start {
      for offset in start - 4..<start { correction[offset] = 0xFF }
    } else if !(0x7FFF_0000...0x8000_0000 ~= chunk.byteCount || chunk.byteCount >= 0xFFFF_0000) {
      // Programs that write to a pipe announce about 2 or 4 GB: 0xFFFFFFFF (ffmpeg), 0x80000000
      // (arecord), 0x7FFFF000 less the header (sox).
      byteCount = chunk.byteCount
    }
  }

  private init?(largeWaveIn file: borrowing InputFile) {
    guard let sizes = file.chunk("ds64", bigEndian: false),
      let chunk = file.chunk("data", bigEndian: false)
    else { return nil }
    let large = file.bytes(at: sizes.body + 8, count: 8)
    guard large.count == 8 else { return nil }
    start = chunk.body
    guard chunk.byteCount == 0xFFFF_FFFF || chunk.byteCount == 0 else {
      byteCount = chunk.byteCount
      return
    }
    let announced = large.integer(at: 0, bytes: 8, bigEndian: false)
    let follows = max(0, (file.byteCount ?? 0) - start)
    if announced > 0, announced < Int.max {
      byteCount = announced
    } else if follows > 0 {
      // Never closed: what is there counts. The chunk of sizes has that of the file, less its name and
      // its size, and that of the samples (EBU Tech 3306).
      for (field, size) in [(sizes.body, start + follows - 8), (sizes.body + 8, follows)] {
        for byte in 0..<8 {
          correction[field + byte] = UInt8(truncatingIfNeeded: size >> (8 * byte))
        }
      }
      for offset in start - 4..<start { correction[offset] = 0xFF }
    }
  }
}

extension InputFile {
  /// What chunks that libsndfile would not get over are to be seen as, by the bytes' offsets: it
  /// believes a size that exceeds the file, and where sizes in a list of texts exceed the list it may
  /// read it for ever.
  func chunkCorrection(besides sound: SoundDataChunk?) -> [Int: UInt8] {
    let head = bytes(at: 0, count: 12)
    guard let byteCount, head.count == 12,
      ["RIFF", "RIFX", "RF64", "BW64", "FORM"].contains(head.text(at: 0))
    else { return [:] }
    let isBigEndian = ["RIFX", "FORM"].contains(head.text(at: 0))
    var correction: [Int: UInt8] = [:]
    var position = 12
    for _ in 0..<mostChunks {
      let header = bytes(at: position, count: 8)
      guard header.count == 8 else { break }
      position += 8
      let left = byteCount - position
      var size = header.integer(at: 4, bytes: 4, bigEndian: isBigEndian)
      if let sound, sound.start == position {
        guard let announced = sound.byteCount, announced <= left else { break }
        size = announced
      }
      if size > left {
        size = left
        for byte in 0..<4 {
          let shift = 8 * (isBigEndian ? 3 - byte : byte)
          correction[position - 4 + byte] = UInt8(truncatingIfNeeded: left >> shift)
        }
      }
      if header.text(at: 0).lowercased() == "list",
        !isListSound(at: position, size, bigEndian: isBigEndian)
      {
        // A chunk of nothing that counts.
        for (byte, letter) in "JUNK".utf8.enumerated() { correction[position - 8 + byte] = letter }
      }
      position += size + size % 2
    }
    return correction
  }

  /// Whether a list is one of texts or of labels, and its parts are within it.
  private func isListSound(at start: Int, _ size: Int, bigEndian: Bool) -> Bool {
    let kind = bytes(at: start, count: 4)
    guard size >= 4, kind.count == 4, ["INFO", "adtl"].contains(kind.text(at: 0)) else {
      return false
    }
    let end = start + size
    var position = start + 4
    while position + 8 <= end {
      let header = bytes(at: position, count: 8)
      guard header.count == 8, header[..<4].allSatisfy({ 0x20..<0x7F ~= $0 }),
        !["INFO", "adtl", "LIST", "exif", "data"].contains(header.text(at: 0))
      else { return false }
      let part = header.integer(at: 4, bytes: 4, bigEndian: bigEndian)
      guard part <= end - position - 8 else { return false }
      position += 8 + part + part % 2
    }
    return true
  }

  /// The first chunk whose name begins with `name`: where its contents start and their size.
  ///
  /// A chunk is a name, the number of bytes that follow, which may count those before them too, and
  /// these bytes; it starts at a multiple of `alignment`.
  func chunk(
    _ name: String, from start: Int = 12, nameBytes: Int = 4, sizeBytes: Int = 4, bigEndian: Bool,
    alignment: Int = 2, countsHeader: Bool = false
  ) -> (body: Int, byteCount: Int)? {
    let headerBytes = nameBytes + sizeBytes
    var position = start
    for _ in 0..<mostChunks {
      let header = bytes(at: position, count: headerBytes)
      guard header.count == headerBytes else { return nil }
      var size = header.integer(at: nameBytes, bytes: sizeBytes, bigEndian: bigEndian)
      if countsHeader { size -= headerBytes }
      position += headerBytes
      let isWanted = header.text(at: 0) == name
      // Only CAF has a size that stands for an unknown one, in the chunk that is wanted.
      guard size >= 0, size < Int.max / 2 || isWanted && !countsHeader else { return nil }
      if isWanted { return (position, size) }
      position += size
      position += -position & (alignment - 1)
    }
    return nil
  }
}

/// More chunks than any sound file has.
private let mostChunks = 10_000

extension [UInt8] {
  /// Four characters.
  func text(at offset: Int) -> String {
    String(decoding: self[offset..<offset + 4], as: UTF8.self)
  }

  /// An unsigned integer of up to 8 bytes; what exceeds `Int` is `Int.max`.
  func integer(at offset: Int, bytes count: Int, bigEndian: Bool) -> Int {
    var value: UInt64 = 0
    for index in 0..<count {
      let byte = bigEndian ? self[offset + index] : self[offset + count - 1 - index]
      value = value << 8 | UInt64(byte)
    }
    return Int(clamping: value)
  }
}
