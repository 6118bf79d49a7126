// SPDX-License-Identifier: MIT

import SignalFiles

/// As many samples are read of a file: a header may announce hours.
private let longest = 1 << 20

func readSound(_ bytes: [UInt8], _ files: MemoryFiles) {
  let path = files.write(bytes)
  if let broadcast = BroadcastExtension(path: path) {
    for rate in [1, 48_000, 10_000_000] { _ = broadcast.timecode(sampleRate: rate) }
  }
  let strict = frames(path, allowingNonFinite: false, allowingPartial: false)
  let lenient = frames(path, allowingNonFinite: true, allowingPartial: true)
  if let strict {
    require(lenient == strict, "\(lenient ?? -1) and \(strict) frames of one file")
    recording(path, frameCount: strict)
  }
}

/// The number of frames, as far as they are read; nil where the file is refused.
private func frames(_ path: String, allowingNonFinite: Bool, allowingPartial: Bool) -> Int? {
  do throws(SignalFileError) {
    var reader = try AudioReader(
      path: path, allowingNonFinite: allowingNonFinite, allowingPartial: allowingPartial)
    require(reader.sampleRate > 0 && reader.channelCount > 0, "sound without a rate or channels")
    _ = (reader.tags, reader.codecName)
    move(reader.productionChunks, reader.sampleRate)
    let channelCount = reader.channelCount
    var block = [Float](repeating: 0, count: 1000 * channelCount)
    var (total, count) = (0, 1)
    while count > 0 {
      if total * channelCount >= longest { return total }
      var target = block.mutableSpan
      count = try reader.read(into: &target)
      total += count
      if !allowingNonFinite {
        require(block[..<(count * channelCount)].allSatisfy(\.isFinite), "NaN was let through")
      }
    }
    if let frameCount = reader.frameCount, reader.shortfall == nil {
      require(total == frameCount, "\(total) of \(frameCount) frames came, without an error")
    }
    return total
  } catch {
    return nil
  }
}

/// Puts what stands beside the samples into a copy at other rates.
private func move(_ chunks: ProductionChunks, _ rate: Int) {
  for (start, newRate) in [(0.0, rate), (-1e6, 8000), (1e9, 192_000)] {
    let moved = chunks.moved(to: start, from: rate, to: newRate, frameCount: 1000)
    require(moved.cuePlaces.allSatisfy { 0..<1000 ~= $0 }, "a cue point outside of the copy")
    require((moved.timeReference == nil) == (chunks.timeReference == nil), "a time came or went")
  }
}

/// Reads a frame in the middle. A decoder of libsndfile's may fail to seek in a file that it reads from
/// its start, as that of SDS does.
private func readMiddle(_ reader: inout AudioReader, _ frameCount: Int) {
  var block = [Float](repeating: 0, count: reader.channelCount)
  var target = block.mutableSpan
  do throws(SignalFileError) {
    try reader.seek(toFrame: frameCount / 2)
    require(try reader.read(into: &target) == 1, "no frame in the middle, and no error")
  } catch {}
}

/// Reads a good file whole, and from its middle on.
private func recording(_ path: String, frameCount: Int) {
  do throws(SignalFileError) {
    var reader = try AudioReader(path: path, allowingNonFinite: false)
    let channelCount = reader.channelCount
    // How much libsndfile makes of a damaged file of SDS depends on the blocks that are asked for.
    guard reader.format.container != .other, frameCount * channelCount < longest else { return }
    require(try reader.countFrames() == frameCount, "another number of frames")
    let mix = try AudioRecording(path: path, channels: .mix)
    require(mix.frameCount == frameCount, "a mix of another length")
    let last = try AudioRecording(path: path, channels: .channel(channelCount))
    require(last.frameCount == frameCount, "a channel of another length")
    if reader.frameCount != nil { readMiddle(&reader, frameCount) }
  } catch {
    fatalError("a file that was read is refused: \(error)")
  }
}
