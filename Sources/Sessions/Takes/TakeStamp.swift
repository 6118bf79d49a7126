// SPDX-License-Identifier: MIT

/// When a device says that a take was recorded: by a clock of its own, whose zero nobody knows.
package struct TakeStamp: Sendable, Equatable {
  /// Where it comes from.
  package enum Source: Sendable, Equatable {
    /// The time code of the first picture, or the time of day of the first sample: exact by the device's
    /// clock.
    case timecode
    /// The time at which the file was made, in whole seconds, which some devices take when a recording
    /// begins, and some when it ends.
    case creation
  }

  package var source: Source
  /// In seconds.
  package var time: Double

  package init(source: Source, time: Double) { (self.source, self.time) = (source, time) }

  /// The best of what a file says: a time code "hh:mm:ss:ff" at a rate, or "hh:mm:ss.mmm", and a date such
  /// as "2026-05-13T10:22:33Z".
  package init?(timecode: String?, rate: FrameRate?, created: String?) {
    let date = created.flatMap { Self.seconds(date: $0) }
    if let timecode, let time = Self.seconds(timecode: timecode, rate) {
      // Of the date only the day counts, so that midnight is no leap.
      let days = date.map { (($0 - time) / 86_400).rounded() } ?? 0
      self.init(source: .timecode, time: time + 86_400 * days)
    } else if let date {
      self.init(source: .creation, time: date)
    } else {
      return nil
    }
  }

  /// What a time code counts, in seconds; nil where it is none.
  private static func seconds(timecode: String, _ rate: FrameRate?) -> Double? {
    if let rate, let parsed = Timecode.parse(timecode, rate: rate) {
      return Double(parsed.frames) / rate.perSecond
    }
    let fields = timecode.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 3, let hours = Int(fields[0]), let minutes = Int(fields[1]),
      let seconds = Double(fields[2]), 0..<24 ~= hours, 0..<60 ~= minutes, 0..<60 ~= seconds
    else { return nil }
    return Double(3600 * hours + 60 * minutes) + seconds
  }

  /// The seconds since 1970 of a date and time as ISO 8601 has it, also with other signs between its
  /// numbers, as Broadcast Wave has it; nil where it is none. Without a zone it is by the device's own.
  private static func seconds(date: String) -> Double? {
    let digits = date.split { !($0.isASCII && $0.isNumber) }
    guard digits.count >= 6, digits[0].count == 4 else { return nil }
    let numbers = digits.prefix(6).compactMap { Int($0) }
    guard numbers.count == 6, 1970...9999 ~= numbers[0], 1...12 ~= numbers[1],
      1...31 ~= numbers[2], 0..<24 ~= numbers[3], 0..<60 ~= numbers[4], 0...60 ~= numbers[5]
    else { return nil }
    // Days since 1970 of the proleptic Gregorian calendar, by years that begin in March.
    let isEarly = numbers[1] < 3
    let year = numbers[0] - (isEarly ? 1 : 0)
    let month = numbers[1] + (isEarly ? 9 : -3)
    let dayOfYear = (153 * month + 2) / 5 + numbers[2] - 1
    let days = 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    return Double(86_400 * days + 3600 * numbers[3] + 60 * numbers[4] + numbers[5])
  }
}
