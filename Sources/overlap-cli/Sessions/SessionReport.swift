// SPDX-License-Identifier: MIT

import Alignment
import Sessions
import SignalFiles

/// What is told of a session, one recording at a time.
struct SessionReport {
  let session: Session
  /// Files that could not be read.
  let unreadable: [SessionFiles.Failure]

  /// One object a recording, those with a place first.
  var objects: [JSONObject] {
    session.placed.map(object)
      + session.unplaced.map { file, reason in
        object(file, device: session.devices[session.device(of: file)], reason)
      }
      + unreadable.map { failure in
        [
          "file": failure.path, "device": String?.none, "group": Int?.none,
          "unplaced": "it cannot be read", "error": failure.failure.message,
        ]
      }
  }

  private func object(_ placed: Session.Placed) -> JSONObject {
    let file = session.files[placed.file]
    let drift = placed.estimate.drift
    return [
      "file": file.path, "device": session.devices[session.device(of: placed.file)],
      "group": placed.group + 1, "start_seconds": placed.start,
      "standard_error_seconds": placed.standardError, "duration_seconds": file.duration,
      "drift_ppm": drift.map { $0.rate * 1e6 },
      "drift_standard_error_ppm": drift.map { $0.standardError * 1e6 },
      "polarity": placed.estimate.polarity,
      "false_alarm_probability": placed.estimate.falseAlarmProbability,
      "sample_rate": file.facts.sound.sampleRate,
      "frame_rate": file.facts.picture?.frameRate.perSecond, "timecode": file.facts.timecode,
      "created": file.facts.created,
      "pieces": placed.pieces.map { piece -> JSONObject in
        [
          "start_seconds": piece.start, "end_seconds": piece.end,
          "file_start_seconds": piece.fileStart,
          "delay_seconds": piece.fileStart - piece.start,
          "standard_error_seconds": piece.standardError,
          "drift_ppm": (piece.speed - 1) * 1e6,
          "false_alarm_probability": piece.falseAlarmProbability,
        ]
      }, "notes": placed.notes,
    ]
  }

  private func object(_ number: Int, device: String, _ reason: String) -> JSONObject {
    let file = session.files[number]
    return [
      "file": file.path, "device": device, "group": Int?.none, "unplaced": reason,
      "duration_seconds": file.duration, "sample_rate": file.facts.sound.sampleRate,
      "frame_rate": file.facts.picture?.frameRate.perSecond, "timecode": file.facts.timecode,
      "created": file.facts.created,
    ]
  }

  /// A table for people: a section a group.
  var text: String {
    var lines: [String] = []
    for group in 0..<session.groupCount {
      if session.groupCount > 1 { lines.append("Group \(group + 1)") }
      let own = session.placed.filter { $0.group == group }
      var columns = [["start (s)"], ["give or take"], ["length (s)"], ["device"], ["file"]]
      for placed in own {
        let file = session.files[placed.file]
        let isFirst = placed.standardError == 0
        columns[0].append(
          measured(placed.start, standardError: isFirst ? 1e-5 : placed.standardError))
        columns[1].append(isFirst ? "" : uncertainty(placed.standardError))
        columns[2].append(fixed(file.duration, 1))
        columns[3].append(session.devices[session.device(of: placed.file)].onOneLine)
        var remarks: [String] = []
        if placed.estimate.polarity == -1 { remarks.append("upside down") }
        if placed.pieces.count > 1 { remarks.append("in \(placed.pieces.count) pieces") }
        remarks += placed.notes
        columns[4].append(
          ([file.path.onOneLine] + remarks).joined(separator: remarks.isEmpty ? "" : "; "))
      }
      lines += TextTable(columns, numeric: [0, 2]).lines
    }
    if !session.unplaced.isEmpty || !unreadable.isEmpty { lines.append("Not placed") }
    lines += session.unplaced.map { file, reason in
      "\(session.files[file].path.onOneLine): \(reason)"
    }
    lines += unreadable.map { "\($0.path.onOneLine): it cannot be read" }
    return lines.joined(separator: "\n")
  }
}
