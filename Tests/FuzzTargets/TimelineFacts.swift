// SPDX-License-Identifier: MIT

import Sessions

/// A time line of what files say of themselves, in one of the formats.
func writeTimelines(_ bytes: [UInt8]) {
  var reader = ByteReader(bytes)
  let choice = Int(reader.byte())
  let shape = reader.byte()
  let mediaCount = Int(shape & 3) + 1
  let trackCount = Int(shape >> 2 & 3) + 1
  let rate = frameRate(&reader)
  let media = (0..<mediaCount).map { _ in medium(&reader) }
  let tracks = (0..<trackCount).map { _ in
    Timeline.Track(
      name: reader.text(),
      clips: (0..<Int(reader.byte() % 4)).map { _ in
        Timeline.Clip(
          media: Int(reader.byte()) % mediaCount, start: reader.real(), duration: reader.real(),
          sourceStart: reader.real(), speed: reader.byte() & 1 == 0 ? 1 : reader.real())
      })
  }
  let timeline = Timeline(
    name: reader.text(), frameRate: rate, sampleRate: max(1, reader.whole()), media: media,
    tracks: tracks)
  let format = TimelineFormat.allCases[choice % TimelineFormat.allCases.count]
  let documents = format.documents(for: [timeline, timeline], at: "line." + format.rawValue)
  require(!documents.isEmpty, "no document")
  require(Set(documents.map(\.path)).count == documents.count, "two documents of one name")
}

private func medium(_ reader: inout ByteReader) -> Timeline.Media {
  let kind = reader.byte()
  let duration = reader.real()
  let picture =
    kind & 1 == 0
    ? nil
    : Timeline.Picture(
      frameRate: frameRate(&reader), width: reader.whole(), height: reader.whole())
  let sound =
    kind & 2 == 0
    ? nil
    : Timeline.Sound(
      sampleRate: reader.whole(),
      channelCount: kind & 8 == 0 ? Int(reader.byte() & 3) : reader.whole())
  return Timeline.Media(
    path: "/" + reader.text(), duration: duration, picture: picture, sound: sound,
    timecode: kind & 4 == 0 ? nil : reader.text())
}
