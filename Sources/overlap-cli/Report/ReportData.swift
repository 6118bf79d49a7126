// SPDX-License-Identifier: MIT

import Alignment

/// What the page of a report shows.
struct ReportData {
  /// A recording on the time line of its group.
  struct Recording {
    var name: String
    var device: String
    var duration: Double
    var hasPicture: Bool
    var pieces: [Piece]
    var standardError: Double
    var estimate: DelayEstimate
    var notes: [String]
    /// From the root on.
    var path: String
  }

  /// Two recordings that were compared, by their numbers in the group.
  struct Pair {
    var reference: Int
    var other: Int
    var found: PairAlignment
    var isContradicted: Bool
  }

  struct Group {
    var recordings: [Recording]
    var pairs: [Pair]

    /// For each pair whether a recording has its place by it; the others only agree, or do not.
    fileprivate var isPlacing: [Bool] {
      var placed = DisjointSets(count: recordings.count)
      return pairs.map { !$0.isContradicted && placed.join($0.reference, $0.other) }
    }
  }

  var title: String
  var groups: [Group]
  var unplaced: [(name: String, reason: String)]

  /// All of it, with pictures and some seconds of sound.
  ///
  /// - Parameter aligner: By what the pairs were compared.
  func object(_ aligner: PairAligner) throws(CommandFailure) -> JSONObject {
    let isPlacing = groups.map(\.isPlacing)
    let placingCount = isPlacing.joined().count { $0 }
    let recordingCount = groups.reduce(0) { $0 + $1.recordings.count }
    let pairCount = groups.reduce(0) { $0 + $1.pairs.count }
    var sounds = ReportSounds(
      placingCount: placingCount, otherCount: pairCount - placingCount,
      recordingCount: recordingCount)
    var objects: [JSONObject] = []
    let bar = ProgressBar("Making the report")
    let total = pairCount + recordingCount
    var done = 0
    for (number, group) in groups.enumerated() {
      var recordings: [JSONObject] = []
      var envelopes: [[EnvelopeColumn]] = []
      for recording in group.recordings {
        let envelope = try Self.envelope(of: recording, aligner)
        envelopes.append(envelope)
        recordings.append(Self.object(recording, envelope))
        done += 1
        bar.report(Double(done) / Double(total))
      }
      var pairs: [JSONObject] = []
      for (pair, isPlacing) in zip(group.pairs, isPlacing[number]) {
        let counts = sounds.placeCounts
        pairs.append(
          try ReportPair(pair, in: group, envelopes, aligner)
            .object(&sounds, placeCount: isPlacing ? counts.placing : counts.other))
        done += 1
        bar.report(Double(done) / Double(total))
      }
      objects.append([
        "name": groups.count == 1 ? "Time line" : "Group \(number + 1)",
        "duration": group.recordings.compactMap { $0.pieces.last?.end }.max() ?? 0,
        "recordings": recordings, "pairs": pairs,
      ])
    }
    return [
      "title": title, "version": Version.number, "groups": objects,
      "unplaced": unplaced.map { ["name": $0.name, "reason": $0.reason] as JSONObject },
      "sounds": sounds.texts,
    ]
  }

  /// Columns of a recording's outline: as many as a wide screen shows of a part of the line.
  private static var columnCount: Int { 400 }

  private static func envelope(
    of recording: Recording, _ aligner: PairAligner
  ) throws(CommandFailure) -> [EnvelopeColumn] {
    let file = try aligner.open(recording.path)
    defer { SoundFile.forget(recording.path) }
    let track = file.tracks[0]
    let source = track.parts[0].source
    do throws(AlignmentError) {
      var columns = try minMaxEnvelope(
        of: source, from: 0, to: file.duration, columnCount: columnCount)
      for index in columns.indices { columns[index].position += track.file.start }
      return columns
    } catch {
      throw CommandFailure(error, reference: recording.path, other: recording.path)
    }
  }

  private static func object(_ recording: Recording, _ envelope: [EnvelopeColumn]) -> JSONObject {
    let drift = recording.estimate.drift
    let heights = envelope.map { Double(max($0.highest, -$0.lowest)) }
    let tallest = heights.max() ?? 0
    return [
      "name": recording.name, "device": recording.device, "duration": recording.duration,
      "has_picture": recording.hasPicture,
      "pieces": recording.pieces.map { piece -> JSONObject in
        ["start": piece.start, "end": piece.end, "file_start": piece.fileStart]
      },
      // Loudness is seen as it is heard: the square root lies between size and decibels.
      "envelope": heights.map { height in
        tallest > 0 ? ((height / tallest).squareRoot() * 1000).rounded() / 1000 : 0
      },
      "standard_error": recording.standardError, "drift_ppm": drift.map { $0.rate * 1e6 },
      "drift_standard_error_ppm": drift.map { $0.standardError * 1e6 },
      "polarity": recording.estimate.polarity,
      "false_alarm_probability": recording.estimate.falseAlarmProbability,
      "notes": recording.notes,
    ]
  }
}
