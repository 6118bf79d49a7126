// SPDX-License-Identifier: MIT

/// A time line as a project of Reaper, which places everything in seconds.
package struct ReaperProject {
  private let timeline: Timeline

  package init(_ timeline: Timeline) { self.timeline = timeline }

  package var text: String {
    var lines = ["<REAPER_PROJECT 0.1 \"6.0\" 0", "  SAMPLERATE \(timeline.sampleRate) 1 0"]
    for track in timeline.tracks {
      lines += ["  <TRACK", "    NAME " + Self.quoted(track.name)]
      for clip in track.clips { lines += item(clip).map { "    " + $0 } }
      lines.append("  >")
    }
    lines.append(">")
    return lines.map { $0 + "\n" }.joined()
  }

  private func item(_ clip: Timeline.Clip) -> [String] {
    let media = timeline.media[clip.media]
    let speed = timeline.warp(of: clip) ?? 1
    return [
      "<ITEM",
      "  POSITION " + DecimalText.text(clip.start, digits: 12),
      "  LENGTH " + DecimalText.text(clip.duration, digits: 12),
      "  LOOP 0",
      "  NAME " + Self.quoted(media.fileName),
      "  SOFFS " + DecimalText.text(clip.sourceStart, digits: 12),
      // The speed, whether the pitch stays (0: no), a change of pitch, and how (-1: the project's
      // way).
      "  PLAYRATE " + DecimalText.text(speed, digits: 12) + " 0 0 -1",
      "  <SOURCE " + Self.sourceKind(of: media),
      "    FILE " + Self.quoted(media.path),
      "  >",
      ">",
    ]
  }

  /// Reaper's name for what reads the file.
  private static func sourceKind(of media: Timeline.Media) -> String {
    if media.picture != nil { return "VIDEO" }
    let dot = media.fileName.lastIndex(of: ".") ?? media.fileName.startIndex
    return switch media.fileName[dot...].lowercased() {
    case ".wav", ".wave", ".bwf", ".w64", ".rf64", ".aif", ".aiff", ".aifc": "WAVE"
    case ".flac": "FLAC"
    case ".mp3": "MP3"
    case ".ogg": "VORBIS"
    case ".opus": "OPUS"
    case ".wv": "WAVPACK"
    default: "VIDEO"
    }
  }

  /// The text in one line and in quotes that it does not hold; a text with all three loses its
  /// backquotes.
  package static func quoted(_ text: String) -> String {
    let line = NameText.oneLine(text)
    let quotes: [Unicode.Scalar] = ["\"", "'", "`"]
    if let quote = quotes.first(where: { !line.unicodeScalars.contains($0) }) {
      return String(quote) + line + String(quote)
    }
    return "`" + String(line.map { $0 == "`" ? "'" : $0 }) + "`"
  }
}
