// SPDX-License-Identifier: MIT

import SignalFiles

// Where the sound of a file lies on the file's time line.
extension MediaDescription {
  /// The moment, in seconds of the container's clock, that is zero on the file's time line, as players
  /// and editors show it.
  ///
  /// Formats whose length counts from their clock's zero (MP4, Matroska) have their zero there: a
  /// film may begin with nothing, and nobody takes that away. In streams (MPEG-TS) and in files that
  /// were cut out of streams the clock begins anywhere: zero is the first moment that anything is
  /// seen or heard.
  func zero(_ decoded: [Int: DecodedTrack]) -> Double {
    var starts = streams.filter { $0.kind == "video" && !$0.isAttachedPicture }.compactMap(\.start)
    // What encoders put before the sound is in a track's own start, and not in that of the decoded.
    for (number, track) in tracks.enumerated() {
      if let start = decoded[number]?.start ?? track.start { starts.append(start) }
    }
    // What comes before a clock's zero comes before that of the time line.
    guard let earliest = starts.min(), earliest > 0 else { return 0 }
    // A decoder makes no sound of Vorbis's first packet (Vorbis I specification, section 4.3.8), which
    // lies before it. Where there is no time below zero, whoever wrote the file has moved everything so
    // that this packet begins at zero. Of WMA's first packet it makes none either; but that lies at
    // zero because writers of ASF put it there, so that packets alone do not tell.
    let isMoved = tracks.indices.contains { number in
      guard let track = decoded[number], let start = tracks[number].start else { return false }
      return tracks[number].codec == "vorbis" && start <= 0 && track.start > start
    }
    if isMoved { return earliest }
    if formats.contains(where: { streamFormats.contains($0) }) { return earliest }
    let end = decoded.values.map { $0.start + $0.duration }.max() ?? earliest
    // A length that counts from the start is shorter than the clock's time at the end by the start.
    guard let duration, end <= duration + 0.5 * earliest else { return earliest }
    return 0
  }

  /// What was decoded as the track `number`, on the file's time line.
  func track(
    _ number: Int, _ decoded: DecodedTrack, zero: Double, _ messages: FFmpegMessages
  ) -> SoundFile.Track {
    let stream = tracks[number]
    var track = SoundFile.Track(
      number: number + 1, codec: stream.codec, language: stream.language,
      audioPath: decoded.audioPath)
    track.start = decoded.start - zero
    track.clockStart = decoded.start
    track.rounding = decoded.rounding
    track.gaps = decoded.gaps.map { track.start + $0.lowerBound...track.start + $0.upperBound }
    // What encoders of MP3 put before the sound is in the stream's first frame.
    if formats.contains(where: { clocklessFormats.contains($0) && $0 != "mp3" }) {
      track.startNote =
        "a bare \(stream.codec) stream has no clock: where its sound starts is unknown by up to one "
        + "encoder's delay\(encoderDelay(stream).map { ", \($0)" } ?? "")"
    } else if abs(track.start) >= 1e-3 {
      track.startNote =
        "its sound starts at \(signedFixed(track.start, 4)) s of its time line, which counts"
    }
    if let first = track.gaps.first {
      let total = track.gaps.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
      let more = track.gaps.count == 1 ? "" : " and \(track.gaps.count - 1) more"
      track.notes.append(
        "its time stamps leave out \(fixed(total, 3)) s (from \(fixed(first.lowerBound, 3)) s to "
          + "\(fixed(first.upperBound, 3)) s\(more)), which counts as silence")
    }
    if decoded.repeated > 0 {
      track.notes.append(
        "its time stamps step back: \(fixed(decoded.repeated, 3)) s that were there already are left "
          + "out")
    }
    if decoded.leaps {
      track.notes.append(
        "its time stamps leap, by which nothing can be placed: behind a leap the sound is taken to "
          + "go on")
    }
    // Of a stream that says its length, sound may be missing without a word.
    let end = decoded.start + decoded.duration
    let announced = stream.duration.map { (stream.start ?? 0) + $0 } ?? (duration ?? 0) + zero
    if let problem = messages.errors.first {
      let isCut = ["prematurely", "partial", "truncat"].contains { word in
        messages.errors.contains { $0.lowercased().contains(word) }
      }
      if isCut, end < announced - 0.1 {
        track.shortfall =
          "ffmpeg says: \(problem); the last \(fixed(announced - end, 1)) s are missing"
      } else {
        track.notes.append("ffmpeg says of it: \(problem)")
      }
    }
    return track
  }

  /// What encoders put before the first sample, where that is known.
  private func encoderDelay(_ stream: Stream) -> String? {
    // ffmpeg's and Apple's AAC encoders (ISO/IEC 14496-3 leaves it to them), and ATSC A/52.
    let counts =
      switch stream.codec {
      case "aac": (1024, 2112)
      case "ac3", "eac3": (256, 256)
      default: (0, 0)
      }
    guard counts.1 > 0, stream.sampleRate > 0 else { return nil }
    let longest = 1000 * Double(counts.1) / Double(stream.sampleRate)
    let range = counts.0 == counts.1 ? "\(counts.1)" : "\(counts.0) to \(counts.1)"
    return "mostly \(range) samples (\(fixed(longest, 1)) ms at most)"
  }
}

extension MediaDescription {
  /// Whether packets have time stamps; else what ffmpeg says is counted up from what packets should
  /// hold, which those of FLAC do not, and lost ones are not counted.
  var hasStamps: Bool { !formats.contains { unstampedFormats.contains($0) } }
}

/// Formats whose specifications know no time of a packet: elementary streams, and files of one run of
/// samples (RIFF and RF64, AIFF, AU, W64; CAF's table of packets has nothing but their lengths).
private let unstampedFormats = clocklessFormats.union(["aiff", "au", "caf", "w64", "wav"])

/// Streams whose clock begins anywhere.
private let streamFormats = clocklessFormats.union(["mpegts", "mpeg"])

/// Streams of compressed sound as it leaves the encoder, with what that puts before the first sample.
private let clocklessFormats: Set<Substring> = [
  "aac", "ac3", "dts", "dtshd", "eac3", "loas", "mp3", "sbc",
]
