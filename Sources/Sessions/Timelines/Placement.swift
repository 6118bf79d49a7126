// SPDX-License-Identifier: MIT

/// A clip whose edges and whose beginning in its file are whole ticks.
package struct Placement: Sendable, Equatable {
  package let clip: Timeline.Clip
  package let media: Timeline.Media
  /// Ticks of the time line.
  package let rate: FrameRate
  package let start: Int
  package let end: Int
  /// Ticks of the file.
  package let sourceRate: FrameRate
  package let sourceStart: Int
  /// Seconds of the file that pass in a second of the time line; nil where it plays straight.
  package let warp: Double?

  package var hasPicture: Bool { media.picture != nil }
  /// What has no picture counts as sound, so that no clip is lost.
  package var hasSound: Bool { media.sound != nil || media.picture == nil }
  package var startSeconds: Double { rate.seconds(start) }
  package var endSeconds: Double { rate.seconds(end) }
  package var durationSeconds: Double { rate.seconds(end - start) }
}

/// The ticks that a format counts in.
package struct PlacementGrid: Sendable {
  package enum Ticks: Sendable { case sequenceFrames, mediaFrames, samples }

  /// The edges of clips of sound only; edges of pictures are frames of the sequence.
  package var soundEdges: Ticks
  /// Where clips with picture begin in their file.
  package var pictureSource: Ticks
  /// Where clips of sound only begin in their file.
  package var soundSource: Ticks
  /// Whether the format can play a file faster or slower.
  package var hasWarps: Bool
  /// Whether ticks of a warped file count after the warp, as it plays, and not before.
  package var countsAfterWarp: Bool
  /// Whether ticks of a file count from midnight where it has a time code, and not from its
  /// beginning.
  package var countsTimecode: Bool

  package init(
    soundEdges: Ticks = .sequenceFrames, pictureSource: Ticks = .sequenceFrames,
    soundSource: Ticks = .sequenceFrames, hasWarps: Bool = false, countsAfterWarp: Bool = false,
    countsTimecode: Bool = false
  ) {
    (self.soundEdges, self.pictureSource) = (soundEdges, pictureSource)
    (self.soundSource, self.hasWarps) = (soundSource, hasWarps)
    (self.countsAfterWarp, self.countsTimecode) = (countsAfterWarp, countsTimecode)
  }

  /// Clips as the grid has them: in order, without overlap, none empty, none beyond its file.
  package func placements(of track: Timeline.Track, in timeline: Timeline) -> [Placement] {
    var placed: [Placement] = []
    for clip in track.clips {
      let media = timeline.media[clip.media]
      let end = placed.last?.endSeconds ?? 0
      if let next = placement(of: clip, from: media, in: timeline, notBefore: end) {
        placed.append(next)
      }
    }
    return placed
  }

  /// The clip moved to whole ticks; nil where nothing of it is left.
  private func placement(
    of clip: Timeline.Clip, from media: Timeline.Media, in timeline: Timeline,
    notBefore earliest: Double
  ) -> Placement? {
    let edges = media.picture == nil ? soundEdges : .sequenceFrames
    let rate = ticks(edges, of: media, in: timeline)
    let source = media.picture == nil ? soundSource : pictureSource
    let sourceRate = ticks(source, of: media, in: timeline)
    let warp = hasWarps ? timeline.warp(of: clip) : nil
    // Seconds of the file in a second of its ticks.
    let stretch = countsAfterWarp ? warp ?? 1 : 1
    // What the first tick of the file counts from, in seconds.
    let time = countsTimecode ? media.startTime(in: timeline) : nil
    let origin = time.map { $0.rate.seconds($0.frames) } ?? 0

    func sourceTick(from start: Int) -> Int {
      let seconds = clip.sourceStart + (rate.seconds(start) - clip.start) * clip.speed
      return sourceRate.nearestTick(origin + seconds / stretch)
    }
    let firstTick = sourceRate.tickNotBefore(origin)
    var start = max(rate.nearestTick(clip.start), rate.tickNotBefore(earliest))
    if sourceTick(from: start) < firstTick {
      let fileStart = rate.tickNotBefore(clip.start - clip.sourceStart / clip.speed)
      start = max(start + 1, fileStart)
    }
    let sourceStart = max(firstTick, sourceTick(from: start))
    let left = media.duration - (sourceRate.seconds(sourceStart) - origin) * stretch
    let end = min(
      rate.nearestTick(clip.start + clip.duration),
      start + rate.tickNotAfter(left / (warp ?? 1)))
    guard start < end else { return nil }
    return Placement(
      clip: clip, media: media, rate: rate, start: start, end: end,
      sourceRate: sourceRate, sourceStart: sourceStart, warp: warp)
  }

  private func ticks(
    _ ticks: Ticks, of media: Timeline.Media, in timeline: Timeline
  ) -> FrameRate {
    switch ticks {
    case .sequenceFrames: timeline.frameRate
    case .mediaFrames: media.picture?.frameRate ?? timeline.frameRate
    case .samples: FrameRate(numerator: media.sound?.sampleRate ?? timeline.sampleRate)
    }
  }
}

extension Timeline {
  /// The speed of a clip, where playing straight would drift by more than half a frame, or half a
  /// millisecond of sound (judged: what a viewer or a listener can notice).
  package func warp(of clip: Clip) -> Double? {
    let drift = abs(clip.speed - 1) * clip.duration
    let allowed = media[clip.media].picture == nil ? 0.0005 : frameRate.seconds(1) / 2
    return drift > allowed ? clip.speed : nil
  }
}
