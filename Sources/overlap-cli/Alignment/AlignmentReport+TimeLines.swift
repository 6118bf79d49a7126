// SPDX-License-Identifier: MIT

import Alignment

// What the files' time lines, tracks and channels have to do with a result.
extension AlignmentReport {
  /// Adds what was compared, and where it is on its file's time line.
  func addTimeLines(_ found: PairAlignment, to object: inout JSONObject) {
    let parts = [("reference", found.compared.reference), ("other", found.compared.other)]
    for (role, part) in parts {
      object.add("\(role)_start_seconds", part.track.start)
      if !part.track.gaps.isEmpty { object.add("\(role)_gaps", part.track.gaps.map(\.json)) }
      object.add("\(role)_track", part.track.number)
    }
    if !choosesChannels, parts.contains(where: { $0.1.channel != nil }) {
      for (role, part) in parts { object.add("\(role)_channel", part.channel) }
    }
    object.add("notes", notes(found))
  }

  /// What to know about the files, in sentences.
  func notes(_ found: PairAlignment) -> [String] {
    [(reference, found.compared.reference), (other, found.compared.other)].flatMap { path, part in
      var notes = [part.track.startNote].compactMap(\.self)
      notes += part.track.sentences(oneOf: part.trackCount)
      if let channel = part.channel, !choosesChannels {
        notes.append("channel \(channel) is used: the mix of all channels says little of it")
      }
      return notes.map { "\(path): \($0)" }
    }
  }
}

extension ClosedRange<Double> {
  /// A stretch of time.
  var json: JSONObject { ["start_seconds": lowerBound, "end_seconds": upperBound] }
}
