// SPDX-License-Identifier: MIT

import SignalFiles

/// Samples that every integer format of at least 16 bits holds exactly, with both ends of its range.
func exactSamples(frames: Int, channels: Int) -> [Float] {
  (0..<frames * channels).map { index in
    switch index {
    case 0: -1
    case 1: 32767 / 32768
    default: Float((index * 7919) % 65536 - 32768) / 32768
    }
  }
}

/// Writes interleaved samples to a file in blocks of an odd size.
func writeAudio(
  _ samples: [Float], to path: String, sampleRate: Int = 44100, channels: Int = 2,
  as kind: SampleFormat = .pcm16, tags: [AudioTag: String] = [:]
) throws(SignalFileError) {
  var writer = try AudioWriter(
    path: path, sampleRate: sampleRate, channelCount: channels, samples: kind, tags: tags,
    frameCount: samples.count / channels)
  var rest = samples.span
  while !rest.isEmpty {
    let block = rest.extracting(first: 1001 * channels)
    try writer.write(block)
    rest = rest.extracting(droppingFirst: block.count)
  }
  try writer.finish()
}

/// Interleaves the channels of a recording.
func interleaved(_ recording: AudioRecording) -> [Float] {
  (0..<recording.frameCount).flatMap { frame in recording.channels.map { $0[frame] } }
}

/// The error that reading a file gives, if it gives one.
func readingError(_ path: String) -> SignalFileError? {
  do throws(SignalFileError) {
    _ = try AudioRecording(path: path)
    return nil
  } catch {
    return error
  }
}
