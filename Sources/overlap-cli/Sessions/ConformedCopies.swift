// SPDX-License-Identifier: MIT

import Alignment
import ArgumentParser
import Platform
import SignalFiles

/// Copies of a session's sound by the clocks of its groups, each as long as its recording.
struct ConformedCopies {
  /// The kinds of files that are written, with samples of 24 bits.
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case wav, flac
  }

  var directory: String
  var kind: Kind
  /// nil for each recording's own.
  var sampleRate: Int?
  var isQuiet: Bool

  /// Where a copy lies on its group's line.
  struct Copy {
    var path: String
    var start: Double
    var duration: Double
    var sound: (sampleRate: Int, channelCount: Int)
  }

  /// Where the copies of files go; throws if one is there already, or is one of the files.
  func outputPaths(_ files: [String]) throws(CommandFailure) -> [String] {
    let names = copyNames(of: files).map { name in
      let dot = name.lastIndex(of: ".") ?? name.endIndex
      // Of names that differ in their extensions alone both are kept.
      let suffix = name[dot...].lowercased()
      let stem = suffix == ".\(kind.rawValue)" ? name[..<dot] : name[...]
      return "\(directory)/\(stem).\(kind.rawValue)"
    }
    for path in names {
      try checkOutput(path, sparing: files)
      if unsafe access(path.systemName, F_OK) == 0 {
        throw CommandFailure(
          .cannotCreateOutput, "\(path): exists already; choose another directory")
      }
    }
    return names
  }

  /// Writes the copy of each recording that has a place, and returns them by the numbers of their files.
  func write(_ session: Session) throws -> [Int: Copy] {
    let paths = try outputPaths(session.files.map(\.absolutePath))
    var copies: [Int: Copy] = [:]
    let bar = ProgressBar("Writing copies")
    for (index, placed) in session.placed.enumerated() {
      copies[placed.file] = try write(placed, session, to: paths[placed.file])
      SoundFile.forget(session.files[placed.file].absolutePath)
      bar.report(Double(index + 1) / Double(session.placed.count))
    }
    return copies
  }

  private func write(
    _ placed: Session.Placed, _ session: Session, to path: String
  ) throws -> Copy {
    let source = session.files[placed.file].absolutePath
    let number = session.track(of: placed.file)
    let file = try SoundFile(path: source, tracks: number.map { .number($0) } ?? .best)
    let track = file.tracks[0]
    let reader = try track.reader()
    let rate = sampleRate ?? reader.sampleRate
    let channelCount = reader.channelCount
    let duration = Double(reader.frameCount ?? 0) / Double(reader.sampleRate)
    let placement = AlignedTimeLine.Placement(
      duration: duration, placed.line.shifted(reference: 0, other: -track.start))
    // From the recording's first sample to its last.
    let line = AlignedTimeLine([placement], sampleRate: rate, isTrimmed: false)
    try WarpedCopy(
      path: path, sampleRate: rate, samples: .pcm24,
      isUpsideDown: placed.estimate.polarity == -1
    ).write(track, placement, line, isQuiet: isQuiet)
    return Copy(
      path: resolvedPath(path) ?? path, start: line.start, duration: line.duration,
      sound: (rate, channelCount))
  }
}
