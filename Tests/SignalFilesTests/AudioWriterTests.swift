// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import TestSupport
import Testing

@Suite("An output is there whole or not at all")
struct AudioWriterTests {
  let files = TemporaryFiles()

  @Test("A writer that does not finish leaves nothing, and what was there stays")
  func abandoned() throws {
    _ = files.write([1, 2, 3], "old.wav")
    for name in ["new.wav", "old.wav", "new.flac", "new.ogg"] {
      var writer = try AudioWriter(path: files.path(name), sampleRate: 44100, channelCount: 1)
      try writer.write(exactSamples(frames: 1000, channels: 1).span)
      #expect(files.names.count == 2)
    }
    #expect(files.names == ["old.wav"])
    #expect(files.bytes("old.wav") == [1, 2, 3])
  }

  @Test("A place that cannot hold a file is refused before anything is written")
  func places() {
    for path in [files.path("none/sound.wav"), files.directory, files.path("sound.txt")] {
      #expect {
        _ = try AudioWriter(path: path, sampleRate: 44100, channelCount: 1)
      } throws: { error in
        (error as? SignalFileError)?.kind == .cannotCreateOutput
          && (error as? SignalFileError)?.path == path
      }
    }
    #expect(throws: SignalFileError.self) {
      _ = try AudioWriter(path: files.path("a.flac"), sampleRate: 44100, channelCount: 9)
    }
    #expect(files.names == [])
  }

  @Test("The longest name that a file can have is written, and a longer one refused at once")
  func longNames() throws {
    let array = NumPyArray(shape: [1], [1.5])
    let longest = files.path(String(repeating: "ä", count: 125) + "a.npy")
    try array.write(to: longest)
    #expect(try NumPyArray(path: longest) == array)
    #expect {
      _ = try AudioWriter(
        path: files.path(String(repeating: "ä", count: 126) + ".wav"), sampleRate: 8000,
        channelCount: 1)
    } throws: {
      ($0 as? SignalFileError)?.kind == .cannotCreateOutput
    }
  }

  @Test("A symbolic link stays one, and its file is replaced")
  func link() throws {
    _ = files.write([1], "real.wav")
    unsafe symlink(files.path("real.wav"), files.path("link.wav"))
    let signal = exactSamples(frames: 100, channels: 1)
    try writeAudio(signal, to: files.path("link.wav"), channels: 1)
    #expect(try AudioRecording(path: files.path("real.wav")).channels == [signal])
    var status = stat()
    #expect(unsafe lstat(files.path("link.wav"), &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test(
    "A full disk is an error of writing, whatever the encoder makes of it",
    arguments: ["wav", "aiff", "w64", "flac", "ogg", "opus", "mp3"])
  func fullDisk(kind: String) throws {
    // /dev/full accepts nothing; the link to it has an extension.
    unsafe symlink("/dev/full", files.path("full." + kind))
    #expect {
      try writeAudio(
        exactSamples(frames: 100_000, channels: 2), to: files.path("full." + kind),
        sampleRate: 48_000)
    } throws: { error in
      (error as? SignalFileError)?.kind == .inputOutput && "\(error)".contains("No space")
    }
  }

  @Test(
    "What exceeds full scale by far is limited before it is compressed", arguments: ["mp3", "ogg"])
  func limits(kind: String) throws {
    var writer = try AudioWriter(
      path: files.path("loud." + kind), sampleRate: 44_100, channelCount: 1)
    let wild: [Float] = [3e38, -1e30, .infinity, -.infinity, .nan, 1, -1, 0.5]
    let samples = (0..<20_000).map { wild[$0 % 8] }
    try writer.write(samples.span)
    #expect(writer.clippedSampleCount == 20_000 / 8 * 5)
    try writer.finish()
    let back = try AudioRecording(path: files.path("loud." + kind))
    #expect(back.channels[0].allSatisfy { abs($0) < 4 })
  }

  /// A writer can be stored, as in a recorder that is stopped by one event and closed by another.
  private struct Recorder: ~Copyable { var writer: AudioWriter }

  @Test("Finishing twice does nothing, and writing after it is an error")
  func finishedTwice() throws {
    let signal = exactSamples(frames: 100, channels: 1)
    let path = files.path("sound.wav")
    var recorder = Recorder(
      writer: try AudioWriter(path: path, sampleRate: 8000, channelCount: 1))
    try recorder.writer.write(signal.span)
    try recorder.writer.finish()
    let bytes = files.bytes("sound.wav")
    try recorder.writer.finish()
    #expect(throws: SignalFileError.writeFailed(path: path, reason: "it is finished already")) {
      try recorder.writer.write(signal.span)
    }
    #expect(files.bytes("sound.wav") == bytes)
    #expect(try AudioRecording(path: path).channels == [signal])
  }

  @Test("A recording is written whole, and what exceeds full scale is counted")
  func recordings() throws {
    let signal = exactSamples(frames: 70_000, channels: 1)
    let recording = AudioRecording(channels: [signal, signal.reversed()], sampleRate: 48_000)
    for name in ["a.wav", "a.caf", "a.flac"] {
      let limited = try recording.write(
        to: files.path(name), samples: .pcm16, tags: [.title: "Rehearsal"])
      #expect(limited == 0)
      #expect(try AudioRecording(path: files.path(name)) == recording)
      #expect(try AudioReader(path: files.path(name)).sampleFormat == .pcm16)
    }
    #expect(try AudioReader(path: files.path("a.flac")).tags == [.title: "Rehearsal"])
    let loud = AudioRecording(channels: [[2, 0.5, -3]], sampleRate: 8000)
    #expect(try loud.write(to: files.path("loud.flac")) == 2)
    try loud.write(to: files.path("loud.wav"))
    #expect(try AudioRecording(path: files.path("loud.wav")) == loud)
    #expect {
      try AudioRecording(channels: [], sampleRate: 8000).write(to: files.path("none.wav"))
    } throws: {
      ($0 as? SignalFileError)?.kind == .cannotCreateOutput
    }
  }
}
