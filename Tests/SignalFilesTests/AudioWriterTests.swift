import Platform
import SignalFiles
import Testing

@Suite("An output is there whole or not at all")
struct AudioWriterTests {
  let directory = TemporaryDirectory()

  @Test("A writer that does not finish leaves nothing, and what was there stays")
  func abandoned() throws {
    _ = directory.write([1, 2, 3], "old.wav")
    for name in ["new.wav", "old.wav", "new.flac", "new.ogg"] {
      var writer = try AudioWriter(path: directory(name), sampleRate: 44100, channelCount: 1)
      try writer.write(exactSamples(frames: 1000, channels: 1).span)
      #expect(directory.names.count == 2)
    }
    #expect(directory.names == ["old.wav"])
    #expect(directory.bytes("old.wav") == [1, 2, 3])
  }

  @Test("A place that cannot hold a file is refused before anything is written")
  func places() {
    for path in [directory("none/sound.wav"), directory.path, directory("sound.txt")] {
      #expect {
        _ = try AudioWriter(path: path, sampleRate: 44100, channelCount: 1)
      } throws: { error in
        (error as? SignalFileError)?.kind == .cannotCreateOutput
          && (error as? SignalFileError)?.path == path
      }
    }
    #expect(throws: SignalFileError.self) {
      _ = try AudioWriter(path: directory("a.flac"), sampleRate: 44100, channelCount: 9)
    }
    #expect(directory.names == [])
  }

  @Test("The longest name that a file can have is written, and a longer one refused at once")
  func longNames() throws {
    let array = NumPyArray(shape: [1], [1.5])
    let longest = directory(String(repeating: "ä", count: 125) + "a.npy")
    try array.write(to: longest)
    #expect(try NumPyArray(path: longest) == array)
    #expect {
      _ = try AudioWriter(
        path: directory(String(repeating: "ä", count: 126) + ".wav"), sampleRate: 8000,
        channelCount: 1)
    } throws: {
      ($0 as? SignalFileError)?.kind == .cannotCreateOutput
    }
  }

  @Test("A symbolic link stays one, and its file is replaced")
  func link() throws {
    _ = directory.write([1], "real.wav")
    unsafe symlink(directory("real.wav"), directory("link.wav"))
    let signal = exactSamples(frames: 100, channels: 1)
    try writeAudio(signal, to: directory("link.wav"), channels: 1)
    #expect(try AudioRecording(path: directory("real.wav")).channels == [signal])
    var status = stat()
    #expect(unsafe lstat(directory("link.wav"), &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test(
    "A full disk is an error of writing, whatever the encoder makes of it",
    arguments: ["wav", "aiff", "w64", "flac", "ogg", "opus", "mp3"])
  func fullDisk(kind: String) throws {
    // /dev/full accepts nothing; the link to it has an extension.
    unsafe symlink("/dev/full", directory("full." + kind))
    #expect {
      try writeAudio(
        exactSamples(frames: 100_000, channels: 2), to: directory("full." + kind),
        sampleRate: 48_000)
    } throws: { error in
      (error as? SignalFileError)?.kind == .inputOutput && "\(error)".contains("No space")
    }
  }

  @Test(
    "What exceeds full scale by far is limited before it is compressed", arguments: ["mp3", "ogg"])
  func limits(kind: String) throws {
    var writer = try AudioWriter(
      path: directory("loud." + kind), sampleRate: 44_100, channelCount: 1)
    let wild: [Float] = [3e38, -1e30, .infinity, -.infinity, .nan, 1, -1, 0.5]
    let samples = (0..<20_000).map { wild[$0 % 8] }
    try writer.write(samples.span)
    #expect(writer.clippedSampleCount == 20_000 / 8 * 5)
    try writer.finish()
    let back = try AudioRecording(path: directory("loud." + kind))
    #expect(back.channels[0].allSatisfy { abs($0) < 4 })
  }
}
