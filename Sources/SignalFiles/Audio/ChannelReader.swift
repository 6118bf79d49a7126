/// Reads one channel, or the mix of all, of an audio file from any place in it.
///
/// Reading on from where the last reading ended is the fastest.
public struct ChannelReader: ~Copyable {
  /// The number of frames in a second.
  public let sampleRate: Int
  /// The number of frames; nil where the file does not say.
  public let frameCount: Int?
  /// The kind of file, and of samples in it.
  public let format: AudioFormat
  private var reader: AudioReader
  private let selection: ChannelSelection
  private var block: [Float] = []

  /// Opens a file.
  ///
  /// - Precondition: `selection` is one channel, or the mix: all at once are no channel.
  /// - Throws: ``SignalFileError``: as ``AudioReader`` does, and
  ///   ``SignalFileError/wrongShape(path:expected:actual:)`` where there is no such channel.
  public init(path: String, channels selection: ChannelSelection) throws(SignalFileError) {
    precondition(selection != .all, "a channel reader reads one channel")
    let reader = try AudioReader(path: path)
    if case .channel(let number) = selection, !(1...reader.channelCount).contains(number) {
      throw .wrongShape(
        path: path, expected: "a channel \(number)",
        actual: "\(reader.channelCount) channel\(reader.channelCount == 1 ? "" : "s")")
    }
    sampleRate = reader.sampleRate
    frameCount = reader.frameCount
    format = reader.format
    self.reader = reader
    self.selection = selection
  }

  /// Fills `target` with the samples from `start` on.
  ///
  /// - Returns: Their number, which is smaller than what fits only at the end of the file.
  /// - Throws: ``SignalFileError``: as ``AudioReader/read(into:)`` and
  ///   ``AudioReader/seek(toFrame:)`` do.
  public mutating func read(
    from start: Int, into target: inout MutableSpan<Float>
  ) throws(SignalFileError) -> Int {
    try reader.seek(toFrame: start)
    let channels = reader.channelCount
    let blockFrames = max(1, blockSamples / channels)
    // Taken out while it is in use: the reader writes to it.
    var block = self.block
    self.block = []
    defer { self.block = block }
    if block.isEmpty { block = [Float](repeating: 0, count: blockFrames * channels) }
    var position = 0
    while position < target.count {
      let wanted = min(blockFrames, target.count - position)
      var all = block.mutableSpan
      var part = all._mutatingExtracting(0..<wanted * channels)
      let count = try reader.read(into: &part)
      if count == 0 { break }
      let frames = block.span.extracting(first: count * channels)
      var destination = target._mutatingExtracting(position..<position + count)
      switch selection {
      case .mix, .all: destination.mix(channels, from: frames)
      case .channel(let number): destination.copy(number - 1, of: channels, from: frames)
      }
      position += count
    }
    return position
  }
}

/// A block of this many samples, 64 KB, stays in the second-level cache between the decoder and
/// the loop here.
private let blockSamples = 16_384
