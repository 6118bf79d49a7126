// SPDX-License-Identifier: MIT

import Alignment
import SignalFiles

/// A copy of a recording on another's time line: by the clock of that, with what it lost as silence.
struct WarpedCopy {
  var path: String
  /// nil for that of the recording.
  var sampleRate: Int?
  /// nil for that of the recording.
  var samples: SampleFormat?
  /// Whether it is turned over.
  var isUpsideDown = false

  /// Writes the copy of a track that lies on a line as a placement of its samples says.
  func write(
    _ track: SoundFile.Track, _ placement: AlignedTimeLine.Placement, _ line: AlignedTimeLine,
    isQuiet: Bool
  ) throws(SignalFileError) {
    try track.checkIsUnchanged()
    var reader = try track.reader()
    let channels = reader.channelCount
    let total = try reader.countFrames()
    let rate = sampleRate ?? reader.sampleRate
    let count = line.frameCount(at: rate)
    let warp = line.warp(placement, from: reader.sampleRate, to: rate)
    let sign: Float = isUpsideDown ? -1 : 1
    var writer = try AudioWriter(
      path: path, sampleRate: rate, channelCount: channels, samples: samples ?? reader.sampleFormat,
      tags: reader.tags, frameCount: count)
    writer.add(
      reader.productionChunks.moved(
        to: warp.start, from: reader.sampleRate, to: rate, frameCount: count))
    let bar = ProgressBar("Writing \(path)")
    var position = 0
    // So many outputs at a time that their inputs are not too many.
    let blockLength = max(1, Int(16_384 / max(1, warp.step)))
    while position < count {
      let outputs = position..<min(count, position + blockLength)
      var result = [Float](repeating: 0, count: outputs.count * channels)
      let inputs = try warp.inputRanges(for: outputs).map { needed throws(SignalFileError) in
        try interleaved(needed, of: &reader, total)
      }
      var warped = [Float](repeating: 0, count: outputs.count)
      for channel in 0..<channels {
        let planes = inputs.map { input in
          stride(from: channel, to: input.count, by: channels).map { input[$0] }
        }
        var target = warped.mutableSpan
        warp.apply(planes, outputs: outputs, into: &target)
        for frame in warped.indices { result[frame * channels + channel] = warped[frame] * sign }
      }
      try writer.write(result.span)
      position = outputs.upperBound
      bar.report(Double(position) / Double(count))
    }
    let clipped = writer.clippedSampleCount
    // Before it has its name.
    try track.checkIsUnchanged()
    try writer.finish()
    if clipped > 0, !isQuiet {
      printError("\(path): \(clipped) samples exceeded full scale and were limited to it")
    }
  }

  /// The frames `needed` of a recording of `total`, with silence where there are none.
  private func interleaved(
    _ needed: Range<Int>, of reader: inout AudioReader, _ total: Int
  ) throws(SignalFileError) -> [Float] {
    let channels = reader.channelCount
    var samples = [Float](repeating: 0, count: needed.count * channels)
    let inside = needed.clamped(to: 0..<total)
    guard !inside.isEmpty else { return samples }
    try reader.seek(toFrame: inside.lowerBound)
    let offset = (inside.lowerBound - needed.lowerBound) * channels
    var all = samples.mutableSpan
    var part = all._mutatingExtracting(offset..<offset + inside.count * channels)
    _ = try reader.read(into: &part)
    return samples
  }
}
