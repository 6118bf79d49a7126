// SPDX-License-Identifier: MIT

import SignalFiles

/// Time stamps and lengths of frames, as ffmpeg prints them: a length has 32 bits.
func placeFrames(_ bytes: [UInt8]) {
  var reader = ByteReader(bytes)
  let rate = Int(max(1, reader.integer(UInt32.self) % 10_000_000))
  let tick = [0, 1 / Double(rate), 1e-3, 1.0 / 90_000, abs(reader.real())][Int(reader.byte() % 5)]
  var builder = MediaTimeline.Builder(sampleRate: rate, tick: tick)
  var total = 0
  var stamp = 0
  while !reader.isAtEnd {
    let kind = reader.byte()
    let length = kind & 1 == 0 ? 1024 : Int(max(1, reader.integer(Int32.self) & Int32.max))
    switch kind >> 1 & 3 {
    case 0: stamp &+= length
    case 1: stamp &+= reader.whole()
    default: stamp = reader.whole()
    }
    builder.add(stamp: kind & 0x80 == 0 ? stamp : nil, count: length)
    total += length
  }
  let line = builder.finish()
  var end = 0
  for run in line.runs {
    require(run.position >= end && run.count >= 0, "runs overlap")
    require(0 <= run.source && run.source + run.count <= total, "samples that are not there")
    end = run.position + run.count
  }
  require(end == line.frameCount, "samples behind the end")
  require(
    line.runs.reduce(line.droppedCount) { $0 + $1.count } == total, "samples are lost")
  require(line.gaps.allSatisfy { !$0.isEmpty && $0.upperBound <= end }, "a gap of nothing")
}
