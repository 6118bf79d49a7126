// SPDX-License-Identifier: MIT

import Alignment
import SignalFiles
import Synchronization

/// A copy of a recording with a picture: every picture as it is, at its time on the line, and under them
/// the sound of another file.
struct PictureCopy {
  /// Of the copy, a QuickTime file: what is before the line's start, an edit list leaves out, so that a
  /// cut need not be at a picture that stands for itself.
  private let path: String
  /// Seconds on the line of the container's zero.
  private let start: Double
  /// How long a second of the file is on the line.
  private let scale: Double
  /// Of the line, in seconds.
  private let duration: Double

  /// - Parameters:
  ///   - placement: Of the file's sound.
  ///   - soundStart: When the sound starts, in seconds of the container's clock.
  init(
    path: String, _ placement: AlignedTimeLine.Placement, soundStart: Double,
    _ line: AlignedTimeLine
  ) {
    self.path = path
    start = placement.referenceTime(-soundStart) - line.start
    scale = 1 / (1 + placement.map.stretches[0].rate)
    duration = line.duration
  }

  /// Writes the copy, whose sound is all of the audio file `sound`.
  func write(pictureOf source: String, sound: String) throws(SignalFileError) {
    var file = try AtomicFile(path: path)
    // ffmpeg moves time stamps before it scales them, and reads no exponents in times.
    let timing = ["-itsscale", "\(scale)", "-itsoffset", signedFixed(start / scale, 9)]
    let streams = ["-map", "0:V:0", "-map", "1:a:0", "-c", "copy", "-t", fixed(duration, 9)]
    // Of a time code that is the picture's own start, the line's start would be a wrong one. Edit lists in
    // units of 1/90000 s hold a video's times.
    let format = [
      "-avoid_negative_ts", "disabled", "-write_tmcd", "0", "-movie_timescale", "90000", "-f",
      "mov",
    ]
    let listener = CopyListener(duration: duration)
    let outcome = ExternalProgram.run(
      "ffmpeg",
      FFmpegMessages.arguments(level: "error")
        + ["-nostdin", "-nostats", "-progress", "pipe:2", "-y", "-copyts"] + timing
        + FFmpeg.input(source) + FFmpeg.input(sound) + streams + format
        + ["file:" + file.currentPath],
      watcher: listener, title: "Writing \(path)")
    switch outcome {
    case .missing: throw FFmpeg.missing("ffmpeg", for: source)
    case .failed(let reason), .stopped(let reason):
      throw .writeFailed(path: path, reason: "ffmpeg: \(reason)")
    case .ended(succeeded: false, _):
      throw .writeFailed(
        path: path,
        reason: "ffmpeg says: \(listener.messages.errors.first ?? "nothing of what went wrong")")
    case .ended: try file.commit()
    }
  }
}

/// Takes what ffmpeg says of its progress: lines such as "out_time_us=1234567".
private final class CopyListener: ExternalProgram.Watcher {
  private struct State {
    var messages = FFmpegMessages()
    var time = 0.0
  }

  private let state = Mutex(State())
  private let duration: Double
  private let patience = ExternalProgram.Patience()

  init(duration: Double) { self.duration = duration }

  var messages: FFmpegMessages { state.withLock { $0.messages } }
  var progress: Double? { state.withLock { min(1, $0.time / duration) } }

  func take(line: String) -> Bool {
    state.withLock { state in
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0] == "out_time_us", let time = Double(parts[1]) else {
        _ = state.messages.take(line)
        return false
      }
      // Only what goes on is a sign of life.
      defer { state.time = max(state.time, time * 1e-6) }
      return time * 1e-6 > state.time
    }
  }

  func reasonToStop(silentFor seconds: Int) -> String? {
    patience.reasonToStop(silentFor: seconds)
  }
}
