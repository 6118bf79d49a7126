// SPDX-License-Identifier: MIT

/// A track as a CMX 3600 edit decision list.
///
/// All time codes count frames of the sequence; a file's own time code is read at the rate of the
/// file.
package struct EditDecisionList {
  private let timeline: Timeline

  /// A list of the first track: the format holds one.
  package init(_ timeline: Timeline) { self.timeline = timeline }

  package var text: String {
    let rate = timeline.frameRate
    let mode = rate.droppedNumbers > 0 ? "DROP FRAME" : "NON-DROP FRAME"
    var lines = ["TITLE: " + NameText.oneLine(timeline.name), "FCM: " + mode]
    let reels = reels
    let placements = timeline.tracks.first.map {
      PlacementGrid(countsTimecode: true).placements(of: $0, in: timeline)
    }
    for (index, placement) in (placements ?? []).enumerated() {
      lines += event(placement, number: index + 1, reel: reels[placement.clip.media])
    }
    return lines.map { $0 + "\r\n" }.joined()
  }

  private func event(_ placement: Placement, number: Int, reel: String) -> [String] {
    let rate = timeline.frameRate
    let media = placement.media
    let sourceStart = placement.sourceStart
    let length = placement.end - placement.start
    let times = [sourceStart, sourceStart + length, placement.start, placement.end]
    let count = String(number)
    var lines = [
      String(repeating: "0", count: max(0, 3 - count.count)) + count + "  "
        + padded(reel, to: 8) + " " + padded(channels(of: media), to: 5) + " C        "
        + times.map { Timecode.text(frames: $0, rate: rate) }.joined(separator: " "),
      "* FROM CLIP NAME: " + NameText.oneLine(media.fileName),
      "* SOURCE FILE: " + NameText.oneLine(media.path),
    ]
    if let picture = media.picture, picture.frameRate.perSecond != rate.perSecond {
      let source = picture.frameRate
      lines.append("* SOURCE FRAME RATE: \(source.numerator)/\(source.denominator)")
    }
    if let speed = timeline.warp(of: placement.clip) {
      lines.append("* SPEED NOT APPLIED: " + DecimalText.text(speed, digits: 12))
    }
    return lines
  }

  private func channels(of media: Timeline.Media) -> String {
    let sound = media.sound.map { $0.channelCount > 1 ? "AA" : "A" }
    guard media.picture != nil else { return sound ?? "A" }
    return sound.map { $0 == "A" ? "B" : "AA/V" } ?? "V"
  }

  /// A name of at most 8 letters and digits for each file, none twice (CMX 3600).
  private var reels: [String] {
    // Names with a meaning of their own.
    var taken: Set<String> = ["ax", "bl", "black", "bars"]
    return timeline.media.map { media in
      let name = media.fileName
      let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
      let allowed = stem.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
      let reel = allowed.isEmpty ? "REEL" : allowed
      var candidate = String(reel.prefix(8))
      var number = 2
      while !taken.insert(candidate.lowercased()).inserted {
        candidate = reel.prefix(8 - String(number).count) + String(number)
        number += 1
      }
      return candidate
    }
  }

  private func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
