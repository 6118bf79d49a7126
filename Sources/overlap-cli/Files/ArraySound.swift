// SPDX-License-Identifier: MIT

import Platform
import SignalFiles

/// Writes the signals in an array file as a sound file of 32-bit floating point, of the values that
/// they have, and tells its path.
///
/// An array of one dimension is one channel. Of two, the longer is time, by which it does not matter
/// whether a program puts channels in rows or in columns.
func soundFile(ofArray path: String, sampleRate: Int?) throws(SignalFileError) -> String {
  guard let sampleRate else {
    throw .wrongShape(
      path: path, expected: "a recording, or --rate,",
      actual: "an array, which tells no sample rate,")
  }
  let shape = try NumPyArray.shape(ofFile: path)
  let isInRows = shape.count == 2 && shape[0] < shape[1]
  let channelCount = shape.count == 2 ? shape.min() ?? 0 : 1
  guard 1...2 ~= shape.count, channelCount <= largestChannelCount else {
    throw .wrongShape(
      path: path,
      expected: "an array of one dimension, or of time by up to \(largestChannelCount) channels",
      actual: InputKind.array(shape: shape).description)
  }
  let array = try NumPyArray(path: path)
  guard array.count > 0 else { throw .empty(path: path) }
  let frameCount = array.count / channelCount
  try requireMemory(array.count * MemoryLayout<Float>.size, for: path)
  guard let values = [Float](array) else {
    throw .wrongShape(path: path, expected: "real numbers", actual: "complex ones")
  }
  let (temporary, descriptor) = try TemporaryFile.make()
  close(descriptor)
  var writer = try AudioWriter(
    path: temporary, sampleRate: sampleRate, channelCount: channelCount, frameCount: frameCount)
  var block: [Float] = []
  for start in stride(from: 0, to: frameCount, by: framesPerBlock) {
    block.removeAll(keepingCapacity: true)
    for frame in start..<min(frameCount, start + framesPerBlock) {
      for channel in 0..<channelCount {
        let value = values[
          isInRows ? channel * frameCount + frame : frame * channelCount + channel]
        guard value.isFinite else {
          throw .notFinite(path: path, channel: channel + 1, index: frame)
        }
        block.append(value)
      }
    }
    try writer.write(block.span)
  }
  try writer.finish()
  return temporary
}

/// What WAV files hold by libsndfile.
private let largestChannelCount = 1024
/// Judged: blocks that stay in the cache.
private let framesPerBlock = 1 << 14
