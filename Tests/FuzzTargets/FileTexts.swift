// SPDX-License-Identifier: MIT

import Sessions
import SignalFiles

/// Lines: two names, a time code and a date, and names of directories.
func readNames(_ bytes: [UInt8]) {
  var reader = ByteReader(bytes)
  let rate = frameRate(&reader)
  let name = reader.line()
  let fileName = String(fileName: name)
  require(fileName.fileNameBytes == name, "a name has other bytes")
  _ = fileName.printable
  _ = AudioFormat(path: fileName)
  _ = TimelineFormat(path: fileName)
  let text = reader.text()
  require(!NameText.filePart(text).isEmpty, "a part of a name that is none")
  require(!NameText.oneLine(text).contains { $0.isNewline && $0 != "\u{85}" }, "two lines")
  var taken: Set<String> = []
  let first = NameText.unique(text, among: &taken)
  require(NameText.unique(text, among: &taken) != first, "two names are one")

  let (timecode, created) = (reader.text(), reader.text())
  if let parsed = Timecode.parse(timecode, rate: rate) {
    let written = Timecode.text(frames: parsed.frames, rate: parsed.rate)
    require(
      Timecode.parse(written, rate: parsed.rate)?.frames == parsed.frames
        || parsed.rate.droppedNumbers > 0, "a time code is written as another")
  }
  var takes: [Take] = []
  for stamp in [
    TakeStamp(timecode: timecode, rate: rate, created: created),
    TakeStamp(timecode: timecode, rate: nil, created: created),
    TakeStamp(timecode: nil, rate: nil, created: created),
  ] {
    require(stamp?.time.isFinite ?? true, "a time that is none")
    takes.append(
      Take(
        directories: reader.text().split(separator: "/").map { String($0) }, name: reader.text(),
        model: reader.byte() & 1 == 0 ? nil : reader.text(), duration: abs(reader.real()),
        stamp: stamp))
  }
  var devices = DeviceAssignment(takes)
  require(devices.devices.count == takes.count, "a take without a device")
  _ = devices.separate(takes.map { ($0.directories.count, $0.stamp?.time ?? 0, $0.duration) })
  require(Set(devices.names).count == devices.names.count, "two devices of one name")
  require(devices.devices.allSatisfy(devices.names.indices.contains), "a device without a name")
  let placed = takes.compactMap { take in take.stamp.map { ($0, $0.time, take.duration) } }
  if let clock = DeviceClock(placed) { for take in placed { _ = clock.discrepancy(take) } }
  _ = DeviceClock.areApart(takes[0], takes[1])
}

/// What a media file may say, of which those make a rate whose parts are positive and whose value is
/// at most 1000.
func frameRate(_ reader: inout ByteReader) -> FrameRate {
  let standard = [(24, 1), (25, 1), (30_000, 1001), (60_000, 1001), (120, 1)]
  let choice = Int(reader.byte())
  var rate =
    choice % 8 < standard.count
    ? FrameRate(numerator: standard[choice % 8].0, denominator: standard[choice % 8].1)
    : FrameRate(numerator: reader.whole(), denominator: reader.whole())
  if rate.numerator <= 0 || rate.denominator <= 0 || rate.numerator / rate.denominator > 1000 {
    rate = FrameRate(numerator: 25)
  }
  rate.isDropFrame = choice & 0x80 != 0
  return rate
}
