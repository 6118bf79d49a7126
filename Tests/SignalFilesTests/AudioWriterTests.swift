import Glibc
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

  @Test("A full disk is an error of writing")
  func fullDisk() throws {
    // /dev/full accepts nothing; the link to it has an extension.
    unsafe symlink("/dev/full", directory("full.wav"))
    #expect {
      try writeAudio(exactSamples(frames: 100_000, channels: 2), to: directory("full.wav"))
    } throws: {
      ($0 as? SignalFileError)?.kind == .inputOutput
    }
  }
}
