// SPDX-License-Identifier: MIT

/// A format of time lines that editing programs open.
package enum TimelineFormat: String, CaseIterable, Sendable {
  /// OpenTimelineIO.
  case otio
  /// Final Cut Pro X.
  case fcpxml
  /// Final Cut Pro 7 (xmeml), which Premiere and Resolve read.
  case xml
  /// CMX 3600.
  case edl
  /// MLT, for Shotcut and melt.
  case mlt
  /// Kdenlive.
  case kdenlive
  /// Reaper.
  case rpp
  /// Audacity's list of files.
  case lof
  /// Audacity's labels.
  case txt
  /// A table.
  case csv

  /// The format that the end of a path names, in either case of letters.
  package init?(path: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }

  /// The files to write for groups of recordings that share no sound.
  ///
  /// Each group has a document, and each track of it in CMX 3600; the table is one document. Clips
  /// that no format can say, without length or with numbers that are not finite, are left out.
  package func documents(for timelines: [Timeline], at path: String) -> [TimelineDocument] {
    let usable = timelines.map(\.withoutUnusableClips)
    guard self != .csv else {
      return [TimelineDocument(path: path, text: TimelineTable.text(for: usable))]
    }
    var paths = DocumentPaths(path)
    return usable.map(\.fromZero).enumerated().flatMap { group, timeline in
      guard self == .edl, timeline.tracks.count > 1 else {
        return [TimelineDocument(path: paths.next(group: group), text: text(for: timeline))]
      }
      return timeline.tracks.map { track in
        var single = timeline
        single.tracks = [track]
        let path = paths.next(group: group, track: track.name)
        return TimelineDocument(path: path, text: text(for: single))
      }
    }
  }

  private func text(for timeline: Timeline) -> String {
    switch self {
    case .otio: OpenTimelineIODocument(timeline).text
    case .fcpxml: FinalCutDocument(timeline).text
    case .xml: FinalCut7Document(timeline).text
    case .edl: EditDecisionList(timeline).text
    case .mlt: MLTDocument(timeline, dialect: .shotcut).text
    case .kdenlive: MLTDocument(timeline, dialect: .kdenlive).text
    case .rpp: ReaperProject(timeline).text
    case .lof: AudacityDocument(timeline).fileList
    case .txt: AudacityDocument(timeline).labels
    case .csv: TimelineTable.text(for: [timeline])
    }
  }
}

extension Timeline {
  /// The same without clips that nothing can play and files that no clip is cut from, in order of
  /// time.
  fileprivate var withoutUnusableClips: Timeline {
    var result = self
    for index in result.tracks.indices {
      result.tracks[index].clips = tracks[index].clips.filter {
        $0.isUsable && media.indices.contains($0.media) && media[$0.media].isUsable
      }
      result.tracks[index].clips.sort { $0.start < $1.start }
    }
    let used = Set(result.tracks.flatMap(\.clips).map(\.media)).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(used, used.indices))
    result.media = used.map { media[$0] }
    for track in result.tracks.indices {
      for clip in result.tracks[track].clips.indices {
        result.tracks[track].clips[clip].media = places[result.tracks[track].clips[clip].media] ?? 0
      }
    }
    return result
  }

  /// The same, moved by whole frames so that nothing begins before 0: editors count from there.
  fileprivate var fromZero: Timeline {
    let earliest = tracks.flatMap(\.clips).map(\.start).min() ?? 0
    guard earliest < 0 else { return self }
    let shift = frameRate.seconds(frameRate.tickNotBefore(-earliest))
    var result = self
    for track in tracks.indices {
      for clip in tracks[track].clips.indices { result.tracks[track].clips[clip].start += shift }
    }
    return result
  }
}

/// A bound for seconds, so that products of counts have room in 64 bits (judged: a hundred days).
private let longestTime = 1e7

/// A bound for speeds and for slowness, for the same reason: clocks differ by far less.
private let largestSpeed = 100.0

/// Bounds for pictures and samples in a second, for the same reason: beyond all that devices record.
private let (largestFrameRate, largestSampleRate) = (1000.0, 10_000_000)

extension Timeline.Clip {
  fileprivate var isUsable: Bool {
    [start, duration, sourceStart].allSatisfy { $0.magnitude < longestTime } && duration > 0
      && speed > 1 / largestSpeed && speed < largestSpeed
  }
}

extension Timeline.Media {
  fileprivate var isUsable: Bool {
    let rate = picture?.frameRate ?? FrameRate(numerator: 1)
    return duration > 0 && duration < longestTime && rate.numerator > 0 && rate.denominator > 0
      && rate.perSecond <= largestFrameRate && 1...largestSampleRate ~= sound?.sampleRate ?? 1
  }
}
