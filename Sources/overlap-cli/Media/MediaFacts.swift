// SPDX-License-Identifier: MIT

import Sessions
import SignalFiles

/// What a file says of itself besides its sound, for editing programs and to find out which device made it.
struct MediaFacts: Sendable {
  /// In seconds; nil where only its samples tell.
  var duration: Double?
  var picture: Timeline.Picture?
  /// Of the first sound track.
  var sound: Timeline.Sound
  /// As it is written.
  var timecode: String?
  /// When it was made, as it is written.
  var created: String?
  /// The make and model of the device.
  var model: String?

  /// Reads a file's head: an audio file's own, of anything else by way of ffprobe. Nothing is decoded. An
  /// array has been opened before, with the sample rate that it does not tell.
  init(path: String) throws(SignalFileError) {
    if path.namesArray {
      self.init(try SoundFile(path: path, tracks: .number(1)).tracks[0].reader(), path)
      return
    }
    do throws(SignalFileError) {
      self.init(try AudioReader(path: path, allowingPartial: true), path)
    } catch {
      if case .missing = error { throw error }
      do throws(SignalFileError) {
        self.init(try MediaDescription(of: path, named: path))
      } catch let failure {
        // Of a file that is called an audio file, what is the matter with it says more.
        throw AudioFormat(path: path) == nil ? failure : error
      }
    }
  }

  private init(_ reader: borrowing AudioReader, _ path: String) {
    let rate = reader.sampleRate
    sound = Timeline.Sound(sampleRate: rate, channelCount: reader.channelCount)
    duration = reader.frameCount.map { Double($0) / Double(rate) }
    if let broadcast = BroadcastExtension(path: path) {
      timecode = broadcast.timecode(sampleRate: rate)
      created = broadcast.created
    }
  }

  private init(_ description: MediaDescription) {
    duration = description.duration
    let track = description.tracks[0]
    sound = Timeline.Sound(sampleRate: track.sampleRate, channelCount: track.channelCount)
    (timecode, created) = (description.timecode, description.created)
    model = description.model
    if let stream = description.picture, let rate = stream.frameRate(timecode: timecode) {
      picture = Timeline.Picture(frameRate: rate, width: stream.width, height: stream.height)
    }
  }
}

extension MediaDescription.Stream {
  /// Pictures a second. Telephones write them at no constant rate: then the mean is told, by the rate of
  /// the standards that is near it.
  fileprivate func frameRate(timecode: String?) -> FrameRate? {
    guard let mean = meanRate ?? baseRate else { return nil }
    var rate = mean
    if let baseRate, abs(baseRate.perSecond / mean.perSecond - 1) < 0.001 {
      rate = baseRate
    } else if let standard = FrameRate.standards.first(where: {
      abs($0.perSecond / mean.perSecond - 1) < 0.02
    }) {
      rate = standard
    }
    rate.isDropFrame = timecode?.contains(";") ?? false
    return rate
  }
}

extension FrameRate {
  /// Those of film and television, the fractions first (SMPTE ST 12-1, ITU-R BT.601).
  static let standards: [FrameRate] =
    [24, 30, 60, 120].map { FrameRate(numerator: $0 * 1000, denominator: 1001) }
    + [24, 25, 30, 48, 50, 60, 100, 120].map { FrameRate(numerator: $0) }

  /// A text such as "30000/1001"; nil where it is no rate.
  init?(fraction text: String) {
    let parts = text.split(separator: "/").compactMap { Int($0) }
    guard parts.count == 2, parts[0] > 0, parts[1] > 0, parts[0] / parts[1] <= 1000 else {
      return nil
    }
    self.init(numerator: parts[0], denominator: parts[1])
  }
}
