// SPDX-License-Identifier: MIT

/// A time line in MLT's XML, in the form that Shotcut and melt or that Kdenlive reads.
///
/// MLT counts everything in frames of the sequence, in warped files after the warp.
struct MLTDocument {
  enum Dialect { case shotcut, kdenlive }

  private let timeline: Timeline
  private let dialect: Dialect
  private let tracks: [(name: String, clips: [Placement])]
  private let sources: [Source]

  /// A file at a speed.
  private struct Source: Equatable {
    let media: Int
    let speed: Double?
  }

  init(_ timeline: Timeline, dialect: Dialect) {
    (self.timeline, self.dialect) = (timeline, dialect)
    let grid = PlacementGrid(hasWarps: true, countsAfterWarp: true)
    let tracks = timeline.tracks.map { ($0.name, grid.placements(of: $0, in: timeline)) }
    var sources: [Source] = []
    for placement in tracks.flatMap(\.1) {
      // Kdenlive needs the file itself in its bin too.
      for speed in [nil, placement.warp] {
        let source = Source(media: placement.clip.media, speed: speed)
        let isNeeded = dialect == .kdenlive || speed == placement.warp
        if isNeeded && !sources.contains(source) { sources.append(source) }
      }
    }
    (self.tracks, self.sources) = (tracks, sources)
  }

  var text: String {
    let background = MarkupElement(
      "producer", ["id": "black_track", "in": "0", "out": String(max(0, length - 1))],
      [
        property("length", String(max(1, length))), property("eof", "pause"),
        property("resource", "black"), property("mlt_service", "color"),
      ])
    let root = dialect == .kdenlive ? "main_bin" : "timeline"
    return MarkupElement(
      "mlt", ["LC_NUMERIC": "C", "title": timeline.name, "producer": root],
      [profile] + sources.indices.map(producer) + [bin, background]
        + (dialect == .kdenlive ? kdenliveTracks : shotcutTracks)
    ).document()
  }

  private var length: Int { tracks.compactMap { $0.clips.last?.end }.max() ?? 0 }

  private var profile: MarkupElement {
    let picture = timeline.media.compactMap(\.picture).max { $0.height < $1.height }
    let (width, height) = (picture?.width ?? 1920, picture?.height ?? 1080)
    // MLT divides the numerator by the speed of a warp and drops what is after the point: one of
    // some 10^7 keeps tenths of a millionth, and fits 32 bits. Kdenlive knows its profiles by the
    // usual fraction.
    var (numerator, denominator) = (timeline.frameRate.numerator, timeline.frameRate.denominator)
    if dialect == .shotcut && sources.contains(where: { $0.speed != nil }) {
      while numerator < 10_000_000 {
        (numerator, denominator) = (numerator * 10, denominator * 10)
      }
    }
    return MarkupElement(
      "profile",
      [
        "description": "automatic", "width": String(width), "height": String(height),
        "progressive": "1", "sample_aspect_num": "1", "sample_aspect_den": "1",
        "display_aspect_num": String(width), "display_aspect_den": String(height),
        "frame_rate_num": String(numerator),
        "frame_rate_den": String(denominator), "colorspace": "709",
      ])
  }

  private func producer(_ index: Int) -> MarkupElement {
    let source = sources[index]
    let media = timeline.media[source.media]
    let frames = timeline.frameRate.tickNotAfter(media.duration / (source.speed ?? 1))
    var properties = [property("length", String(max(1, frames))), property("eof", "pause")]
    if let speed = source.speed.map({ DecimalText.text($0, digits: 12) }) {
      properties += [
        property("resource", speed + ":" + media.path), property("mlt_service", "timewarp"),
        property("warp_speed", speed), property("warp_resource", media.path),
        property("warp_pitch", "0"),
      ]
    } else {
      properties += [
        property("resource", media.path), property("mlt_service", "avformat-novalidate"),
      ]
    }
    switch dialect {
    case .shotcut: properties.append(property("shotcut:caption", media.fileName))
    case .kdenlive:
      properties += [
        property("kdenlive:clipname", media.fileName), property("kdenlive:folderid", "-1"),
        property("kdenlive:id", binName(of: source)),
      ]
    }
    return MarkupElement(
      "producer",
      ["id": "producer\(index)", "in": "0", "out": String(max(0, frames - 1))], properties)
  }

  /// The list of files that the program shows.
  private var bin: MarkupElement {
    var properties: [MarkupElement] = []
    if dialect == .kdenlive {
      properties += [
        property("kdenlive:docproperties.decimalPoint", "."),
        // The last version without sequences in the bin; later programs convert it.
        property("kdenlive:docproperties.version", "0.98"),
      ]
    }
    properties.append(property("xml_retain", "1"))
    let entries = sources.indices.filter { dialect == .shotcut || sources[$0].speed == nil }.map {
      let source = sources[$0]
      let media = timeline.media[source.media]
      let frames = timeline.frameRate.tickNotAfter(media.duration / (source.speed ?? 1))
      return entry(producer: $0, from: 0, length: max(1, frames))
    }
    return MarkupElement("playlist", ["id": "main_bin"], properties + entries)
  }

  private func entry(producer: Int, from start: Int, length: Int) -> MarkupElement {
    MarkupElement(
      "entry",
      ["producer": "producer\(producer)", "in": String(start), "out": String(start + length - 1)],
      dialect == .kdenlive ? [property("kdenlive:id", binName(of: sources[producer]))] : [])
  }

  /// Kdenlive's number of the file; the first ones are for the program's own.
  private func binName(of source: Source) -> String { String(source.media + 4) }

  private func playlist(
    _ name: String, of clips: [Placement], _ properties: [MarkupElement]
  ) -> MarkupElement {
    var children = properties
    var end = 0
    for clip in clips {
      if clip.start > end {
        children.append(MarkupElement("blank", ["length": String(clip.start - end)]))
      }
      let source = Source(media: clip.clip.media, speed: clip.warp)
      let producer = sources.firstIndex(of: source) ?? 0
      children.append(
        entry(producer: producer, from: clip.sourceStart, length: clip.end - clip.start))
      end = clip.end
    }
    return MarkupElement("playlist", ["id": name], children)
  }

  /// A playlist for each track, under a tractor that mixes their sound.
  private var shotcutTracks: [MarkupElement] {
    var playlists = [
      MarkupElement(
        "playlist", ["id": "background"],
        [
          MarkupElement(
            "entry", ["producer": "black_track", "in": "0", "out": String(max(0, length - 1))])
        ])
    ]
    var references = [MarkupElement("track", ["producer": "background"])]
    for (index, track) in tracks.enumerated() {
      let hasPicture = track.clips.contains(where: \.hasPicture)
      let kind = hasPicture ? "shotcut:video" : "shotcut:audio"
      playlists.append(
        playlist(
          "playlist\(index)", of: track.clips,
          [property(kind, "1"), property("shotcut:name", track.name)]))
      var reference = MarkupElement("track", ["producer": "playlist\(index)"])
      if !hasPicture { reference.attributes.append(("hide", "video")) }
      references.append(reference)
    }
    return playlists + [tractor("timeline", [property("shotcut", "1")] + references)]
  }

  /// A tractor of two playlists for each track, sound below pictures, as Kdenlive keeps them.
  private var kdenliveTracks: [MarkupElement] {
    let sounds = tracks.reversed().map { ($0.name, $0.clips.filter(\.hasSound), isSound: true) }
    let pictures = tracks.map { ($0.name, $0.clips.filter(\.hasPicture), isSound: false) }
    var elements: [MarkupElement] = []
    var references = [MarkupElement("track", ["producer": "black_track"])]
    for (name, clips, isSound) in (sounds + pictures) where !clips.isEmpty {
      let index = references.count - 1
      let marks = isSound ? [property("kdenlive:audio_track", "1")] : []
      elements.append(playlist("playlist\(2 * index)", of: clips, marks))
      elements.append(MarkupElement("playlist", ["id": "playlist\(2 * index + 1)"], marks))
      let hidden = isSound ? "video" : "audio"
      let lists = [2 * index, 2 * index + 1].map {
        MarkupElement("track", ["producer": "playlist\($0)", "hide": hidden])
      }
      elements.append(
        MarkupElement(
          "tractor", ["id": "tractor\(index)"],
          marks + [property("kdenlive:track_name", name)] + lists))
      references.append(MarkupElement("track", ["producer": "tractor\(index)"]))
    }
    return elements + [tractor("timeline", references)]
  }

  /// The tractor of all tracks; every track's sound is added to that of the background.
  private func tractor(_ name: String, _ children: [MarkupElement]) -> MarkupElement {
    let trackCount = children.count { $0.name == "track" }
    let mixes = (1..<max(1, trackCount)).map { index in
      MarkupElement(
        "transition", ["id": "mix\(index)"],
        [
          property("a_track", "0"), property("b_track", String(index)),
          property("mlt_service", "mix"), property("always_active", "1"), property("sum", "1"),
        ] + (dialect == .kdenlive ? [property("internal_added", "237")] : []))
    }
    var tractor = MarkupElement(
      "tractor", ["id": name, "in": "0", "out": String(max(0, length - 1))], children + mixes)
    if dialect == .kdenlive { tractor.attributes.append(("global_feed", "1")) }
    return tractor
  }

  private func property(_ name: String, _ value: String) -> MarkupElement {
    MarkupElement("property", ["name": name], text: value)
  }
}
