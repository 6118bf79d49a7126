// SPDX-License-Identifier: MIT

/// Time lines as comma-separated values (RFC 4180), exact to the nanosecond.
package enum TimelineTable {
  private static let header =
    "group,track,file,start_seconds,duration_seconds,source_start_seconds,speed"

  /// A line for each clip; groups count from 1.
  package static func text(for timelines: [Timeline]) -> String {
    var lines = header + "\r\n"
    for (group, timeline) in timelines.enumerated() {
      for track in timeline.tracks {
        for clip in track.clips {
          let fields = [
            String(group + 1), quoted(track.name), quoted(timeline.media[clip.media].path),
            DecimalText.text(clip.start), DecimalText.text(clip.duration),
            DecimalText.text(clip.sourceStart), DecimalText.text(clip.speed, digits: 12),
          ]
          lines += fields.joined(separator: ",") + "\r\n"
        }
      }
    }
    return lines
  }

  /// The field, in quotes where it needs them (RFC 4180, 2, rules 6 and 7).
  package static func quoted(_ field: String) -> String {
    let scalars = field.unicodeScalars
    guard scalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return field }
    var result = "\""
    for scalar in scalars {
      if scalar == "\"" { result += "\"" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
