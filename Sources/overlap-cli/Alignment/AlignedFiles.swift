// SPDX-License-Identifier: MIT

import Alignment
import Sessions
import SignalFiles

/// A reference and the files that were aligned with it, for editing programs and for a report.
struct AlignedFiles {
  private var recordings:
    [(path: String, absolutePath: String, facts: MediaFacts, duration: Double)]
  /// Of the recordings after the first.
  private var found: [PairAlignment]
  private var unplaced: [(name: String, reason: String)] = []

  init(
    _ reference: Recording, _ others: [String], _ outcomes: [PairOutcome]
  ) throws(CommandFailure) {
    recordings = []
    found = []
    try add(reference.path, reference.duration + reference.tracks[0].file.start)
    for (other, outcome) in zip(others, outcomes) {
      switch outcome {
      case .success(let alignment) where alignment.isReliable:
        try add(other, alignment.other.duration + alignment.compared.other.track.start)
        found.append(alignment)
      case .success: unplaced.append((other, "there is no reliable alignment"))
      case .failure: unplaced.append((other, "it cannot be read, or compared"))
      }
    }
  }

  /// - Parameter soundEnd: When the sound that was compared ends on the file's time line.
  private mutating func add(_ path: String, _ soundEnd: Double) throws(CommandFailure) {
    do throws(SignalFileError) {
      let facts = try MediaFacts(path: path)
      recordings.append(
        (path, resolvedPath(path) ?? path, facts, max(facts.duration ?? 0, soundEnd)))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The pieces of each recording, on the time line of the reference's file.
  private var placedPieces: [[Piece]] {
    recordings.enumerated().map { index, recording in
      index == 0
        ? Piece.all(
          TimeMap([TimeMap.Stretch(start: 0, end: 0, delay: 0)]), duration: recording.duration)
        : Piece.all(found[index - 1].estimate.map, duration: recording.duration)
    }
  }

  /// A time line with a track for each file, which begins with the first of them.
  ///
  /// - Parameter copies: Those of these files, which take their places, but for sound alone that of
  ///   recordings with a picture; nil for the files as they are.
  func timeline(
    frameRate: FrameRate?, copies: AlignedCopies.Layout? = nil
  ) throws(CommandFailure) -> Timeline {
    let names = DeviceAssignment(
      recordings.map {
        Take(
          directories: [], name: fileName($0.path), model: nil, duration: $0.duration, stamp: nil)
      }
    ).names
    var laidOut: [TimelineRecording] = []
    for (index, pieces) in placedPieces.enumerated() {
      var recording = TimelineRecording(
        path: recordings[index].absolutePath, track: names[index], facts: recordings[index].facts,
        duration: recordings[index].duration, pieces: pieces)
      if let copies { try recording.replace(by: copies.items[index].copy, copies) }
      laidOut.append(recording)
    }
    let moved = movedToZero(laidOut.map(\.pieces))
    for index in laidOut.indices { laidOut[index].pieces = moved[index] }
    return Timeline(name: "Alignment", laidOut, frameRate: frameRate)
  }

  var report: ReportData {
    let none = DelayEstimate(
      delay: 0, standardError: 0, falseAlarmProbability: 0, peakRatio: 1, overlap: 0)
    let pieces = movedToZero(placedPieces)
    let shown = recordings.indices.map { index in
      let estimate = index == 0 ? none : found[index - 1].estimate
      return ReportData.Recording(
        name: recordings[index].path, device: fileName(recordings[index].path),
        duration: recordings[index].duration, hasPicture: recordings[index].facts.picture != nil,
        pieces: pieces[index], standardError: estimate.standardErrorAtStart, estimate: estimate,
        notes: [], path: recordings[index].path)
    }
    // One that has its place by way of others has nothing in common with the reference.
    let pairs = found.enumerated().filter { $0.element.route.isEmpty }.map { index, alignment in
      ReportData.Pair(reference: 0, other: index + 1, found: alignment, isContradicted: false)
    }
    return ReportData(
      title: "Alignment with \(fileName(recordings[0].path))",
      groups: [ReportData.Group(recordings: shown, pairs: pairs)], unplaced: unplaced)
  }

  private func fileName(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }
}

/// Pieces on a line that begins with the first of them.
private func movedToZero(_ pieces: [[Piece]]) -> [[Piece]] {
  let first = pieces.compactMap(\.first?.start).min() ?? 0
  return pieces.map { own in
    own.map { piece in
      var piece = piece
      piece.start -= first
      piece.end -= first
      return piece
    }
  }
}

extension TimelineRecording {
  /// Puts a copy in the recording's place, if it has a picture or the recording has none.
  fileprivate mutating func replace(
    by path: String, _ copies: AlignedCopies.Layout
  ) throws(CommandFailure) {
    do throws(SignalFileError) {
      let own = try MediaFacts(path: path)
      guard own.picture != nil || facts.picture == nil else { return }
      facts = own
    } catch {
      throw CommandFailure(error)
    }
    // Of another start than the recording had.
    facts.timecode = nil
    self.path = resolvedPath(path) ?? path
    let line = copies.line
    duration = line.duration
    let errors = pieces.map { ($0.standardError, $0.falseAlarmProbability) }
    pieces = [
      Piece(
        start: copies.start, end: copies.start + line.duration, fileStart: 0, speed: 1,
        standardError: errors.map(\.0).max() ?? 0, falseAlarmProbability: errors.map(\.1).max() ?? 0
      )
    ]
  }
}
