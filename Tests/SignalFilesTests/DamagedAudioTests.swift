// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import TestSupport
import Testing

@Suite("What is wrong with an audio file is said, and said of the right file")
struct DamagedAudioTests {
  let files = TemporaryFiles()

  @Test("A missing file, a directory, an empty file, a text")
  func notAudio() throws {
    let missing = files.path("missing.wav")
    #expect(readingError(missing) == .missing(path: missing))
    #expect(readingError(files.path("a/b.wav"))?.kind == .noSuchInput)
    #expect(readingError(files.directory) == .isDirectory(path: files.directory))
    let empty = files.write([], "empty.wav")
    #expect(readingError(empty) == .empty(path: empty))
    let text = files.write(Array("Dear Sir or Madam,\n".utf8), "text.wav")
    #expect(readingError(text)?.kind == .invalidData)
    for path in [missing, files.directory, empty, text] {
      let line = String(describing: try #require(readingError(path)))
      #expect(line.hasPrefix(path + ": "))
      #expect(!line.contains("\n"))
    }
  }

  @Test("A file that may not be read", .enabled(if: geteuid() != 0, "root may read everything"))
  func unreadable() {
    let path = files.write([1, 2, 3], "secret.wav")
    unsafe chmod(path, 0)
    #expect(readingError(path)?.kind == .inputOutput)
  }

  @Test(
    "A file whose end is missing is refused at every length",
    arguments: ["wav", "aiff", "au", "caf", "w64", "flac", "ogg", "opus"])
  func truncated(kind: String) throws {
    let rate = 48000
    try writeAudio(
      exactSamples(frames: rate, channels: 2), to: files.path("a.\(kind)"),
      sampleRate: rate)
    let bytes = files.bytes("a.\(kind)")
    let lengths = [1, 3, 4, 8, 11, 12, 20, 27, 28, 40, 43, 44, 45, 60, 100, 1000, 4000]
    for length in lengths + [bytes.count / 2, bytes.count - 100, bytes.count - 1] {
      let path = files.write(Array(bytes[..<length]), "cut.\(kind)")
      let error = readingError(path)
      #expect(error?.kind == .invalidData, "\(length) of \(bytes.count) bytes: \(error as Any)")
    }
  }

  @Test(
    "Damage within a file never crashes, and never makes it longer",
    arguments: [
      "wav", "aiff", "au", "caf", "w64", "flac", "ogg",
    ])
  func flippedBytes(kind: String) throws {
    try writeAudio(exactSamples(frames: 3000, channels: 2), to: files.path("a.\(kind)"))
    let bytes = files.bytes("a.\(kind)")
    for index in 0..<200 {
      var damaged = bytes
      damaged[index * min(bytes.count, 2000) / 200] ^= UInt8(1 + (index * 37) % 255)
      let path = files.write(damaged, "damaged.\(kind)")
      if let recording = try? AudioRecording(path: path, channels: .mix) {
        #expect(recording.frameCount <= 12000, "byte \(index)")
      }
    }
  }

  @Test("A damaged page of Ogg is never left out without a word", arguments: ["ogg", "opus"])
  func damagedPages(kind: String) throws {
    let rate = 48000
    try writeAudio(
      exactSamples(frames: 3 * rate, channels: 1), to: files.path("a.\(kind)"), sampleRate: rate)
    let bytes = files.bytes("a.\(kind)")
    // Behind the pages that say what it is, to the last byte.
    let first = 5000
    for index in 0..<60 {
      var damaged = bytes
      let place = first + index * (bytes.count - first - 1) / 59
      for byte in place..<min(bytes.count, place + 20) { damaged[byte] ^= UInt8(1 + index) }
      let path = files.write(damaged, "damaged.\(kind)")
      #expect(readingError(path)?.kind == .invalidData, "byte \(place) of \(bytes.count)")
    }
  }

  /// What programs leave in the header of a WAV file when they cannot go back to it.
  @Test(
    "A WAV file of unknown length, as written to a pipe, is read to its end",
    arguments: [
      (riff: UInt32(0xFFFF_FFFF), data: UInt32(0xFFFF_FFFF)),  // ffmpeg
      (riff: 0x7FFF_F024, data: 0x7FFF_F000),  // sox
      (riff: 0x8000_0024, data: 0x8000_0000),  // arecord
      (riff: 0, data: 0),  // a recorder that was switched off
      (riff: 8, data: 0),
      (riff: 36, data: 0),
    ])
  func streamed(riff: UInt32, data: UInt32) throws {
    let signal = exactSamples(frames: 1234, channels: 2)
    try writeAudio(signal, to: files.path("a.wav"))
    var bytes = files.bytes("a.wav")
    let at = try #require(
      (0..<100).first { Array(bytes[$0..<$0 + 4]) == Array("data".utf8) })
    for index in 0..<4 {
      bytes[4 + index] = UInt8(truncatingIfNeeded: riff >> (8 * index))
      bytes[at + 4 + index] = UInt8(truncatingIfNeeded: data >> (8 * index))
    }
    let recording = try AudioRecording(path: files.write(bytes, "streamed.wav"))
    #expect(interleaved(recording) == signal)
  }

  @Test("NaN and infinity are found where they are", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) throws {
    for (frame, channel) in [(0, 0), (17, 1), (20_000, 0), (29_999, 1)] {
      var signal = exactSamples(frames: 30_000, channels: 2)
      signal[2 * frame + channel] = value
      let path = files.path("sound.wav")
      try writeAudio(signal, to: path, as: .float32)
      #expect(readingError(path) == .notFinite(path: path, channel: channel + 1, index: frame))
      let kept = try AudioRecording(path: path, allowingNonFinite: true)
      #expect(kept.channels[channel][frame].bitPattern == value.bitPattern)
    }
  }
}
