/// Which channels of a file to keep.
public enum ChannelSelection: Sendable, Equatable {
  /// Every channel.
  case all
  /// One channel: the mean of all of them.
  case mix
  /// One channel of the file, counted from 1.
  case channel(Int)
}

/// A recording in memory: one array of samples a channel, full scale at ±1.
public struct AudioRecording: Sendable, Equatable {
  /// The samples of each channel; all are of the same length.
  public var channels: [[Float]]
  /// The number of samples of a channel in a second.
  public var sampleRate: Int

  /// Creates a recording from samples.
  ///
  /// - Precondition: all channels have as many samples.
  public init(channels: [[Float]], sampleRate: Int) {
    precondition(
      channels.allSatisfy { $0.count == channels[0].count }, "channels differ in length")
    self.channels = channels
    self.sampleRate = sampleRate
  }

  /// The number of samples of each channel.
  public var frameCount: Int { channels.first?.count ?? 0 }

  /// The length in seconds.
  public var duration: Double { Double(frameCount) / Double(sampleRate) }

  /// Reads a file whole.
  ///
  /// What is not kept of the channels is never held: a mix takes one channel's memory.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - selection: The channels to keep.
  ///   - allowingNonFinite: See ``AudioReader/init(path:allowingNonFinite:)``.
  /// - Throws: ``SignalFileError``: as ``AudioReader`` does, and
  ///   ``SignalFileError/wrongShape(path:expected:actual:)`` where there is no such channel.
  /// - Complexity: O(samples in the file).
  public init(
    path: String, channels selection: ChannelSelection = .all, allowingNonFinite: Bool = false
  ) throws(SignalFileError) {
    var reader = try AudioReader(path: path, allowingNonFinite: allowingNonFinite)
    let channelCount = reader.channelCount
    if case .channel(let number) = selection, !(1...channelCount).contains(number) {
      throw .wrongShape(
        path: path, expected: "a channel \(number)",
        actual: "\(channelCount) channel\(channelCount == 1 ? "" : "s")")
    }
    let kept = selection == .all ? channelCount : 1
    // A header may announce more than there is; beyond this the arrays grow as samples come.
    let reserved = min(reader.frameCount ?? 0, reservedFrames)
    channels = (0..<kept).map { _ in
      var channel: [Float] = []
      channel.reserveCapacity(reserved)
      return channel
    }
    sampleRate = reader.sampleRate

    let blockFrames = max(1, blockSamples / channelCount)
    var block = [Float](repeating: 0, count: blockFrames * channelCount)
    while true {
      var target = block.mutableSpan
      let count = try reader.read(into: &target)
      if count == 0 { return }
      let frames = block.span.extracting(first: count * channelCount)
      switch selection {
      case .all:
        for channel in 0..<kept {
          channels[channel].append(count: count) {
            $0.copy(channel, of: channelCount, from: frames)
          }
        }
      case .mix:
        channels[0].append(count: count) { $0.mix(channelCount, from: frames) }
      case .channel(let number):
        channels[0].append(count: count) { $0.copy(number - 1, of: channelCount, from: frames) }
      }
      if count < blockFrames { return }
    }
  }
}

/// A block of this many samples, 64 KB, stays in the second-level cache between the decoder and
/// the loops here.
private let blockSamples = 16_384

/// 2²⁶ frames are 25 minutes at 44.1 kHz, and 256 MB of address space a channel.
private let reservedFrames = 1 << 26

extension [Float] {
  /// Appends `count` samples that `fill` writes.
  fileprivate mutating func append(
    count: Int, fill: (inout MutableSpan<Float>) -> Void
  ) {
    let start = self.count
    append(contentsOf: repeatElement(0, count: count))
    var all = mutableSpan
    var added = all._mutatingExtracting(start..<start + count)
    fill(&added)
  }
}

extension MutableSpan<Float> {
  /// Writes one channel of interleaved frames.
  mutating func copy(_ channel: Int, of channelCount: Int, from frames: Span<Float>) {
    switch channelCount {
    case 1: for index in 0..<count { self[index] = frames[index] }
    case 2: for index in 0..<count { self[index] = frames[2 * index + channel] }
    default: for index in 0..<count { self[index] = frames[channelCount * index + channel] }
    }
  }

  /// Writes the mean of the channels of interleaved frames.
  mutating func mix(_ channelCount: Int, from frames: Span<Float>) {
    switch channelCount {
    case 1:
      for index in 0..<count { self[index] = frames[index] }
    case 2:
      for index in 0..<count { self[index] = (frames[2 * index] + frames[2 * index + 1]) * 0.5 }
    default:
      let weight = 1 / Float(channelCount)
      for index in 0..<count {
        var sum: Float = 0
        for channel in 0..<channelCount { sum += frames[channelCount * index + channel] }
        self[index] = sum * weight
      }
    }
  }
}
