// SPDX-License-Identifier: MIT

/// A time line in the XML of Final Cut Pro 7 (xmeml, version 5).
///
/// A track with picture is a video track and a linked audio track for each channel. Everything
/// counts frames: edges those of the sequence, beginnings in files those of the file's picture.
struct FinalCut7Document {
  private let timeline: Timeline
  private let tracks: [[Placement]]

  init(_ timeline: Timeline) {
    self.timeline = timeline
    // The format knows only whole rates and those slowed by 1000/1001.
    let isNamed = timeline.media.allSatisfy { $0.picture?.frameRate.isNamed ?? true }
    let grid = PlacementGrid(
      pictureSource: isNamed ? .mediaFrames : .sequenceFrames, hasWarps: true,
      countsAfterWarp: true)
    tracks = timeline.tracks.map { grid.placements(of: $0, in: timeline) }
  }

  /// A clip on a track of one kind, with what it takes to refer to it.
  private struct Item {
    let placement: Placement
    let name: String
    let isSound: Bool
    let channel: Int
    let track: Int
    let position: Int
    /// What belongs together has the same number.
    let group: Int
  }

  /// The tracks of pictures and of single channels, in their order.
  private var laidOut: [(name: String, items: [Item])] {
    var result: [(name: String, items: [Item])] = []
    var (videoCount, audioCount, group, count) = (0, 0, 0, 0)
    for (track, placements) in zip(timeline.tracks, tracks) {
      func add(isSound: Bool, channel: Int, _ isWanted: (Placement) -> Bool) {
        let number = isSound ? audioCount + 1 : videoCount + 1
        var items: [Item] = []
        for (index, placement) in placements.enumerated() where isWanted(placement) {
          count += 1
          items.append(
            Item(
              placement: placement, name: "clipitem-\(count)", isSound: isSound, channel: channel,
              track: number, position: items.count + 1, group: group + index))
        }
        guard !items.isEmpty else { return }
        if isSound { audioCount += 1 } else { videoCount += 1 }
        result.append((track.name, items))
      }
      add(isSound: false, channel: 1) { $0.hasPicture }
      let channels = placements.filter(\.hasSound).map { Self.channelCount(of: $0.media) }
      for channel in 0..<(channels.max() ?? 0) {
        add(isSound: true, channel: channel + 1) {
          $0.hasSound && Self.channelCount(of: $0.media) > channel
        }
      }
      group += placements.count
    }
    return result
  }

  private static func channelCount(of media: Timeline.Media) -> Int {
    min(max(1, media.sound?.channelCount ?? 1), mostChannels)
  }

  /// Each has a track of its own, and each clip names those of all others. Judged: more than any device
  /// has, and not what a damaged file may announce.
  private static let mostChannels = 64

  var text: String {
    let laidOut = laidOut
    let links = Dictionary(grouping: laidOut.flatMap(\.items), by: \.group)
    var described: Set<Int> = []
    var elements: (video: [MarkupElement], audio: [MarkupElement]) = ([], [])
    for (name, items) in laidOut {
      let clips = items.map { item in
        clipItem(
          item, linked: links[item.group] ?? [],
          isFirst: described.insert(item.placement.clip.media).inserted)
      }
      let track = MarkupElement("track", [:], [text("name", name)] + clips)
      if items[0].isSound { elements.audio.append(track) } else { elements.video.append(track) }
    }
    let length = tracks.compactMap { $0.last?.end }.max() ?? 0
    return MarkupElement(
      "xmeml", ["version": "5"],
      [
        MarkupElement(
          "sequence", ["id": "sequence-1"],
          [
            text("name", timeline.name), text("duration", String(length)),
            rate(timeline.frameRate), timecode(0, timeline.frameRate),
            MarkupElement(
              "media", [:],
              [
                MarkupElement("video", [:], [videoFormat] + elements.video),
                MarkupElement("audio", [:], [audioFormat] + elements.audio),
              ]),
          ])
      ]
    ).document(type: "xmeml")
  }

  private var videoFormat: MarkupElement {
    let pictures = timeline.media.compactMap(\.picture)
    return MarkupElement(
      "format", [:],
      [
        MarkupElement(
          "samplecharacteristics", [:],
          [
            rate(timeline.frameRate), text("width", String(pictures.map(\.width).max() ?? 1920)),
            text("height", String(pictures.map(\.height).max() ?? 1080)),
          ])
      ])
  }

  private var audioFormat: MarkupElement {
    MarkupElement(
      "format", [:],
      [
        MarkupElement(
          "samplecharacteristics", [:],
          [text("depth", "16"), text("samplerate", String(timeline.sampleRate))])
      ])
  }

  private func clipItem(_ item: Item, linked: [Item], isFirst: Bool) -> MarkupElement {
    let placement = item.placement
    let source = placement.sourceRate
    let frames = source.tickNotAfter(placement.media.duration / (placement.warp ?? 1))
    let end = placement.sourceStart + source.nearestTick(placement.durationSeconds)
    var children = [
      text("name", placement.media.fileName), text("enabled", "TRUE"),
      text("duration", String(frames)), rate(source), text("start", String(placement.start)),
      text("end", String(placement.end)), text("in", String(placement.sourceStart)),
      text("out", String(max(placement.sourceStart + 1, min(end, frames)))),
      file(placement, isFirst: isFirst),
    ]
    if item.isSound {
      children.append(
        MarkupElement(
          "sourcetrack", [:],
          [text("mediatype", "audio"), text("trackindex", String(item.channel))]))
    }
    if let warp = placement.warp { children.append(timeRemap(warp, isSound: item.isSound)) }
    if linked.count > 1 { children += linked.map(link) }
    return MarkupElement("clipitem", ["id": item.name], children)
  }

  private func link(to item: Item) -> MarkupElement {
    MarkupElement(
      "link", [:],
      [
        text("linkclipref", item.name), text("mediatype", item.isSound ? "audio" : "video"),
        text("trackindex", String(item.track)), text("clipindex", String(item.position)),
      ])
  }

  /// The file: all that is known of it where it is first, later only its name.
  private func file(_ placement: Placement, isFirst: Bool) -> MarkupElement {
    let media = placement.media
    var file = MarkupElement("file", ["id": "file-\(placement.clip.media + 1)"])
    guard isFirst else { return file }
    let source = placement.sourceRate
    file.children = [
      text("name", media.fileName), text("pathurl", media.url(host: "localhost")), rate(source),
      text("duration", String(source.tickNotAfter(media.duration))),
    ]
    if let (frames, rate) = media.startTime(in: timeline) {
      file.children.append(timecode(frames, rate))
    }
    var kinds: [MarkupElement] = []
    if let picture = media.picture {
      let characteristics = [
        rate(source), text("width", String(picture.width)), text("height", String(picture.height)),
      ]
      kinds.append(
        MarkupElement(
          "video", [:], [MarkupElement("samplecharacteristics", [:], characteristics)]))
    }
    if let sound = media.sound {
      let characteristics = [text("depth", "16"), text("samplerate", String(sound.sampleRate))]
      kinds.append(
        MarkupElement(
          "audio", [:],
          [
            MarkupElement("samplecharacteristics", [:], characteristics),
            text("channelcount", String(sound.channelCount)),
          ]))
    }
    file.children.append(MarkupElement("media", [:], kinds))
    return file
  }

  private func timeRemap(_ speed: Double, isSound: Bool) -> MarkupElement {
    func parameter(_ name: String, _ value: String) -> MarkupElement {
      MarkupElement(
        "parameter", [:], [text("parameterid", name), text("name", name), text("value", value)])
    }
    return MarkupElement(
      "filter", [:],
      [
        MarkupElement(
          "effect", [:],
          [
            text("name", "Time Remap"), text("effectid", "timeremap"),
            text("effectcategory", "motion"), text("effecttype", "motion"),
            text("mediatype", isSound ? "audio" : "video"), parameter("variablespeed", "0"),
            parameter("speed", DecimalText.text(speed * 100, digits: 10)),
            parameter("reverse", "FALSE"), parameter("frameblending", "FALSE"),
          ])
      ])
  }

  private func timecode(_ frames: Int, _ frameRate: FrameRate) -> MarkupElement {
    MarkupElement(
      "timecode", [:],
      [
        rate(frameRate), text("string", Timecode.text(frames: frames, rate: frameRate)),
        text("frame", String(frames)),
        text("displayformat", frameRate.droppedNumbers > 0 ? "DF" : "NDF"),
      ])
  }

  private func rate(_ rate: FrameRate) -> MarkupElement {
    MarkupElement(
      "rate", [:],
      [text("timebase", String(rate.nominal)), text("ntsc", rate.isSlowed ? "TRUE" : "FALSE")])
  }

  private func text(_ name: String, _ value: String) -> MarkupElement {
    MarkupElement(name, [:], text: value)
  }
}
