// SPDX-License-Identifier: MIT

/// How what a device says of its takes' times fits where their sound puts them.
///
/// A device's stamps narrow where a take may lie; they are checked against the sound, and never decide.
package struct DeviceClock: Sendable {
  /// A take whose sound has a place: its stamp, and where it starts on its group's line, in seconds.
  package typealias Placed = (stamp: TakeStamp, start: Double, duration: Double)

  private let source: TakeStamp.Source
  /// What the stamps say at the line's zero.
  private let offset: Double
  /// Whether stamps are of the ends of takes; nil where that cannot be told.
  private let isOfEnds: Bool?
  /// The time on the line from which distances count.
  private let middle: Double

  /// Learns from placed takes of one device and one group; nil if there are none, or stamps of two sources.
  package init?(_ placed: [Placed]) {
    guard let first = placed.first, placed.allSatisfy({ $0.stamp.source == first.stamp.source })
    else { return nil }
    source = first.stamp.source
    middle = placed.map(\.start).median
    let starts = placed.map { $0.stamp.time - $0.start }
    guard source == .creation else {
      (offset, isOfEnds) = (starts.median, false)
      return
    }
    let ends = placed.map { $0.stamp.time - $0.start - $0.duration }
    let spread = (starts: starts.spread, ends: ends.spread)
    let isTold = abs(spread.starts - spread.ends) > 2 * Self.stampResolution
    isOfEnds = isTold ? spread.ends < spread.starts : nil
    offset = isTold && spread.ends < spread.starts ? ends.median : starts.median
  }

  /// Whole seconds, and a second for the file to be opened. Judged.
  private static var stampResolution: Double { 2 }
  /// A clock of a device that is not synchronized runs off by up to so much: 300 ppm, the most seen of
  /// telephones (Jiku, 463 recordings).
  private static var clockError: Double { 3e-4 }

  /// Where a take lies by its stamp: the middle of where it may start, and by how much it may be off; nil
  /// where its stamp is of another source.
  package func start(of stamp: TakeStamp, duration: Double) -> (time: Double, error: Double)? {
    guard stamp.source == source else { return nil }
    var time = stamp.time - offset
    // A time code counts frames of up to a twelfth of a second.
    var error = source == .timecode ? 0.1 : Self.stampResolution
    switch isOfEnds {
    case true?: time -= duration
    case false?: break
    case nil:
      time -= duration / 2
      error += duration / 2
    }
    return (time, error + Self.clockError * abs(time - middle))
  }

  /// By how many seconds a stamp is later than the sound says; nil where they agree.
  package func discrepancy(_ placed: Placed) -> Double? {
    guard let (time, error) = start(of: placed.stamp, duration: placed.duration) else { return nil }
    return abs(time - placed.start) > error ? time - placed.start : nil
  }

  /// Whether two takes of one device were recorded at different times, as their stamps say.
  package static func areApart(_ first: Take, _ second: Take) -> Bool {
    guard let one = first.stamp, let two = second.stamp, one.source == two.source else {
      return false
    }
    let distance = abs(one.time - two.time)
    let (earlier, later) = one.time <= two.time ? (first, second) : (second, first)
    switch one.source {
    case .timecode: return distance > earlier.duration
    case .creation:
      // Of starts the earlier has to be over, of ends the later one to begin after the earlier's.
      return distance > max(earlier.duration, later.duration) + stampResolution
    }
  }
}

extension [Double] {
  fileprivate var median: Double { isEmpty ? 0 : sorted()[count / 2] }
  /// The largest distance from the median.
  fileprivate var spread: Double {
    let middle = median
    return reduce(0) { Swift.max($0, abs($1 - middle)) }
  }
}
