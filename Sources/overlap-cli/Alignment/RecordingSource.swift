import Alignment
import SignalFiles
import Synchronization

/// One channel, or the mix, of an audio file, for alignment: in memory if it is short, and read
/// from the file where it is needed if it is long.
final class RecordingSource: SampleSource {
  /// What the file says.
  let wholeSampleRate: Int
  var sampleRate: Double { Double(wholeSampleRate) }
  let frameCount: Int
  private let samples: [Float]
  private let reader: Mutex<ChannelReader?>
  private let path: String

  /// 32 MB a file: three minutes at 44.1 kHz.
  private static var memoryLimit: Int { 1 << 23 }

  init(path: String, channels: ChannelSelection = .mix) throws(SignalFileError) {
    self.path = path
    var reader = try ChannelReader(MediaFile(path: path).reader(), channels: channels)
    wholeSampleRate = reader.sampleRate
    if let frameCount = reader.frameCount, frameCount > Self.memoryLimit,
      reader.sampleFormat.isUncompressed
    {
      self.frameCount = frameCount
      samples = []
      self.reader = Mutex(reader)
    } else {
      var all: [Float] = []
      all.reserveCapacity(min(reader.frameCount ?? 0, Self.memoryLimit))
      var count = 1
      var block = [Float](repeating: 0, count: 65_536)
      while count > 0 {
        var target = block.mutableSpan
        count = try reader.read(from: all.count, into: &target)
        all.append(contentsOf: block[..<count])
      }
      frameCount = all.count
      samples = all
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
