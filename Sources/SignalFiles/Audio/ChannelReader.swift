// SPDX-License-Identifier: MIT

/// Reads one channel, or the mix of all, of an audio file from any place in it, on from the last one
/// the fastest.
package struct ChannelReader: ~Copyable {
  private var reader: AudioReader
  private let selection: ChannelSelection
  private var block: [Float] = []

  package var sampleRate: Int { reader.sampleRate }
  package var frameCount: Int? { reader.frameCount }
  package var sampleFormat: SampleFormat { reader.sampleFormat }
  /// See ``AudioReader/shortfall``.
  package var shortfall: String? { reader.shortfall }

  /// Reads one channel, or the mix, from an open file; throws where there is no such channel.
  package init(
    _ reader: consuming AudioReader, channels selection: ChannelSelection
  ) throws(SignalFileError) {
    precondition(selection != .all, "a channel reader reads one channel")
    let count = reader.channelCount
    if case .channel(let number) = selection, !(1...count).contains(number) {
      throw .wrongShape(
        path: reader.path, expected: "a channel \(number)",
        actual: "\(count) channel\(count == 1 ? "" : "s")")
    }
    self.reader = reader
    self.selection = selection
  }

  /// Fills `target` with the samples from `start` on, and returns how many there are: fewer only at
  /// the end of the file.
  package mutating func read(
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

  /// All samples of a file of which nothing has been read.
  package mutating func readAll() throws(SignalFileError) -> [Float] {
    var samples: [Float] = []
    if let frameCount {
      try requireMemory(frameCount * MemoryLayout<Float>.size, for: reader.path)
      samples.reserveCapacity(frameCount)
    }
    var part = [Float](repeating: 0, count: blockSamples)
    var count = part.count
    while count == part.count {
      var target = part.mutableSpan
      count = try read(from: samples.count, into: &target)
      try samples.makeRoom(for: count, of: reader.path)
      samples.append(contentsOf: part[..<count])
    }
    return samples
  }
}
