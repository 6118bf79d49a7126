// SPDX-License-Identifier: MIT

import Testing

import Sessions

/// A generator whose numbers follow from its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct PlacementTests {
  private static let rates = [
    FrameRate(numerator: 24), FrameRate(numerator: 25), FrameRate(numerator: 50),
    FrameRate(numerator: 24000, denominator: 1001),
    FrameRate(numerator: 30000, denominator: 1001, isDropFrame: true),
    FrameRate(numerator: 60000, denominator: 1001), FrameRate(numerator: 2983, denominator: 100),
  ]

  private static let grids = [
    PlacementGrid(
      soundEdges: .samples, pictureSource: .mediaFrames, soundSource: .samples, hasWarps: true),
    PlacementGrid(
      pictureSource: .mediaFrames, soundSource: .samples, hasWarps: true, countsAfterWarp: true),
    PlacementGrid(hasWarps: true, countsAfterWarp: true),
    PlacementGrid(),
    PlacementGrid(countsTimecode: true),
  ]

  private func randomTimeline(_ random: inout SeededGenerator) -> Timeline {
    var timeline = Timeline(
      name: "random", frameRate: Self.rates.randomElement(using: &random)!, sampleRate: 48_000,
      media: [], tracks: [])
    for track in 0..<Int.random(in: 1...4, using: &random) {
      let duration = Double.random(in: 0.2...5000, using: &random)
      let hasPicture = Bool.random(using: &random)
      timeline.media.append(
        Timeline.Media(
          path: "/\(track)", duration: duration,
          picture: hasPicture
            ? .init(
              frameRate: Self.rates.randomElement(using: &random)!, width: 16, height: 9) : nil,
          sound: .init(
            sampleRate: [16_000, 44_100, 48_000].randomElement(using: &random)!, channelCount: 1),
          timecode: [nil, "01:02:03:04", "10:00:00;00"].randomElement(using: &random)!))
      let speed = 1 + [0, 1e-5, -3e-4, 1e-3].randomElement(using: &random)!
      var start = Double.random(in: 0...100, using: &random)
      var source = Bool.random(using: &random) ? 0 : Double.random(in: 0...0.1, using: &random)
      var clips: [Timeline.Clip] = []
      while source < duration && clips.count < 20 {
        let length = min(
          Double.random(in: 0.01...600, using: &random), (duration - source) / speed)
        clips.append(
          .init(media: track, start: start, duration: length, sourceStart: source, speed: speed))
        start += length
        source += length * speed
        if Bool.random(using: &random) {
          start += Double.random(in: 0...3, using: &random)
          source += Double.random(in: 0...3, using: &random)
        }
      }
      timeline.tracks.append(.init(name: "\(track)", clips: clips))
    }
    return timeline
  }

  /// Within half a tick of the file, on whole ticks, apart, not empty, and inside the file.
  @Test func placesRandomClips() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(state: seed)
    for _ in 0..<300 {
      let timeline = randomTimeline(&random)
      for (number, grid) in Self.grids.enumerated() {
        for track in timeline.tracks {
          let placements = grid.placements(of: track, in: timeline)
          let left = Set(placements.map(\.clip.start))
          for clip in track.clips where !left.contains(clip.start) {
            #expect(
              clip.duration <= 2.5 * timeline.frameRate.seconds(1), "seed \(seed) grid \(number)")
          }
          for (before, after) in zip(placements, placements.dropFirst()) {
            #expect(
              before.endSeconds <= after.startSeconds + 1e-8, "seed \(seed) grid \(number)")
          }
          for placement in placements {
            let problem = problem(of: placement, grid, timeline)
            #expect(problem == nil, "seed \(seed) grid \(number) \(placement)")
          }
        }
      }
    }
  }

  private func problem(
    of placement: Placement, _ grid: PlacementGrid, _ timeline: Timeline
  ) -> String? {
    let clip = placement.clip
    let tick = placement.rate.seconds(1)
    let factor = grid.countsAfterWarp ? placement.warp ?? 1 : 1
    let time = grid.countsTimecode ? placement.media.startTime(in: timeline) : nil
    let origin = time.map { $0.rate.seconds($0.frames) } ?? 0
    let source = (placement.sourceRate.seconds(placement.sourceStart) - origin) * factor
    let exact = clip.sourceStart + (placement.startSeconds - clip.start) * clip.speed
    if placement.start >= placement.end { return "empty" }
    if abs(source - exact) > placement.sourceRate.seconds(1) * factor / 2 + 1e-6 { return "moved" }
    if source < -1e-6 { return "before the file" }
    let end = source + placement.durationSeconds * (placement.warp ?? 1)
    if end > placement.media.duration + 1e-4 * tick + 1e-6 { return "beyond the file" }
    let startError = placement.startSeconds - clip.start
    if startError < -tick / 2 - 1e-6 || startError > tick * 1.5 + 1e-6 { return "early or late" }
    let endError = placement.endSeconds - clip.start - clip.duration
    // Playing straight may need one tick less for each that the clock gains.
    let drift = placement.warp == nil ? abs(clip.speed - 1) * clip.duration : 0
    if endError > tick / 2 + 1e-6 || endError < -tick * 2 - drift - placement.sourceRate.seconds(1)
    {
      return "too short or long"
    }
    return nil
  }

  @Test func beginsAFrameLaterRatherThanBeforeTheFile() throws {
    let timeline = Timeline(
      name: "", frameRate: FrameRate(numerator: 25), sampleRate: 48_000,
      media: [
        .init(
          path: "/a", duration: 1,
          picture: .init(frameRate: FrameRate(numerator: 50), width: 16, height: 9))
      ],
      tracks: [
        .init(name: "", clips: [.init(media: 0, start: 0.019, duration: 1, sourceStart: 0)])
      ])
    let grid = PlacementGrid(pictureSource: .mediaFrames)
    let placement = try #require(grid.placements(of: timeline.tracks[0], in: timeline).first)
    // Frame 0 would need the file 0.019 s before its beginning, a frame of the file.
    #expect(placement.start == 1 && placement.sourceStart == 1)
    #expect(placement.end == 25)
  }

  @Test(arguments: [(0.0005, 40.0, false), (0.0005, 41.0, true)])
  func warpsWhatDriftsByMoreThanHalfAFrame(clock: Double, length: Double, isWarped: Bool) {
    let timeline = Timeline(
      name: "", frameRate: FrameRate(numerator: 25), sampleRate: 48_000,
      media: [
        .init(
          path: "/a", duration: 100,
          picture: .init(frameRate: FrameRate(numerator: 25), width: 16, height: 9))
      ],
      tracks: [
        .init(
          name: "",
          clips: [
            .init(media: 0, start: 0, duration: length, sourceStart: 0, speed: 1 + clock)
          ])
      ])
    let grid = PlacementGrid(hasWarps: true)
    let placements = grid.placements(of: timeline.tracks[0], in: timeline)
    #expect(placements.map { $0.warp != nil } == [isWarped])
  }
}
