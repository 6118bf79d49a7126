// SPDX-License-Identifier: MIT

/// Recordings on one time line, as editing programs open it.
package struct Timeline: Sendable, Equatable {
  /// A file that clips are cut from.
  package struct Media: Sendable, Equatable {
    /// From the root on.
    package var path: String
    /// In seconds.
    package var duration: Double
    /// nil where there is no picture.
    package var picture: Picture?
    /// nil where there is no sound.
    package var sound: Sound?
    /// The time code of its first picture or sample, as the file says it: "01:02:03:04", with ";" before the
    /// frames where frames are dropped.
    package var timecode: String?

    package init(
      path: String, duration: Double, picture: Picture? = nil, sound: Sound? = nil,
      timecode: String? = nil
    ) {
      (self.path, self.duration) = (path, duration)
      (self.picture, self.sound, self.timecode) = (picture, sound, timecode)
    }
  }

  package struct Picture: Sendable, Equatable {
    package var frameRate: FrameRate
    package var width: Int
    package var height: Int

    package init(frameRate: FrameRate, width: Int, height: Int) {
      (self.frameRate, self.width, self.height) = (frameRate, width, height)
    }
  }

  package struct Sound: Sendable, Equatable {
    package var sampleRate: Int
    package var channelCount: Int

    package init(sampleRate: Int, channelCount: Int) {
      (self.sampleRate, self.channelCount) = (sampleRate, channelCount)
    }
  }

  /// A stretch of a file that runs through.
  package struct Clip: Sendable, Equatable {
    /// The index of what it is cut from.
    package var media: Int
    /// In seconds of the time line.
    package var start: Double
    /// In seconds of the time line.
    package var duration: Double
    /// Where it begins, in seconds of the file.
    package var sourceStart: Double
    /// Seconds of the file that pass in a second of the time line.
    package var speed: Double

    package init(
      media: Int, start: Double, duration: Double, sourceStart: Double, speed: Double = 1
    ) {
      (self.media, self.start, self.duration) = (media, start, duration)
      (self.sourceStart, self.speed) = (sourceStart, speed)
    }
  }

  /// The clips of a device, in their order; no two overlap.
  package struct Track: Sendable, Equatable {
    package var name: String
    package var clips: [Clip]

    package init(name: String, clips: [Clip]) { (self.name, self.clips) = (name, clips) }
  }

  package var name: String
  /// Of the editing program's sequence.
  package var frameRate: FrameRate
  /// Of the editing program's sequence.
  package var sampleRate: Int
  package var media: [Media]
  package var tracks: [Track]

  package init(
    name: String, frameRate: FrameRate, sampleRate: Int, media: [Media], tracks: [Track]
  ) {
    (self.name, self.frameRate, self.sampleRate) = (name, frameRate, sampleRate)
    (self.media, self.tracks) = (media, tracks)
  }
}
