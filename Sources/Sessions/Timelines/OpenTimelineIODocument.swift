// SPDX-License-Identifier: MIT

/// A time line in OpenTimelineIO's JSON.
///
/// Sound is placed to the sample, pictures to the frame of the sequence.
struct OpenTimelineIODocument {
  private let timeline: Timeline
  private let grid = PlacementGrid(
    soundEdges: .samples, pictureSource: .mediaFrames, soundSource: .samples, hasWarps: true)

  init(_ timeline: Timeline) { self.timeline = timeline }

  var text: String {
    let tracks = timeline.tracks.map { ($0, grid.placements(of: $0, in: timeline)) }
    let pictures = tracks.filter { $0.1.contains(where: \.hasPicture) }.map { track, clips in
      self.track(track.name, kind: "Video", clips.filter(\.hasPicture))
    }
    let sounds = tracks.filter { $0.1.isEmpty || $0.1.contains(where: \.hasSound) }
      .map { track, clips in self.track(track.name, kind: "Audio", clips.filter(\.hasSound)) }
    return object(
      "Timeline.1", name: timeline.name,
      [
        "global_start_time": .null,
        "tracks": object(
          "Stack.1", name: "tracks",
          [
            "source_range": .null, "effects": .array([]), "markers": .array([]),
            "enabled": .bool(true), "children": .array(pictures + sounds),
          ]),
      ]
    ).document
  }

  private func track(_ name: String, kind: String, _ placements: [Placement]) -> JSONValue {
    var children: [JSONValue] = []
    var end = 0.0
    for placement in placements {
      // A gap counts in the ticks of the clip after it, so that this one lies on its tick.
      let length = placement.startSeconds - end
      if placement.rate.nearestTick(length) > 0 {
        children.append(gap(ticks: placement.rate.nearestTick(length), rate: placement.rate))
        end += placement.rate.seconds(placement.rate.nearestTick(length))
      }
      children.append(clip(placement))
      end += placement.durationSeconds
    }
    return object(
      "Track.1", name: name,
      [
        "source_range": .null, "effects": .array([]), "markers": .array([]),
        "enabled": .bool(true), "kind": .string(kind), "children": .array(children),
      ])
  }

  private func gap(ticks: Int, rate: FrameRate) -> JSONValue {
    object(
      "Gap.1", name: "",
      [
        "source_range": range(time(0, rate), time(ticks, rate)), "effects": .array([]),
        "markers": .array([]), "enabled": .bool(true),
      ])
  }

  private func clip(_ placement: Placement) -> JSONValue {
    let first = firstTick(of: placement)
    let effects = placement.warp.map { speed in
      object(
        "LinearTimeWarp.1", name: "",
        [
          "effect_name": "LinearTimeWarp", "enabled": .bool(true), "time_scalar": .number(speed),
        ])
    }
    return object(
      "Clip.2", name: placement.media.fileName,
      [
        "source_range": range(
          time(first + placement.sourceStart, placement.sourceRate),
          time(placement.end - placement.start, placement.rate)),
        "effects": .array(effects.map { [$0] } ?? []), "markers": .array([]),
        "enabled": .bool(true),
        "media_references": .object(["DEFAULT_MEDIA": reference(placement, first: first)]),
        "active_media_reference_key": "DEFAULT_MEDIA",
      ])
  }

  private func reference(_ placement: Placement, first: Int) -> JSONValue {
    let length = placement.sourceRate.tickNotAfter(placement.media.duration)
    return object(
      "ExternalReference.1", name: placement.media.fileName,
      [
        "target_url": .string(placement.media.url()),
        "available_range": range(
          time(first, placement.sourceRate), time(length, placement.sourceRate)),
        "available_image_bounds": .null,
      ])
  }

  /// The time code of the file's beginning, in ticks of the file.
  private func firstTick(of placement: Placement) -> Int {
    guard let (frames, rate) = placement.media.startTime(in: timeline) else { return 0 }
    return placement.sourceRate.nearestTick(rate.seconds(frames))
  }

  private func range(_ start: JSONValue, _ duration: JSONValue) -> JSONValue {
    .object(["OTIO_SCHEMA": "TimeRange.1", "start_time": start, "duration": duration])
  }

  private func time(_ ticks: Int, _ rate: FrameRate) -> JSONValue {
    .object([
      "OTIO_SCHEMA": "RationalTime.1", "rate": .number(rate.perSecond),
      "value": .number(Double(ticks)),
    ])
  }

  private func object(
    _ schema: String, name: String, _ members: KeyValuePairs<String, JSONValue>
  ) -> JSONValue {
    .members(
      [("OTIO_SCHEMA", .string(schema)), ("name", .string(name)), ("metadata", .members([]))]
        + members.map { ($0.key, $0.value) })
  }
}
