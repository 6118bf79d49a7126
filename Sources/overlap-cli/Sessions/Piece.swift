// SPDX-License-Identifier: MIT

import Alignment

/// A part of a recording in which it runs through.
struct Piece: Sendable {
  /// On the time line, in seconds.
  var start: Double
  var end: Double
  /// In seconds of the file.
  var fileStart: Double
  /// Seconds of the file that pass in a second of the line.
  var speed: Double
  var standardError: Double
  var falseAlarmProbability: Double

  /// The pieces of a recording of a length, in seconds, whose time follows from the line's by a map.
  static func all(_ map: TimeMap, duration: Double) -> [Piece] {
    let last = map.stretches.count - 1
    return map.stretches.enumerated().compactMap { index, stretch in
      let from = index == 0 ? 0 : stretch.start + stretch.delay
      let to = index == last ? duration : min(duration, stretch.otherEnd)
      guard to > from else { return nil }
      return Piece(
        start: stretch.time(ofOther: from), end: stretch.time(ofOther: to), fileStart: from,
        speed: 1 + stretch.rate, standardError: stretch.standardError,
        falseAlarmProbability: stretch.falseAlarmProbability)
    }
  }
}
