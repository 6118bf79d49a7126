// SPDX-License-Identifier: MIT

/// A time line in Final Cut Pro's XML, version 1.10.
///
/// Tracks with picture lie on lanes above an empty storyline, tracks of sound below it. Edges are
/// frames of the sequence; sound begins in its file to the sample.
struct FinalCutDocument {
  private let timeline: Timeline
  private let tracks: [[Placement]]
  private let formats: [Timeline.Picture]
  private let grid = PlacementGrid(
    pictureSource: .mediaFrames, soundSource: .samples, hasWarps: true, countsAfterWarp: true)

  init(_ timeline: Timeline) {
    self.timeline = timeline
    let grid = grid
    tracks = timeline.tracks.map { grid.placements(of: $0, in: timeline) }
    let pictures = timeline.media.compactMap(\.picture)
    var formats = [
      Timeline.Picture(
        frameRate: timeline.frameRate, width: pictures.map(\.width).max() ?? 1920,
        height: pictures.map(\.height).max() ?? 1080)
    ]
    for picture in pictures where !formats.contains(picture) { formats.append(picture) }
    self.formats = formats
  }

  var text: String {
    MarkupElement(
      "fcpxml", ["version": "1.10"],
      [
        MarkupElement("resources", [:], formatElements + assetElements),
        MarkupElement(
          "library", [:],
          [
            MarkupElement(
              "event", ["name": timeline.name],
              [MarkupElement("project", ["name": timeline.name], [sequence])])
          ]),
      ]
    ).document(type: "fcpxml")
  }

  private var formatElements: [MarkupElement] {
    formats.enumerated().map { index, picture in
      MarkupElement(
        "format",
        [
          "id": "format\(index + 1)",
          "frameDuration": Ratio(ticks: 1, rate: picture.frameRate).unreducedText,
          "width": String(picture.width), "height": String(picture.height),
        ])
    }
  }

  private var assetElements: [MarkupElement] {
    timeline.media.enumerated().map { index, media in
      let rate = sourceRate(of: media)
      var asset = MarkupElement(
        "asset",
        [
          "id": "asset\(index + 1)", "name": media.fileName, "start": start(of: media).text,
          "duration": Ratio(ticks: rate.tickNotAfter(media.duration), rate: rate).text,
        ], [MarkupElement("media-rep", ["kind": "original-media", "src": media.url()])])
      if let picture = media.picture {
        asset.attributes += [
          ("hasVideo", "1"), ("format", formatName(of: picture)), ("videoSources", "1"),
        ]
      }
      if let sound = media.sound {
        asset.attributes += [
          ("hasAudio", "1"), ("audioSources", "1"),
          ("audioChannels", String(sound.channelCount)), ("audioRate", String(sound.sampleRate)),
        ]
      }
      return asset
    }
  }

  private var sequence: MarkupElement {
    let end = tracks.compactMap { $0.last?.end }.max() ?? 0
    let duration = Ratio(ticks: end, rate: timeline.frameRate).text
    let lanes = lanes
    let clips = zip(timeline.tracks.indices, tracks).flatMap { index, track in
      track.map { clip($0, lane: lanes[index], role: role(timeline.tracks[index].name)) }
    }
    let gap = MarkupElement(
      "gap", ["name": "Gap", "offset": "0s", "start": "0s", "duration": duration], clips)
    var sequence = MarkupElement(
      "sequence",
      [
        "format": "format1", "duration": duration, "tcStart": "0s",
        "tcFormat": timecodeFormat(timeline.frameRate), "audioLayout": "stereo",
      ], [MarkupElement("spine", [:], end > 0 ? [gap] : [])])
    // The rates that the document type knows.
    let names = [
      32_000: "32k", 44_100: "44.1k", 48_000: "48k", 88_200: "88.2k", 96_000: "96k",
      176_400: "176.4k", 192_000: "192k",
    ]
    if let name = names[timeline.sampleRate] { sequence.attributes.append(("audioRate", name)) }
    return sequence
  }

  /// Lanes upwards from 1 for tracks with picture, downwards from -1 for the others.
  private var lanes: [Int] {
    var (above, below) = (0, 0)
    return tracks.map { track in
      if track.contains(where: \.hasPicture) {
        above += 1
        return above
      }
      below -= 1
      return below
    }
  }

  private func clip(_ placement: Placement, lane: Int, role: String) -> MarkupElement {
    let media = placement.media
    let source = Ratio(ticks: placement.sourceStart, rate: placement.sourceRate)
    var clip = MarkupElement(
      "asset-clip",
      [
        "ref": "asset\(placement.clip.media + 1)", "lane": String(lane),
        "offset": Ratio(ticks: placement.start, rate: placement.rate).text,
        "name": media.fileName, "start": (start(of: media) + source).text,
        "duration": Ratio(ticks: placement.end - placement.start, rate: placement.rate).text,
      ])
    if let picture = media.picture {
      clip.attributes += [
        ("format", formatName(of: picture)), ("tcFormat", timecodeFormat(picture.frameRate)),
        ("videoRole", "video." + role),
      ]
      clip.children += conformRate(picture.frameRate)
    }
    if placement.hasSound { clip.attributes.append(("audioRole", "dialogue." + role)) }
    if let warp = placement.warp { clip.children.append(timeMap(of: media, speed: warp)) }
    return clip
  }

  /// The name of a track as a subrole, the only place for it; a point would end the role.
  private func role(_ name: String) -> String {
    NameText.oneLine(String(name.map { $0 == "." ? "-" : $0 }))
  }

  /// Says that pictures of another rate keep their speed.
  private func conformRate(_ rate: FrameRate) -> [MarkupElement] {
    guard rate.perSecond != timeline.frameRate.perSecond else { return [] }
    var element = MarkupElement("conform-rate", ["scaleEnabled": "0"])
    // The names of rates that the document type knows.
    let slowed = [24: "23.98", 30: "29.97", 48: "47.95", 60: "59.94"]
    let whole = [24: "24", 25: "25", 30: "30", 48: "48", 50: "50", 60: "60"]
    if rate.isNamed, let name = (rate.isSlowed ? slowed : whole)[rate.nominal] {
      element.attributes.append(("srcFrameRate", name))
    }
    return [element]
  }

  /// Maps the whole file, so that its beginning keeps its time.
  private func timeMap(of media: Timeline.Media, speed: Double) -> MarkupElement {
    let start = start(of: media)
    let rate = sourceRate(of: media)
    let length = Ratio(ticks: rate.tickNotAfter(media.duration), rate: rate)
    // Microseconds, so that the denominator of the sum keeps to 32 bits.
    let microseconds = FrameRate(numerator: 1_000_000)
    let played = Ratio(ticks: microseconds.nearestTick(length.seconds / speed), rate: microseconds)
    return MarkupElement(
      "timeMap", ["preservesPitch": "0"],
      [
        MarkupElement(
          "timept", ["time": start.text, "value": start.text, "interp": "linear"]),
        MarkupElement(
          "timept",
          [
            "time": (start + played).text, "value": (start + length).text, "interp": "linear",
          ]),
      ])
  }

  private func sourceRate(of media: Timeline.Media) -> FrameRate {
    media.picture?.frameRate
      ?? FrameRate(numerator: media.sound?.sampleRate ?? timeline.sampleRate)
  }

  private func start(of media: Timeline.Media) -> Ratio {
    media.startTime(in: timeline).map { Ratio(ticks: $0.frames, rate: $0.rate) }
      ?? Ratio(ticks: 0, rate: timeline.frameRate)
  }

  private func formatName(of picture: Timeline.Picture) -> String {
    "format\((formats.firstIndex(of: picture) ?? 0) + 1)"
  }

  private func timecodeFormat(_ rate: FrameRate) -> String {
    rate.droppedNumbers > 0 ? "DF" : "NDF"
  }
}
