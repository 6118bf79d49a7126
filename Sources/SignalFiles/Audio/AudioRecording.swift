// SPDX-License-Identifier: MIT

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
///
/// ```swift
/// var recording = try AudioRecording(path: "talk.flac")
/// for channel in recording.channels.indices {
///   recording.channels[channel] = convolve(recording.channels[channel], filter, mode: .same)
/// }
/// try recording.write(to: "talk.wav")
/// ```
///
/// What does not fit into memory is read by ``AudioReader`` and written by ``AudioWriter``.
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
    try self.init(
      reading: AudioReader(path: path, allowingNonFinite: allowingNonFinite), channels: selection)
  }

  /// Reads what is left of an open file.
  package init(
    reading reader: consuming AudioReader, channels selection: ChannelSelection = .all
  ) throws(SignalFileError) {
    sampleRate = reader.sampleRate
    guard selection == .all else {
      var reader = try ChannelReader(reader, channels: selection)
      channels = [try reader.readAll()]
      return
    }
    let channelCount = reader.channelCount
    channels = [[Float]](repeating: [], count: channelCount)
    if let frameCount = reader.frameCount {
      try requireMemory(frameCount * channelCount * MemoryLayout<Float>.size, for: reader.path)
      for channel in channels.indices { channels[channel].reserveCapacity(frameCount) }
    }
    let blockFrames = max(1, blockSamples / channelCount)
    var block = [Float](repeating: 0, count: blockFrames * channelCount)
    var count = blockFrames
    while count == blockFrames {
      var target = block.mutableSpan
      count = try reader.read(into: &target)
      let frames = block.span.extracting(first: count * channelCount)
      for channel in 0..<channelCount {
        let start = channels[channel].count
        try channels[channel].makeRoom(for: count, of: reader.path)
        channels[channel].append(contentsOf: repeatElement(0, count: count))
        var all = channels[channel].mutableSpan
        var added = all._mutatingExtracting(start..<start + count)
        added.copy(channel, of: channelCount, from: frames)
      }
    }
  }

  /// Writes a file, which appears when it is complete.
  ///
  /// - Parameters:
  ///   - path: The file; its extension tells its kind.
  ///   - samples: How samples are to be kept, where the kind of file leaves a choice.
  ///   - tags: The texts to store next to the samples.
  /// - Returns: How many samples exceeded full scale and were limited to it; see
  ///   ``AudioWriter/clippedSampleCount``.
  /// - Throws: ``SignalFileError``, as ``AudioWriter`` does.
  /// - Complexity: O(samples).
  @discardableResult
  public func write(
    to path: String, samples: SampleFormat = .float32, tags: [AudioTag: String] = [:]
  ) throws(SignalFileError) -> Int {
    var writer = try AudioWriter(
      path: path, sampleRate: sampleRate, channelCount: channels.count, samples: samples,
      tags: tags, frameCount: frameCount)
    try forEachInterleavedBlock(of: channels) { block throws(SignalFileError) in
      try writer.write(block)
    }
    try writer.finish()
    return writer.clippedSampleCount
  }
}
