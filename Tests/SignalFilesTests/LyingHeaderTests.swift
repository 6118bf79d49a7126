// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("What a header announces is believed when it is there")
struct LyingHeaderTests {
  private let files = TemporaryFiles()

  @Test("Sound that breaks off is an error, or what is there", arguments: lyingHeaders)
  func sound(header: LyingHeader) throws {
    // Of several pages where there are pages.
    let frames = header.kind.hasPrefix("o") ? 150_000 : 12_000
    try writeAudio(
      exactSamples(frames: frames, channels: 2), to: files.path("good." + header.kind),
      sampleRate: 48_000)
    let good = try AudioRecording(path: files.path("good." + header.kind))
    var bytes = files.bytes("good." + header.kind)
    header.edit(&bytes)
    let path = files.write(bytes, "lying." + header.kind)

    #expect(readingError(path)?.kind == .invalidData, "\(readingError(path) as Any)")
    #expect(throws: SignalFileError.self) { try AudioRecording(path: path, channels: .mix) }

    var reader = try AudioReader(path: path, allowingPartial: true)
    #expect(reader.frameCount ?? 0 <= frames)
    // Only the number that lies would tell where the last block of Ogg ends.
    let count = try reader.countFrames()
    #expect((header.kind.hasPrefix("o") ? 0..<8192 : 0..<1) ~= count - frames)
    #expect(reader.shortfall != nil)
    let partial = try AudioRecording(reading: AudioReader(path: path, allowingPartial: true))
    #expect(partial.channels.map { Array($0[..<frames]) } == good.channels)
  }

  @Test(
    "Files that end well have nothing missing, and their length is known",
    arguments: [
      "wav", "aiff", "au", "caf", "w64", "flac", "ogg", "opus",
    ])
  func whole(kind: String) throws {
    try writeAudio(
      exactSamples(frames: 12_000, channels: 2), to: files.path("a." + kind), sampleRate: 48_000)
    for allowingPartial in [false, true] {
      let reader = try AudioReader(
        path: files.path("a." + kind), allowingPartial: allowingPartial)
      #expect(reader.frameCount == 12_000)
      let recording = try AudioRecording(reading: reader)
      #expect(recording == (try AudioRecording(path: files.path("a." + kind))))
    }
  }

  @Test("Arrays, images and data sets")
  func others() throws {
    try NumPyArray(shape: [4], [1, 2, 3, 4] as [Float]).write(to: files.path("a.npy"))
    let array = files.bytes("a.npy")
    for shape in ["(9999999999999,)", "(99999999, 99999999)", "(4611686018427387904,)"] {
      var text = String(decoding: array[10...], as: UTF8.self)
      let place = try #require(text.firstRange(of: "(4,)"))
      text.replaceSubrange(place, with: shape)
      // As long as before: some of the padding goes.
      let end = try #require(text.lastIndex(of: "\n"))
      text.removeSubrange(text.index(end, offsetBy: 4 - shape.count)..<end)
      let path = files.write(array[..<10] + Array(text.utf8), "lying.npy")
      #expect(throws: SignalFileError.self) { try NumPyArray(path: path) }
    }
    // Columns and rows of an image: 2^31 - 1, and as many as a file of this size could pack.
    try Raster(
      height: 64, width: 64, channels: .grey, planes: [[Float](repeating: 7, count: 4096)], bits: 8
    ).write(to: files.path("a.png"))
    for size: [UInt8] in [[0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 1, 0x40]] {
      var bytes = files.bytes("a.png")
      bytes.set(size + size, at: 16)
      bytes.set(checksum(bytes[12..<29]), at: 29)
      let path = files.write(bytes, "lying.png")
      #expect(throws: SignalFileError.self) { try Raster(path: path) }
    }
    // 2^31 - 1 bytes, and 2^62 of them.
    for shape: [UInt8] in [
      [0, 0, 8, 1, 0x7F, 0xFF, 0xFF, 0xFF],
      [0, 0, 8, 2]
        + .init(
          repeating: 0x7F, count: 8),
    ] {
      let path = files.write(shape + [1, 2, 3], "lying-idx")
      #expect(throws: SignalFileError.self) { try NumPyArray(idxPath: path) }
    }
  }

  @Test("A file with holes is no reason to reserve its size")
  func holes() throws {
    for name in ["hole.png", "hole.npy", "hole.txt"] {
      let path = files.write([0x89, 0x50], name)
      let handle = try #require(FileHandle(forWritingAtPath: path))
      try handle.truncate(atOffset: 1 << 43)
      try handle.close()
      #expect(throws: SignalFileError.self) {
        switch name {
        case "hole.png": _ = try Raster(path: path)
        case "hole.npy": _ = try NumPyArray(path: path)
        default: _ = try readText(path: path)
        }
      }
    }
    #expect(
      SignalFileError.tooLarge(path: "a.png", byteCount: 8_000_000_001, available: 1_000_000_000)
        .description
        == "a.png: needs 8001 MB of memory, and 1000 MB may be had; take a shorter part of it, or a "
        + "machine with more")
  }

  /// The sum of a chunk of PNG (ISO 3309).
  private func checksum(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~sum >> (24 - 8 * $0)) }
  }
}
