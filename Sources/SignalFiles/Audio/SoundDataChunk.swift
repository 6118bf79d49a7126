/// Where the samples lie in an audio file, as its header says.
///
/// libsndfile quietly shortens a file whose end is missing, so the header has to be asked itself.
/// The formats here are those that announce the size of uncompressed samples; a compressed format
/// shows its missing end when it is decoded.
///
/// Sources: "Multimedia Programming Interface and Data Specifications 1.0" (RIFF/WAVE), EBU Tech
/// 3306 (RF64), "Audio Interchange File Format AIFF-C", the Wave64 format of Sonic Foundry,
/// "Apple Core Audio Format Specification 1.0", and the man page of Sun's `audio` file format.
struct SoundDataChunk {
  /// The offset of the first sample's byte.
  var start: Int
  /// The number of bytes of samples; nil where the header's writer could not know it.
  var byteCount: Int?
  /// Where a WAVE header's 32 bits of `byteCount` are to be found, if that says 0 and samples
  /// follow: the mark of a recorder that was never closed.
  var unfinishedSizeField: Int?

  /// Finds the chunk by a file's header; nil for formats that announce none.
  init?(of file: borrowing InputFile) {
    let head = file.bytes(at: 0, count: 40)
    guard head.count >= 28 else { return nil }
    switch head.text(at: 0) {
    case "RIFF" where head.text(at: 8) == "WAVE":
      self.init(waveIn: file, head: head, bigEndian: false)
    case "RIFX" where head.text(at: 8) == "WAVE":
      self.init(waveIn: file, head: head, bigEndian: true)
    case "RF64" where head.text(at: 8) == "WAVE", "BW64" where head.text(at: 8) == "WAVE":
      self.init(largeWaveIn: file)
    case "FORM" where head.text(at: 8) == "AIFF", "FORM" where head.text(at: 8) == "AIFC":
      guard let chunk = file.chunk("SSND", from: 12, bigEndian: true) else { return nil }
      self.init(start: chunk.body, byteCount: chunk.byteCount)
    case ".snd", "dns.":
      let bigEndian = head.text(at: 0) == ".snd"
      let byteCount = head.integer(at: 8, bytes: 4, bigEndian: bigEndian)
      self.init(
        start: head.integer(at: 4, bytes: 4, bigEndian: bigEndian),
        byteCount: byteCount == 0xFFFF_FFFF ? nil : byteCount)
    case "caff":
      self.init(coreAudioIn: file)
    case "riff":
      self.init(wave64In: file)
    default:
      return nil
    }
  }

  private init(start: Int, byteCount: Int?, unfinishedSizeField: Int? = nil) {
    self.start = start
    self.byteCount = byteCount
    self.unfinishedSizeField = unfinishedSizeField
  }

  private init?(waveIn file: borrowing InputFile, head: [UInt8], bigEndian: Bool) {
    guard let chunk = file.chunk("data", from: 12, bigEndian: bigEndian) else { return nil }
    let announcedEnd = 8 + head.integer(at: 4, bytes: 4, bigEndian: bigEndian)
    let follows = (file.byteCount ?? 0) > chunk.body
    if chunk.byteCount == 0, follows, announcedEnd <= chunk.body {
      self.init(start: chunk.body, byteCount: nil, unfinishedSizeField: chunk.body - 4)
    } else {
      // Programs that write to a pipe announce about 2 or 4 GB: 0xFFFFFFFF (ffmpeg), 0x80000000
      // (arecord), 0x7FFFF000 less the header (sox).
      let unknown = chunk.byteCount >= 0x7FFF_0000 && chunk.byteCount <= 0x8000_0000
      self.init(
        start: chunk.body,
        byteCount: unknown || chunk.byteCount >= 0xFFFF_0000 ? nil : chunk.byteCount)
    }
  }

  private init?(largeWaveIn file: borrowing InputFile) {
    guard let sizes = file.chunk("ds64", from: 12, bigEndian: false),
      let chunk = file.chunk("data", from: 12, bigEndian: false)
    else { return nil }
    let large = file.bytes(at: sizes.body + 8, count: 8)
    guard large.count == 8 else { return nil }
    let byteCount =
      chunk.byteCount == 0xFFFF_FFFF
      ? large.integer(at: 0, bytes: 8, bigEndian: false) : chunk.byteCount
    self.init(start: chunk.body, byteCount: byteCount > 0 ? byteCount : nil)
  }

  /// CAF counts 64 bits, -1 where the size is unknown, and includes four bytes before the samples.
  private init?(coreAudioIn file: borrowing InputFile) {
    var position = 8
    for _ in 0..<maximumChunks {
      let header = file.bytes(at: position, count: 12)
      guard header.count == 12 else { return nil }
      let size = header.integer(at: 4, bytes: 8, bigEndian: true)
      if header.text(at: 0) == "data" {
        self.init(start: position + 16, byteCount: size == Int.max ? nil : size - 4)
        return
      }
      guard size < Int.max / 2 else { return nil }
      position += 12 + size
    }
    return nil
  }

  /// Wave64 names its chunks by 16 bytes, counts 64 bits, and includes these 24 in the count.
  private init?(wave64In file: borrowing InputFile) {
    var position = 40
    for _ in 0..<maximumChunks {
      let header = file.bytes(at: position, count: 24)
      guard header.count == 24 else { return nil }
      let size = header.integer(at: 16, bytes: 8, bigEndian: false)
      guard size >= 24, size < Int.max / 2 else { return nil }
      if header.text(at: 0) == "data" {
        self.init(start: position + 24, byteCount: size - 24)
        return
      }
      position += (size + 7) & ~7
    }
    return nil
  }
}

/// More chunks than any sound file has before its samples.
private let maximumChunks = 10_000

extension InputFile {
  /// The first chunk called `name` from `position` on: where its contents start and their size.
  fileprivate func chunk(
    _ name: String, from position: Int, bigEndian: Bool
  ) -> (body: Int, byteCount: Int)? {
    var position = position
    for _ in 0..<maximumChunks {
      let header = bytes(at: position, count: 8)
      guard header.count == 8 else { return nil }
      let size = header.integer(at: 4, bytes: 4, bigEndian: bigEndian)
      if header.text(at: 0) == name { return (position + 8, size) }
      position += 8 + size + (size & 1)  // chunks start at even offsets
    }
    return nil
  }
}

extension [UInt8] {
  /// Four characters.
  fileprivate func text(at offset: Int) -> String {
    String(decoding: self[offset..<offset + 4], as: UTF8.self)
  }

  /// An unsigned integer of up to 8 bytes; what exceeds `Int` is `Int.max`.
  fileprivate func integer(at offset: Int, bytes count: Int, bigEndian: Bool) -> Int {
    var value: UInt64 = 0
    for index in 0..<count {
      let byte = bigEndian ? self[offset + index] : self[offset + count - 1 - index]
      value = value << 8 | UInt64(byte)
    }
    return Int(clamping: value)
  }
}
