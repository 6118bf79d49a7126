// SPDX-License-Identifier: MIT

/// A time line as Audacity opens it: whole files at their offsets, or labels for clips.
package struct AudacityDocument {
  private let timeline: Timeline

  package init(_ timeline: Timeline) { self.timeline = timeline }

  /// A list of files (.lof), each a line for each place that its clips give it.
  ///
  /// The format cannot cut, so that every file is whole, and comments say which part counts.
  /// Offsets are later than on the time line where a file would begin before 0.
  package var fileList: String {
    let clips = timeline.tracks.flatMap(\.clips)
    // Files play straight: aligned where the clip begins.
    let offsets = clips.map { $0.start - $0.sourceStart }
    let shift = max(0, -(offsets.min() ?? 0))
    var lines = ["# " + NameText.oneLine(timeline.name)]
    if shift > 0 {
      lines.append("# Offsets are \(DecimalText.text(shift)) s later than on the time line.")
    }
    for (clip, offset) in zip(clips, offsets) {
      let media = timeline.media[clip.media]
      let end = clip.sourceStart + clip.duration * clip.speed
      var note = "# From \(DecimalText.text(clip.sourceStart)) s to \(DecimalText.text(end)) s"
      if let speed = timeline.warp(of: clip) {
        note += ", at a speed of \(DecimalText.text(speed, digits: 12)) that is not applied"
      }
      lines.append(note + ":")
      let isNameable = !media.path.unicodeScalars.contains { "\"\n\r".unicodeScalars.contains($0) }
      let name = NameText.oneLine(media.path)
      let line = "file \"\(name)\" offset \(DecimalText.text(offset + shift))"
      lines.append(isNameable ? line : "# No list can name this file: " + name)
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// A label for each clip: where it begins, where it ends, and its track and file.
  package var labels: String {
    timeline.tracks.map { track in
      track.clips.map { clip in
        let name = track.name + ": " + timeline.media[clip.media].fileName
        return DecimalText.text(clip.start) + "\t" + DecimalText.text(clip.start + clip.duration)
          + "\t" + NameText.oneLine(name) + "\n"
      }.joined()
    }.joined()
  }
}
