import Alignment
import SignalFiles
import Synchronization

/// A file as it takes part in alignment.
struct Recording {
  var path: String
  /// Its mix or one channel, or each channel where the best is wanted.
  var sources: [RecordingSource]

  var sampleRate: Int { sources[0].wholeSampleRate }

  /// In seconds.
  var duration: Double { Double(sources[0].frameCount) / Double(sampleRate) }

  /// What the user should know of it.
  var notes: [String] {
    sources[0].shortfall.map { ["\(path): \($0); what is there is used"] } ?? []
  }

  init(path: String, channel: ChannelChoice) throws(SignalFileError) {
    self.path = path
    let reader = try openSound(path, allowingPartial: true)
    let count = reader.channelCount
    switch channel {
    case .mix: sources = [try RecordingSource(reader, path: path, channels: .mix)]
    case .number(let number):
      sources = [try RecordingSource(reader, path: path, channels: .channel(number))]
    case .best:
      sources = [try RecordingSource(reader, path: path, channels: .channel(1))]
      for number in 1..<count {
        sources.append(
          try RecordingSource(
            openSound(path, allowingPartial: true), path: path, channels: .channel(number + 1)))
      }
    }
  }
}

/// One channel, or the mix, of an audio file: in memory, or read where it is needed if it is long.
final class RecordingSource: SampleSource {
  /// What the file says.
  let wholeSampleRate: Int
  var sampleRate: Double { Double(wholeSampleRate) }
  let frameCount: Int
  /// What is missing of a file that breaks off: a part of a sentence.
  let shortfall: String?
  private let samples: [Float]
  private let reader: Mutex<ChannelReader?>
  private let path: String

  /// 32 MB a file: three minutes at 44.1 kHz.
  private static var memoryLimit: Int { 1 << 23 }

  /// Reads from an open file; errors are about `path`.
  init(
    _ reader: consuming sending AudioReader, path: String, channels: ChannelSelection
  ) throws(SignalFileError) {
    self.path = path
    var reader = try ChannelReader(reader, channels: channels)
    wholeSampleRate = reader.sampleRate
    if let frameCount = reader.frameCount, frameCount > Self.memoryLimit,
      reader.sampleFormat.isUncompressed
    {
      self.frameCount = frameCount
      samples = []
      shortfall = reader.shortfall
      self.reader = Mutex(reader)
    } else {
      samples = try reader.readAll()
      shortfall = reader.shortfall
      frameCount = samples.count
      self.reader = Mutex(nil)
    }
  }

  func read(at start: Int, into block: inout MutableSpan<Float>) throws {
    if !samples.isEmpty {
      for index in 0..<block.count { block[index] = samples[start + index] }
      return
    }
    let wanted = block.count
    let count = try reader.withLock { reader in
      guard reader != nil else { return 0 }
      return try reader?.read(from: start, into: &block) ?? 0
    }
    guard count == wanted else {
      throw SignalFileError.truncated(
        path: path, expected: frameCount, actual: start + count, unit: "frames")
    }
  }
}
