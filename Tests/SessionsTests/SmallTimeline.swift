// SPDX-License-Identifier: MIT

import Sessions

/// A camera and a recorder, small enough to check by eye.
///
/// The camera's picture 13 (0.5 s, rounded) lies at 1 s: at 25 pictures a second its clip is frames 25 to 125.
/// The recorder's clock gains 1 ms in its clip.
enum SmallTimeline {
  static let camera = Timeline.Media(
    path: "/m/B & C.mov", duration: 60,
    picture: .init(frameRate: FrameRate(numerator: 25), width: 1920, height: 1080),
    sound: .init(sampleRate: 48_000, channelCount: 1), timecode: "10:00:00:00")
  static let recorder = Timeline.Media(
    path: "/m/r.wav", duration: 60, sound: .init(sampleRate: 48_000, channelCount: 2))

  static let timeline = Timeline(
    name: "Small", frameRate: FrameRate(numerator: 25), sampleRate: 48_000,
    media: [camera, recorder],
    tracks: [
      .init(name: "Cam", clips: [.init(media: 0, start: 1, duration: 4, sourceStart: 0.51)]),
      .init(
        name: "Rec",
        clips: [.init(media: 1, start: 0.1, duration: 5, sourceStart: 0.25, speed: 1.0002)]),
    ])

  /// The document of some of its tracks.
  static func text(_ format: TimelineFormat, tracks: Range<Int> = 0..<2) -> String {
    var timeline = timeline
    timeline.tracks = Array(timeline.tracks[tracks])
    let documents = format.documents(for: [timeline], at: "small." + format.rawValue)
    return documents.map(\.text).joined()
  }
}
