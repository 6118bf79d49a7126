// SPDX-License-Identifier: MIT

/// 64 KB of samples stay in the second-level cache between a decoder and the loops here.
let blockSamples = 16_384

/// Calls `body` with the frames of `channels`, interleaved block by block. What lossy encoders make
/// of them depends on the blocks, which are the same always.
package func forEachInterleavedBlock(
  of channels: [[Float]], _ body: (Span<Float>) throws(SignalFileError) -> Void
) throws(SignalFileError) {
  let (frameCount, blockFrames) = (channels.first?.count ?? 0, 1 << 16)
  for start in stride(from: 0, to: frameCount, by: blockFrames) {
    let end = min(start + blockFrames, frameCount)
    var frames = [Float](repeating: 0, count: (end - start) * channels.count)
    for (channel, samples) in channels.enumerated() {
      for index in start..<end {
        frames[(index - start) * channels.count + channel] = samples[index]
      }
    }
    try body(frames.span)
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
