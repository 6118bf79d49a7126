// SPDX-License-Identifier: MIT

import ArgumentParser
import SignalFiles

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Tell what sound is in files, and where on their time lines.",
    discussion: """
      Example: overlap probe camera.mov field.wav --json

      Times are on the file's own time line, as players and editors show it. Zero is that of the \
      container where its length counts from there (MP4, MOV, Matroska, AVI, audio files); in \
      streams (MPEG-TS), whose clocks begin anywhere, it is the first moment of picture or sound.

      Audio files are read as they are, anything else, such as video, through ffmpeg, if that is \
      installed.
      """)

  @Argument(help: "The files.", completion: .recording)
  var files: [String]

  @OptionGroup var common: CommonOptions

  func run() throws {
    var first: CommandFailure?
    for path in files {
      do throws(SignalFileError) {
        let report = try ProbeReport(path: path)
        printResult(common.json ? report.object.json : report.text)
      } catch {
        let failure = CommandFailure(error)
        if common.json { printResult(["file": path, "error": failure.message] as JSONObject) }
        printError(failure.message)
        first = first ?? failure
      }
    }
    // All has been said.
    if let first { throw CommandFailure(first.status) }
  }
}

/// What is told of a file.
private struct ProbeReport {
  private let file: SoundFile
  private let tracks: [(track: SoundFile.Track, check: SoundCheck)]

  init(path: String) throws(SignalFileError) {
    file = try SoundFile(path: path, tracks: .best)
    var tracks: [(SoundFile.Track, SoundCheck)] = []
    do throws(SignalFileError) {
      for track in file.tracks { tracks.append((track, try SoundCheck(of: track))) }
    } catch {
      throw error.about(path)
    }
    self.tracks = tracks
  }

  private var duration: Double {
    file.duration
      ?? tracks.map { $0.track.start + Double($0.check.frameCount) / Double($0.check.sampleRate) }
      .max() ?? 0
  }

  private var notes: [String] {
    tracks.flatMap { track, check in
      var notes = [track.startNote].compactMap(\.self) + track.notes + check.notes
      if let shortfall = track.shortfall { notes.append("not all of it is there: \(shortfall)") }
      return tracks.count > 1 ? notes.map { "track \(track.number): \($0)" } : notes
    }
  }

  var object: JSONObject {
    [
      "file": file.path, "duration_seconds": duration,
      "tracks": tracks.map { track, check -> JSONObject in
        [
          "index": track.number, "codec": track.codec, "sample_rate": check.sampleRate,
          "channels": check.channelCount, "language": track.language,
          "start_seconds": track.start, "gaps": track.gaps.map(\.json),
        ]
      }, "timecode": file.timecode, "created": file.created, "notes": notes,
    ]
  }

  var text: String {
    var lines = ["\(file.path): \(signedFixed(duration, 3)) s"]
    for (track, check) in tracks {
      let channels = check.channelCount == 1 ? "1 channel" : "\(check.channelCount) channels"
      let language = track.language.map { ", \($0)" } ?? ""
      lines.append(
        "  track \(track.number): \(track.codec), \(check.sampleRate) Hz, \(channels)\(language), from "
          + "\(signedFixed(track.start, 4)) s on")
    }
    if let timecode = file.timecode { lines.append("  time code: \(timecode)") }
    if let created = file.created { lines.append("  created: \(created)") }
    lines += notes.map { "  note: \($0)" }
    return lines.map(\.onOneLine).joined(separator: "\n")
  }
}
