// SPDX-License-Identifier: MIT

import Sessions
import SignalFiles
import Synchronization

/// What ffprobe tells of a file.
struct MediaDescription: Sendable {
  struct Stream: Sendable {
    var kind = ""
    var codec = ""
    var sampleRate = 0
    var channelCount = 0
    /// The unit of its time stamps, in seconds.
    var tick = 0.0
    /// In seconds of the container's clock; nil where it has none.
    var start: Double?
    var duration: Double?
    /// A cover, and no moving picture.
    var isAttachedPicture = false
    /// Of pictures, in pixels.
    var (width, height) = (0, 0)
    /// Pictures a second: the least that all time stamps are multiples of, and the mean.
    var (baseRate, meanRate): (FrameRate?, FrameRate?)
    var tags: [String: String] = [:]

    /// As the file says, unless that is "undetermined".
    var language: String? { tags["language"].flatMap { $0 == "und" ? nil : $0 } }
  }

  var formats: [Substring] = []
  var start: Double?
  var duration: Double?
  var tags: [String: String] = [:]
  private(set) var streams: [Stream] = []

  var tracks: [Stream] { streams.filter { $0.kind == "audio" } }

  /// The time code of the first picture, "hh:mm:ss:ff", wherever the file keeps it.
  var timecode: String? {
    tags["timecode"] ?? streams.lazy.compactMap { $0.tags["timecode"] }.first
  }

  /// When the recording was made, as the file says it.
  var created: String? {
    tags["com.apple.quicktime.creationdate"] ?? tags["creation_time"]
      ?? streams.lazy.compactMap { $0.tags["creation_time"] }.first
  }

  /// The make and model of what recorded it, as telephones and cameras write them.
  var model: String? {
    func tag(_ keys: [String]) -> String? {
      for key in keys {
        let own = tags[key] ?? streams.lazy.compactMap { $0.tags[key] }.first
        if let own, own.contains(where: { !$0.isWhitespace }) { return own }
      }
      return nil
    }
    let make = tag(["com.apple.quicktime.make", "com.android.manufacturer", "make", "manufacturer"])
    guard let model = tag(["com.apple.quicktime.model", "com.android.model", "model"]) else {
      return make
    }
    // Many models begin with their makers' names.
    guard let make, !model.lowercased().hasPrefix(make.lowercased()) else { return model }
    return make + " " + model
  }

  /// The moving picture; nil where there is none.
  var picture: Stream? { streams.first { $0.kind == "video" && !$0.isAttachedPicture } }

  /// Asks ffprobe about the file `source`; errors are about `path`.
  init(of source: String, named path: String) throws(SignalFileError) {
    let listener = Listener()
    let outcome = ExternalProgram.run(
      "ffprobe",
      FFmpegMessages.arguments(level: "warning") + [
        "-of", "flat", "-show_entries",
        "format=format_name,start_time,duration:format_tags:stream=codec_type,codec_name,sample_rate,"
          + "channels,time_base,start_time,duration,width,height,r_frame_rate,avg_frame_rate:stream_tags:"
          + "stream_disposition=attached_pic",
      ] + FFmpeg.input(source), outputLimit: 1 << 22, watcher: listener)
    switch outcome {
    case .missing: throw FFmpeg.missing("ffmpeg", for: path)
    case .failed(let reason), .stopped(let reason):
      throw .readFailed(path: path, reason: "ffprobe could not be run: \(reason)")
    case .ended(succeeded: false, _): throw listener.messages.failure(of: path)
    case .ended(succeeded: true, let output):
      self.init(flat: String(decoding: output, as: UTF8.self))
    }
    guard tracks.isEmpty else { return }
    let kinds = Set(streams.map(\.kind)).sorted().joined(separator: " and ")
    throw .wrongShape(
      path: path, expected: "a sound track",
      actual: kinds.isEmpty ? "no sound and no picture" : "\(kinds) without sound")
  }

  /// Takes lines such as `streams.stream.0.tags.language="eng"`.
  private init(flat text: String) {
    for line in text.split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let keys = line[..<equals].split(separator: ".")
      let value = unquoted(line[line.index(after: equals)...])
      switch (keys.first, keys.count) {
      case ("format", 2...): take(keys[1], keys.dropFirst(2), value)
      case ("streams", 4...):
        guard let index = Int(keys[2]), index <= streams.count else { continue }
        if index == streams.count { streams.append(Stream()) }
        streams[index].take(keys[3], keys.dropFirst(4), value)
      default: break
      }
    }
  }

  private mutating func take(_ key: Substring, _ rest: ArraySlice<Substring>, _ value: String) {
    switch key {
    case "format_name": formats = value.split(separator: ",")
    case "start_time": start = Double(value)
    case "duration": duration = Double(value)
    case "tags": tags[rest.joined(separator: ".").lowercased()] = value
    default: break
    }
  }
}

extension MediaDescription.Stream {
  fileprivate mutating func take(
    _ key: Substring, _ rest: ArraySlice<Substring>, _ value: String
  ) {
    switch key {
    case "codec_type": kind = value
    case "codec_name": codec = value
    case "sample_rate": sampleRate = Int(value) ?? 0
    case "channels": channelCount = Int(value) ?? 0
    case "time_base":
      let parts = value.split(separator: "/").compactMap { Double($0) }
      if parts.count == 2, parts[0] > 0, parts[1] > 0 { tick = parts[0] / parts[1] }
    case "width": width = Int(value) ?? 0
    case "height": height = Int(value) ?? 0
    case "r_frame_rate": baseRate = FrameRate(fraction: value)
    case "avg_frame_rate": meanRate = FrameRate(fraction: value)
    case "start_time": start = Double(value)
    case "duration": duration = Double(value)
    case "disposition": isAttachedPicture = rest == ["attached_pic"] && value == "1"
    case "tags": tags[rest.joined(separator: ".").lowercased()] = value
    default: break
    }
  }
}

/// A value of ffprobe's format "flat": a text is in quotes, with backslashes before what is special.
private func unquoted(_ value: Substring) -> String {
  guard value.hasPrefix("\"") else { return String(value) }
  var result = ""
  var isEscaped = false
  for character in value.dropFirst().dropLast() {
    if isEscaped {
      result.append(character == "n" ? "\n" : character == "r" ? "\r" : character)
      isEscaped = false
    } else if character == "\\" {
      isEscaped = true
    } else {
      result.append(character)
    }
  }
  return result
}

/// Keeps the messages of a program.
private final class Listener: ExternalProgram.Watcher {
  private let kept = Mutex(FFmpegMessages())
  private let patience = ExternalProgram.Patience()

  var messages: FFmpegMessages { kept.withLock { $0 } }

  func take(line: String) -> Bool { kept.withLock { $0.take(line) } != nil }

  func reasonToStop(silentFor seconds: Int) -> String? {
    patience.reasonToStop(silentFor: seconds)
  }
}
