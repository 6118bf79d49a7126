// SPDX-License-Identifier: MIT

import Alignment
import Sessions

extension Session {
  /// The time line of each group for editing programs, with a track a device.
  ///
  /// - Parameter copies: Copies of sound by the groups' clocks, which take the place of recordings without
  ///   a picture.
  func timelines(
    frameRate: FrameRate?, copies: [Int: ConformedCopies.Copy] = [:]
  ) -> [Timeline] {
    (0..<groupCount).map { group in
      let recordings = placed.filter { $0.group == group }.map { placed -> TimelineRecording in
        let file = files[placed.file]
        var recording = TimelineRecording(
          path: file.absolutePath, track: devices[device(of: placed.file)], facts: file.facts,
          duration: file.duration, pieces: placed.pieces)
        if file.facts.picture == nil, let copy = copies[placed.file] {
          recording.path = copy.path
          recording.duration = copy.duration
          recording.facts.sound = Timeline.Sound(
            sampleRate: copy.sound.sampleRate, channelCount: copy.sound.channelCount)
          recording.pieces = [
            Piece(
              start: copy.start, end: copy.start + copy.duration, fileStart: 0, speed: 1,
              standardError: placed.standardError,
              falseAlarmProbability: placed.estimate.falseAlarmProbability)
          ]
        }
        return recording
      }
      let name = groupCount == 1 ? "Session" : "Session, group \(group + 1)"
      return Timeline(name: name, recordings, frameRate: frameRate)
    }
  }
}
