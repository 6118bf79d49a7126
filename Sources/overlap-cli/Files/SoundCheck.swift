// SPDX-License-Identifier: MIT

import Alignment
import SignalFiles

/// What is heard of a track: whether it is clipped or silent, and what its channels have in common.
struct SoundCheck {
  let sampleRate: Int
  let channelCount: Int
  let frameCount: Int
  /// What to know about it, in sentences.
  private(set) var notes: [String] = []

  init(of track: SoundFile.Track) throws(SignalFileError) {
    var reader = try track.reader()
    sampleRate = reader.sampleRate
    let channelCount = reader.channelCount
    self.channelCount = channelCount
    var channels = [Channel](repeating: Channel(), count: channelCount)
    let length = 1 << 14
    var block = [Float](repeating: 0, count: length * channelCount)
    var (total, count) = (0, length)
    while count == length {
      var target = block.mutableSpan
      count = try reader.read(into: &target)
      for channel in 0..<channelCount {
        for frame in 0..<count { channels[channel].add(block[frame * channelCount + channel]) }
      }
      total += count
    }
    frameCount = total
    let loudest = channels.map(\.energy).max() ?? 0
    guard channels.contains(where: { !$0.isSilent }) else {
      notes = ["it is silent: all samples are equal"]
      return
    }
    for (index, channel) in channels.enumerated() {
      if channel.isSilent || channel.energy < Self.faintest * loudest {
        notes.append("channel \(index + 1) is dead")
      }
    }
    let clipped = channels.reduce(0) { $0 + $1.clippedCount }
    if clipped > 0 {
      notes.append("it is clipped: \(clipped) samples stay at full scale")
    }
    for case let channel? in try overlookedChannels(of: track, channelCount) {
      notes.append(
        "the mix of all channels says little of channel \(channel): others cancel or drown it")
    }
  }

  /// 60 dB below the loudest, where converters' noise is. Judged.
  private static var faintest: Double { 1e-6 }

  private struct Channel {
    var energy = 0.0
    var first: Float?
    var isSilent = true
    var clippedCount = 0
    private var fullCount = 0

    mutating func add(_ sample: Float) {
      energy += Double(sample) * Double(sample)
      let first = self.first ?? sample
      self.first = first
      if sample != first { isSilent = false }
      // One sample may be the peak of a wave; three in a row are none's.
      if abs(sample) >= Self.fullScale {
        fullCount += 1
        clippedCount += fullCount == 3 ? 3 : fullCount > 3 ? 1 : 0
      } else {
        fullCount = 0
      }
    }

    /// The largest value of 12 bits, the coarsest that are recorded.
    static var fullScale: Float { 2047.0 / 2048 }
  }
}
