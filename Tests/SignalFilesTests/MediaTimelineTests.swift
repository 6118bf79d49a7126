// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("The time line of a decoded stream")
struct MediaTimelineTests {
  private let rate = 48_000
  private let frameLength = 1000

  /// The time line of frames of 1000 samples with these stamps.
  private func timeline(_ stamps: [Int?], tick: Double = 1 / 48_000) -> MediaTimeline {
    var builder = MediaTimeline.Builder(sampleRate: rate, tick: tick)
    for stamp in stamps { builder.add(stamp: stamp, count: frameLength) }
    return builder.finish()
  }

  /// The stamps of frames that follow one another from `start` on.
  private func steady(_ count: Int, from start: Int = 0) -> [Int] {
    (0..<count).map { start + 1000 * $0 }
  }

  @Test("starts at the first stamp", arguments: [0, 72_000, -3840, 1])
  func start(first: Int) {
    let line = timeline(steady(100, from: first))
    #expect(line.start == Double(first) / 48_000)
    #expect(line.isSimple && !line.leaps)
    #expect(line.frameCount == 100_000)
  }

  @Test("without any stamps is that of the samples")
  func noStamps() {
    let line = timeline([nil, nil, nil])
    #expect(line.start == 0 && line.isSimple && line.frameCount == 3000)
    #expect(timeline([]).frameCount == 0)
    // Stamps that stand still tell nothing.
    let still = timeline([Int?](repeating: 0, count: 50))
    #expect(still.isSimple && still.frameCount == 50_000)
    // What comes before the first stamp comes before it in time.
    #expect(timeline([nil, 5000, 6000]).start == 4000.0 / 48_000)
  }

  @Test("leaves out what is missing", arguments: [1, 50, 99])
  func gap(index: Int) {
    let line = timeline(steady(index) + steady(100 - index, from: 1000 * index + 24_000))
    #expect(line.start == 0)
    #expect(line.gaps == [1000 * index..<1000 * index + 24_000])
    #expect(line.frameCount == 124_000)
    #expect(line.runs.map(\.source) == [0, 1000 * index])
  }

  @Test("leaves out each frame that is lost, however often")
  func everyOtherFrame() {
    let line = timeline((0..<50).map { 2000 * $0 })
    #expect(line.runs.map(\.position) == (0..<50).map { 2000 * $0 })
    #expect(line.gaps.count == 49)
  }

  @Test("plays once what comes twice")
  func overlap() {
    let line = timeline(steady(50) + steady(50, from: 50_000 - 12_300))
    #expect(line.gaps.isEmpty)
    #expect(line.droppedCount == 12_300)
    #expect(line.frameCount == 100_000 - 12_300)
    #expect(
      line.runs == [
        .init(position: 0, source: 0, count: 50_000),
        .init(position: 50_000, source: 62_300, count: 37_700),
      ])
  }

  @Test("takes a new clock, or a leap of days, for none", arguments: [-600_000, 1 << 40])
  func leaps(step: Int) {
    let line = timeline(steady(700) + steady(50, from: 700_000 + step))
    #expect(line.leaps)
    #expect(line.gaps.isEmpty && line.droppedCount == 0)
    #expect(line.frameCount == 750_000)
  }

  @Test("does not follow stamps that are wrong for a moment")
  func jitter() {
    var generator = SeededGenerator(seed: 51)
    for spread in [40, 400] {
      let stamps = steady(1000, from: 9600).map { stamp in
        stamp + Int.random(in: -spread...spread, using: &generator)
      }
      let line = timeline(stamps)
      #expect(line.frameCount == 1_000_000 || spread > 48)
      #expect(abs(line.start - 0.2) < Double(spread) / 48_000)
      #expect(line.gaps.allSatisfy { $0.count < 4 * spread })
    }
    // One packet that comes three seconds late.
    var stamps = steady(100)
    stamps[40] += 144_000
    #expect(timeline(stamps).isSimple)
  }

  @Test("is the true one where stamps are rounded", arguments: [0.0, 0.2, 0.5, 0.7])
  func rounding(fraction: Double) {
    let start = 1.479 + fraction / 1000
    for frameLength in [960, 1000, 1024] {
      var builder = MediaTimeline.Builder(sampleRate: rate, tick: 1e-3)
      for index in 0..<500 {
        let time = start + Double(index * frameLength) / 48_000
        builder.add(stamp: Int((time * 1000).rounded()) * 48, count: frameLength)
      }
      let line = builder.finish()
      #expect(line.isSimple)
      #expect(abs(line.start - start) <= 0.5e-3 + 1 / 48_000)
    }
  }

  @Test("is laid out in a file, with silence where nothing is")
  func layout() throws {
    let files = TemporaryFiles()
    let source = files.path("source.wav")
    let sound = (0..<3000).map { Float($0 + 1) / 4096 }
    let channels = [sound, sound.map { -$0 }]
    try AudioRecording(channels: channels, sampleRate: rate).write(to: source)
    let target = files.write([], "target.wav")
    func silence(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }
    let parts = (0..<3).map { Array(sound[1000 * $0..<1000 * ($0 + 1)]) }
    let cases: [(stamps: [Int], expected: [[Float]])] = [
      ([0, 1500, 3100], [parts[0], silence(500), parts[1], silence(600), parts[2]]),
      ([0, 400, 1400], [parts[0], Array(parts[1][600...]), parts[2]]),
    ]
    for (stamps, expected) in cases {
      let expected = Array(expected.joined())
      try timeline(stamps).layOut(source, into: target)
      let found = try AudioRecording(path: target)
      #expect(found.channels == [expected, expected.map { -$0 }])
      #expect(found.sampleRate == rate)
    }
  }
}
