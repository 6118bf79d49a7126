// SPDX-License-Identifier: MIT

import Sessions

/// A recording as it goes into a time line for editing programs.
struct TimelineRecording {
  /// From the root on.
  var path: String
  var track: String
  var facts: MediaFacts
  /// In seconds, of what is longest in it.
  var duration: Double
  var pieces: [Piece]
}

extension Timeline {
  /// A time line of recordings, with a track for each name of one, those with pictures first.
  init(name: String, _ recordings: [TimelineRecording], frameRate: FrameRate?) {
    var tracks: [Track] = []
    var isPicture: [Bool] = []
    for (index, recording) in recordings.enumerated() {
      let clips = recording.pieces.map {
        Clip(
          media: index, start: $0.start, duration: $0.end - $0.start, sourceStart: $0.fileStart,
          speed: $0.speed)
      }
      if let place = tracks.firstIndex(where: { $0.name == recording.track }) {
        tracks[place].clips += clips
        isPicture[place] = isPicture[place] || recording.facts.picture != nil
      } else {
        tracks.append(Track(name: recording.track, clips: clips))
        isPicture.append(recording.facts.picture != nil)
      }
    }
    for index in tracks.indices { tracks[index].clips.sort { $0.start < $1.start } }
    let order = tracks.indices.filter { isPicture[$0] } + tracks.indices.filter { !isPicture[$0] }
    self.init(
      name: name, frameRate: frameRate ?? Self.commonFrameRate(recordings),
      sampleRate: recordings.map(\.facts.sound.sampleRate).max() ?? 48_000,
      media: recordings.map {
        Media(
          path: $0.path, duration: $0.duration, picture: $0.facts.picture, sound: $0.facts.sound,
          // The time of day of a sound is no number of pictures.
          timecode: $0.facts.picture == nil ? nil : $0.facts.timecode)
      }, tracks: order.map { tracks[$0] })
  }

  /// That of most of the pictures; 25 where there are none.
  private static func commonFrameRate(_ recordings: [TimelineRecording]) -> FrameRate {
    var times: [(rate: FrameRate, duration: Double)] = []
    for recording in recordings {
      guard let rate = recording.facts.picture?.frameRate else { continue }
      if let index = times.firstIndex(where: { $0.rate == rate }) {
        times[index].duration += recording.duration
      } else {
        times.append((rate, recording.duration))
      }
    }
    return times.max { $0.duration < $1.duration }?.rate ?? FrameRate(numerator: 25)
  }
}
