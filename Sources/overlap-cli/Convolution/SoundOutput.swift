// SPDX-License-Identifier: MIT

import SignalFiles

/// Where the result of a convolution of sound goes, by the extension: an audio file, or a `.npy`
/// file of shape (frames), or (frames, channels) if there are several.
struct SoundOutput: ~Copyable {
  private let path: String
  private let channelCount: Int
  private var writer: AudioWriter?
  /// For an array, whose size comes first in its file.
  private var samples: [Float] = []

  init(
    path: String, sampleRate: Int, channelCount: Int, frameCount: Int, tags: [AudioTag: String]
  ) throws(SignalFileError) {
    self.path = path
    self.channelCount = channelCount
    if !path.namesArray {
      writer = try AudioWriter(
        path: path, sampleRate: sampleRate, channelCount: channelCount, tags: tags,
        frameCount: frameCount)
    }
  }

  mutating func write(_ frames: Span<Float>) throws(SignalFileError) {
    if path.namesArray {
      try samples.makeRoom(for: frames.count, of: path)
      for index in frames.indices { samples.append(frames[index]) }
    } else {
      try writer?.write(frames)
    }
  }

  /// Completes the file, and tells how many samples exceeded full scale and were limited to it.
  mutating func finish() throws(SignalFileError) -> Int {
    if path.namesArray {
      let frameCount = samples.count / channelCount
      let shape = channelCount == 1 ? [frameCount] : [frameCount, channelCount]
      try NumPyArray(shape: shape, samples).write(to: path)
    }
    try writer?.finish()
    return writer?.clippedSampleCount ?? 0
  }
}
