// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import Synchronization

/// A track of a file as ffmpeg decodes it: in an audio file of its own, laid out by its time stamps.
struct DecodedTrack: Sendable {
  var audioPath: String
  /// In seconds of the container's clock.
  var start: Double
  /// In seconds.
  var duration: Double
  /// In seconds from the start on.
  var gaps: [ClosedRange<Double>]
  /// How much was left out since it had been heard already, in seconds.
  var repeated: Double
  /// Whether the time stamps leap, by which nothing can be placed.
  var leaps: Bool
  /// How much its sound behind a break may be off by the rounding of time stamps, in seconds.
  var rounding: Double
}

extension MediaDescription {
  /// Decodes tracks of the file `source`, by their numbers among the tracks, in one go; errors are
  /// about `path`.
  ///
  /// - Returns: The tracks that hold any sound, and what ffmpeg says.
  func decode(
    _ numbers: [Int], of source: String, named path: String
  ) throws(SignalFileError) -> (tracks: [Int: DecodedTrack], messages: FFmpegMessages) {
    var outputs: [Int: String] = [:]
    defer { for output in outputs.values { TemporaryFile.remove(output) } }
    var arguments =
      FFmpegMessages.arguments(level: "info") + ["-nostdin", "-nostats", "-y", "-copyts"]
      + FFmpeg.input(source)
    for number in numbers {
      let (output, descriptor) = try TemporaryFile.make()
      close(descriptor)
      outputs[number] = output
      arguments += [
        "-map", "0:a:\(number)", "-map_metadata", "-1", "-af", "ashowinfo@t\(number)",
        "-c:a", "pcm_f32le", "-rf64", "auto", "-f", "wav", "file:" + output,
      ]
    }
    let listener = FrameListener(ticks: tracks.map(\.tick), hasStamps: hasStamps, duration)
    let outcome = ExternalProgram.run(
      "ffmpeg", arguments, watcher: listener, title: "Decoding \(path)")
    let (timelines, counts, messages) = listener.result
    switch outcome {
    case .missing: throw FFmpeg.missing("ffmpeg", for: path)
    case .failed(let reason): throw .readFailed(path: path, reason: "ffmpeg: \(reason)")
    case .stopped(let reason): throw .readFailed(path: path, reason: "ffmpeg was ended: \(reason)")
    case .ended(succeeded: false, _) where timelines.isEmpty: throw messages.failure(of: path)
    case .ended: break
    }
    var tracks: [Int: DecodedTrack] = [:]
    for (number, output) in outputs {
      guard let timeline = timelines[number], timeline.frameCount > 0 else { continue }
      do throws(SignalFileError) {
        let rate = try Self.checkedRate(of: output, counts[number] ?? 0)
        tracks[number] = try DecodedTrack(
          output, timeline, rate: rate, tick: self.tracks[number].tick)
      } catch {
        // What cannot be written is not the source's fault.
        throw error.kind == .invalidData ? error.about(path) : error
      }
      // What is kept is not removed.
      if tracks[number]?.audioPath == output { outputs[number] = nil }
    }
    guard !tracks.isEmpty else {
      if messages.errors.isEmpty { throw .empty(path: path) }
      throw messages.failure(of: path)
    }
    return (tracks, messages)
  }

  /// The sample rate of what ffmpeg wrote, which must be all that it decoded: at least so many frames.
  private static func checkedRate(
    of output: String, _ count: Int
  ) throws(SignalFileError) -> Double {
    var written = 0
    do throws(SignalFileError) {
      var reader = try AudioReader(path: output, allowingPartial: true)
      written = try reader.countFrames()
      if written >= count { return Double(reader.sampleRate) }
    } catch  where error.kind == .invalidData {
      // Not even the beginning of it has been written.
    }
    throw .writeFailed(
      path: output, reason: "ffmpeg wrote \(written) of \(count) samples that it decoded")
  }
}

extension DecodedTrack {
  /// - Parameter audioPath: All samples one after another.
  fileprivate init(
    _ audioPath: String, _ timeline: MediaTimeline, rate: Double, tick: Double
  ) throws(SignalFileError) {
    self.audioPath = audioPath
    if !timeline.isSimple {
      let (laidOut, descriptor) = try TemporaryFile.make()
      close(descriptor)
      self.audioPath = laidOut
      try timeline.layOut(audioPath, into: laidOut)
    }
    start = timeline.start
    duration = Double(timeline.frameCount) / rate
    gaps = timeline.gaps.map { Double($0.lowerBound) / rate...Double($0.upperBound) / rate }
    repeated = Double(timeline.droppedCount) / rate
    leaps = timeline.leaps
    // Either side of a break is off by half a unit at most, and by half a sample.
    rounding = timeline.isSimple ? 0 : tick + 1 / rate
  }
}

/// Takes what ffmpeg says of each frame that it decodes, by its filter `ashowinfo`.
private final class FrameListener: ExternalProgram.Watcher {
  private struct State {
    var messages = FFmpegMessages()
    var tracks: [Int: Track] = [:]
  }

  private struct Track {
    /// That of the first frame.
    var rate: Int
    /// What is at least written: frames of that rate, before others may have come.
    var writtenCount = 0
    var keepsRate = true
    var builder: MediaTimeline.Builder
    var clock = ByteClock()
  }

  private let state = Mutex(State())
  private let ticks: [Double]
  private let hasStamps: Bool
  private let duration: Double?
  private let patience = ExternalProgram.Patience()

  /// - Parameters:
  ///   - hasStamps: Whether frames are placed by their stamps, or by their number.
  ///   - duration: Of what is decoded, in seconds, where that is known.
  init(ticks: [Double], hasStamps: Bool, _ duration: Double?) {
    (self.ticks, self.hasStamps, self.duration) = (ticks, hasStamps, duration)
  }

  var progress: Double? {
    guard let duration, duration > 0 else { return nil }
    return state.withLock { $0.tracks.values.map(\.builder.duration).max() }.map { $0 / duration }
  }

  /// The time line of each track, the frames of it that must have been written, and the messages.
  var result: (timelines: [Int: MediaTimeline], counts: [Int: Int], messages: FFmpegMessages) {
    state.withLock {
      (
        $0.tracks.mapValues { $0.builder.finish() }, $0.tracks.mapValues(\.writtenCount),
        $0.messages
      )
    }
  }

  func take(line: String) -> Bool {
    guard let frame = Frame(line), frame.track < ticks.count else {
      state.withLock { state in
        guard state.messages.take(line) == true else { return }
        for number in state.tracks.keys { state.tracks[number]?.clock.markDamage() }
      }
      // Only frames are progress: of damage there may be no end.
      return false
    }
    state.withLock { state in
      var track =
        state.tracks[frame.track]
        ?? Track(
          rate: frame.rate,
          builder: MediaTimeline.Builder(sampleRate: frame.rate, tick: ticks[frame.track]))
      // Where the rate changes half-way, ffmpeg goes on at the first.
      let stamp = frame.stamp.map { scaled($0, by: track.rate, over: frame.rate) }
      let count = scaled(frame.count, by: track.rate, over: frame.rate)
      track.builder.add(
        stamp: hasStamps
          ? stamp : track.clock.add(stamp: stamp, count: count, position: frame.position),
        count: count)
      // Another rate is converted to the first, by a filter that may hold some frames back.
      track.keepsRate = track.keepsRate && frame.rate == track.rate
      if track.keepsRate { track.writtenCount += count }
      state.tracks[frame.track] = track
    }
    return true
  }

  func reasonToStop(silentFor seconds: Int) -> String? {
    if let space = TemporaryFile.freeSpace, space < Self.reserve {
      return "the disk of \(TemporaryFile.directory) is nearly full"
    }
    return patience.reasonToStop(silentFor: seconds)
  }

  /// In bytes: what is left on a disk for others. Judged: a second's writing.
  private static var reserve: Int { 1 << 26 }
}

private func scaled(_ value: Int, by rate: Int, over other: Int) -> Int {
  rate == other ? value : Int((Double(value) * Double(rate) / Double(other)).rounded())
}

/// "[ashowinfo@t0 @ 0x561136e7c240] [info] n:0 pts:74064 pts_time:1.543 … rate:48000 nb_samples:2048 …"
private struct Frame {
  var track: Int
  var stamp: Int?
  /// Where in the file its packet begins; nil where ffmpeg does not say.
  var position: Int?
  var rate = 0
  var count = 0

  init?(_ line: String) {
    let text = line.utf8
    let start = "[ashowinfo@t".utf8
    guard text.starts(with: start) else { return nil }
    let words = text.dropFirst(start.count).split(separator: UInt8(ascii: " "))
    guard let first = words.first, let track = Int(Substring(first)) else { return nil }
    self.track = track
    for word in words {
      guard let colon = word.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let value = Int(Substring(word[word.index(after: colon)...]))
      switch Substring(word[..<colon]) {
      case "pts": stamp = value
      case "pos": position = value.flatMap { $0 < 0 ? nil : $0 }
      case "rate": rate = value ?? 0
      case "nb_samples": count = value ?? 0
      default: break
      }
    }
    // What is beyond these is no sound, and its sums might have no room; the stamp is the file's word.
    guard 1...10_000_000 ~= rate, 1...1 << 28 ~= count else { return nil }
    if let stamp, stamp.magnitude > 1 << 53 { self.stamp = nil }
    if let position, position > 1 << 53 { self.position = nil }
  }
}
