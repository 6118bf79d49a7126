// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("An index of recordings")
struct RecordingIndexTests {
  private let files = TemporaryFiles()
  private var path: String { files.path("index") }

  private func entry(_ number: Int, wordCount: Int) -> IndexEntry {
    IndexEntry(
      path: "sound \(number) \u{e9}.wav", absolutePath: "/a/sound \(number) \u{e9}.wav",
      byteCount: 1 << 40 + number, changeTime: -5, track: 1, trackCount: 3, channel: number % 2,
      sampleRate: 44_100, frameCount: 441_000, start: -0.021, wordCount: wordCount)
  }

  private func words(_ number: Int, _ count: Int) -> [UInt32] {
    var generator = SeededGenerator(seed: UInt64(number))
    return (0..<count).map { _ in UInt32(truncatingIfNeeded: generator.next()) }
  }

  /// Fingerprints of these lengths, in two runs.
  private func write(_ lengths: [Int] = [0, 1, 700, 33]) throws -> [UInt8] {
    for numbers in [0..<2, 2..<lengths.count] {
      var writer = try RecordingIndexWriter(path: path, fingerprintVersion: 7)
      for number in numbers {
        try writer.append(
          entry(number, wordCount: lengths[number]), words: words(number, lengths[number]))
      }
      writer.synchronize()
      #expect(writer.byteCount == files.bytes("index").count)
    }
    return files.bytes("index")
  }

  @Test("gives back what was put in, over several runs")
  func roundTrip() throws {
    let lengths = [0, 1, 700, 33]
    _ = try write(lengths)
    #expect(RecordingIndex.isIndex(path))
    let index = try RecordingIndex(path: path, fingerprintVersion: 7)
    #expect(index.entries == lengths.enumerated().map { entry($0, wordCount: $1) })
    for (number, length) in lengths.enumerated() {
      #expect(try index.words(number) == words(number, length))
    }
  }

  @Test("that was cut off anywhere has what is whole, and goes on from there")
  func cutOff() throws {
    let whole = try write()
    let index = try RecordingIndex(path: path, fingerprintVersion: 7)
    let entries = index.entries
    for end in 16..<whole.count {
      _ = files.write(Array(whole[..<end]), "index")
      let count = try RecordingIndex(path: path, fingerprintVersion: 7).entries.count
      #expect(count < entries.count)
      guard end % 97 == 0 else { continue }
      do {
        var writer = try RecordingIndexWriter(path: path, fingerprintVersion: 7)
        for number in count..<entries.count {
          let length = entries[number].wordCount
          try writer.append(entries[number], words: words(number, length))
        }
      }
      #expect(files.bytes("index") == whole, "cut at \(end)")
    }
  }

  @Test("that was altered is found to be: an entry does not count, and words are an error")
  func altered() throws {
    let whole = try write()
    for place in 16..<whole.count {
      var bytes = whole
      bytes[place] ^= 0x10
      _ = files.write(bytes, "index")
      let index = try RecordingIndex(path: path, fingerprintVersion: 7)
      var isFound = index.entries.count < 4
      for number in index.entries.indices {
        do { _ = try index.words(number) } catch { isFound = true }
      }
      #expect(isFound, "byte \(place)")
    }
  }

  @Test("of another version, or something else, is refused and left as it is")
  func others() throws {
    let whole = try write()
    #expect(throws: SignalFileError.self) {
      _ = try RecordingIndex(path: path, fingerprintVersion: 8)
    }
    #expect(throws: SignalFileError.self) {
      _ = try RecordingIndexWriter(path: path, fingerprintVersion: 8)
    }
    #expect(files.bytes("index") == whole)
    let text = files.write(Array("no index at all, but a text".utf8), "text")
    #expect(!RecordingIndex.isIndex(text))
    #expect(throws: SignalFileError.self) {
      _ = try RecordingIndexWriter(path: text, fingerprintVersion: 7)
    }
    #expect(files.bytes("text") == Array("no index at all, but a text".utf8))
    #expect(throws: SignalFileError.self) {
      _ = try RecordingIndexWriter(path: files.directory, fingerprintVersion: 7)
    }
  }

  @Test("never believes a number that is larger than the file")
  func lyingNumbers() throws {
    let whole = try write([5, 5, 5])
    // With a checksum that is right: paths of 64 kB, or 2^60 words.
    for (place, value) in [(8, 65_000), (12, 65_000), (64, 1 << 60), (64, Int.max), (64, -1)] {
      var head = Array(whole[16..<16 + 80])
      let isSmall = place < 16
      for byte in 0..<(isSmall ? 4 : 8) {
        head[place + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte))
      }
      let rest = Array(whole[96...])
      let nameCount = Int(whole[24]) + Int(whole[28])
      let sum = checksum(head[..<76] + rest[..<nameCount])
      for byte in 0..<4 { head[76 + byte] = UInt8(truncatingIfNeeded: sum >> (8 * byte)) }
      _ = files.write(Array(whole[..<16]) + head + rest, "index")
      #expect(try RecordingIndex(path: path, fingerprintVersion: 7).entries.isEmpty)
    }
  }
}
