// SPDX-License-Identifier: MIT

/// What a field recorder writes into the chunk `bext` of a Broadcast Wave file (EBU Tech 3285).
package struct BroadcastExtension {
  /// The number of samples from midnight to the first sample.
  package var timeReference: Int
  /// The date and time at which the recording was made, as they stand there; nil where they do not.
  package var created: String?

  /// Reads the chunk; nil where there is none.
  package init?(path: String) {
    guard let input = try? InputFile(path: path) else { return nil }
    let head = input.bytes(at: 0, count: 12)
    guard head.count == 12, ["RIFF", "RF64", "BW64"].contains(head.text(at: 0)),
      let chunk = input.chunk("bext", bigEndian: false)
    else { return nil }
    // Behind the description, the originator and its reference: 256, 32 and 32 bytes.
    let body = input.bytes(at: chunk.body + 320, count: 26)
    guard body.count == 26 else { return nil }
    let (date, time) = (body.prefix(10), body[10..<18])
    if date.allSatisfy({ 0x20..<0x7F ~= $0 }), time.allSatisfy({ 0x20..<0x7F ~= $0 }) {
      created = String(decoding: date, as: UTF8.self) + "T" + String(decoding: time, as: UTF8.self)
    }
    timeReference = body.integer(at: 18, bytes: 8, bigEndian: false)
  }

  /// The time of day of the first sample.
  package func timecode(sampleRate: Int) -> String? {
    guard timeReference > 0, sampleRate > 0 else { return nil }
    let (seconds, rest) = timeReference.quotientAndRemainder(dividingBy: sampleRate)
    let milliseconds = rest * 1000 / sampleRate
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
      + ".\(padded(milliseconds, 3))"
  }
}
