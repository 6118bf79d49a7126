// SPDX-License-Identifier: MIT

import Platform

extension MediaTimeline {
  /// Writes the samples of the audio file `source` to `target`, a file that is there, by their places:
  /// as RF64 (EBU Tech 3306) with 32-bit floating-point samples. What is silent takes no space on disks
  /// that can leave holes in files.
  package func layOut(_ source: String, into target: String) throws(SignalFileError) {
    var reader = try AudioReader(path: source)
    let channelCount = reader.channelCount
    let frameSize = channelCount * MemoryLayout<Float>.size
    let descriptor = unsafe open(target.systemName, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .cannotCreate(path: target, reason: systemMessage(errno))
    }
    defer { close(descriptor) }
    let header = largeWaveHeader(
      frameCount: frameCount, channelCount: channelCount, sampleRate: reader.sampleRate)
    var failure = unsafe header.withUnsafeBytes { unsafe writeAll($0, to: descriptor) }
    let blockLength = max(1, blockSamples / channelCount) * channelCount
    var block = [Float](repeating: 0, count: blockLength)
    for run in runs where failure == nil {
      try reader.seek(toFrame: run.source)
      lseek(descriptor, off_t(header.count + run.position * frameSize), SEEK_SET)
      var rest = run.count
      while rest > 0, failure == nil {
        var all = block.mutableSpan
        var part = all._mutatingExtracting(0..<min(blockLength, rest * channelCount))
        let count = try reader.read(into: &part)
        guard count > 0 else { break }
        failure = unsafe block.withUnsafeBytes {
          unsafe writeAll(
            UnsafeRawBufferPointer(rebasing: $0[..<(count * frameSize)]), to: descriptor)
        }
        rest -= count
      }
    }
    if failure == nil,
      ftruncate(descriptor, off_t(header.count + frameCount * frameSize)) != 0
    {
      failure = systemMessage(errno)
    }
    if let failure { throw .writeFailed(path: target, reason: failure) }
  }
}

private func largeWaveHeader(frameCount: Int, channelCount: Int, sampleRate: Int) -> [UInt8] {
  let frameSize = channelCount * MemoryLayout<Float>.size
  let dataSize = frameCount * frameSize
  var header: [UInt8] = []
  func add(_ name: String) { header += Array(name.utf8) }
  func add(_ value: Int, bytes: Int) {
    for index in 0..<bytes { header.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }
  add("RF64")
  add(0xFFFF_FFFF, bytes: 4)
  add("WAVEds64")
  add(28, bytes: 4)
  // All but the first eight bytes of the file: 80 bytes of header.
  add(72 + dataSize, bytes: 8)
  add(dataSize, bytes: 8)
  add(frameCount, bytes: 8)
  add(0, bytes: 4)
  add("fmt ")
  add(16, bytes: 4)
  // WAVE_FORMAT_IEEE_FLOAT.
  add(3, bytes: 2)
  add(channelCount, bytes: 2)
  add(sampleRate, bytes: 4)
  add(sampleRate * frameSize, bytes: 4)
  add(frameSize, bytes: 2)
  add(32, bytes: 2)
  add("data")
  add(0xFFFF_FFFF, bytes: 4)
  return header
}
