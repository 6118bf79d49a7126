// SPDX-License-Identifier: MIT

/// Numbers of pictures as hours, minutes, seconds and frames (SMPTE ST 12-1).
package enum Timecode {
  /// The text for a number of frames since midnight, with ";" before the frames where numbers are
  /// dropped.
  package static func text(frames: Int, rate: FrameRate) -> String {
    let perMinute = rate.nominal * 60 - rate.droppedNumbers
    let perTenMinutes = perMinute * 10 + rate.droppedNumbers
    let perDay = perTenMinutes * 6 * 24
    let count = (frames % perDay + perDay) % perDay
    let (tens, rest) = count.quotientAndRemainder(dividingBy: perTenMinutes)
    // The first minute of ten is the only one that drops nothing.
    let minutesDropped = max(0, rest - rate.droppedNumbers) / perMinute
    let number = count + rate.droppedNumbers * (tens * 9 + minutesDropped)
    let (seconds, frame) = number.quotientAndRemainder(dividingBy: rate.nominal)
    let separator = rate.droppedNumbers > 0 ? ";" : ":"
    return twoDigits(seconds / 3600) + ":" + twoDigits(seconds / 60 % 60) + ":"
      + twoDigits(seconds % 60) + separator + twoDigits(frame)
  }

  /// The number of frames since midnight, and the rate with what the text says of dropping; nil
  /// where the text is no time code of that rate.
  package static func parse(_ text: String, rate: FrameRate) -> (frames: Int, rate: FrameRate)? {
    let fields = text.split(omittingEmptySubsequences: false) { ":;.,".contains($0) }
    let numbers = fields.compactMap { field in
      field.count <= 3 && field.allSatisfy { $0.isASCII && $0.isNumber } ? Int(field) : nil
    }
    guard fields.count == 4, numbers.count == 4 else { return nil }
    let (hours, minutes, seconds, frame) = (numbers[0], numbers[1], numbers[2], numbers[3])
    guard hours < 24, minutes < 60, seconds < 60, frame < rate.nominal else { return nil }
    var counted = rate
    counted.isDropFrame = text.contains(";")
    let wholeMinutes = hours * 60 + minutes
    let dropped = counted.droppedNumbers * (wholeMinutes - wholeMinutes / 10)
    counted.isDropFrame = counted.droppedNumbers > 0
    return ((wholeMinutes * 60 + seconds) * rate.nominal + frame - dropped, counted)
  }

  private static func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : String(number)
  }
}
