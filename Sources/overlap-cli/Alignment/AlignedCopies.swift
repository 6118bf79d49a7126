// SPDX-License-Identifier: MIT

import Alignment
import Platform
import SignalFiles

/// Writes copies of a reference and of what was aligned with it, all on one time line.
struct AlignedCopies {
  var directory: String
  var options: AlignedCopyOptions
  var isQuiet: Bool

  /// One recording, where its copy goes, and where it lies relative to the reference.
  typealias Item = (path: String, copy: String, found: PairAlignment?)

  /// Where the copies of all files go, in their order, whichever of them are aligned.
  func outputPaths(_ files: [String]) throws(CommandFailure) -> [String] {
    var paths: [String] = []
    for name in copyNames(of: files, withPictures: try pictures(files)) {
      let path = directory + "/" + name
      if files.contains(where: { isSameFile(path, $0) }) {
        throw CommandFailure(
          .cannotCreateOutput, "\(path): is one of the inputs; choose another directory")
      }
      if !options.force, unsafe access(path.systemName, F_OK) == 0 {
        throw CommandFailure(
          .cannotCreateOutput, "\(path): exists already; add --force to replace it")
      }
      paths.append(path)
    }
    return paths
  }

  /// Which of the files have a picture that is to be kept.
  private func pictures(_ files: [String]) throws(CommandFailure) -> Set<Int> {
    guard options.video else { return [] }
    let found = files.indices.filter { index in
      // What is wrong with a file is told where it is read.
      !isPipe(files[index]) && (try? MediaFacts(path: files[index]))?.picture != nil
    }
    if found.isEmpty {
      throw CommandFailure(
        .usage, "--video: none of the recordings has a picture; leave it out, or check the files")
    }
    return Set(found)
  }

  /// What the copies of `items`, the first of which is the reference, are cut from and to.
  func layOut(_ items: [Item]) throws -> Layout {
    var rates: [Int] = []
    var placements: [AlignedTimeLine.Placement] = []
    let referenceStart = items.lazy.compactMap(\.found).first?.compared.reference.track.start ?? 0
    for item in items {
      var reader = try track(of: item, among: items).reader()
      let rate = reader.sampleRate
      rates.append(rate)
      let duration = Double(try reader.countFrames()) / Double(rate)
      placements.append(
        item.found.map { .init(duration: duration, $0.soundMap(referenceStart: referenceStart)) }
          ?? .init(duration: duration))
    }
    let line = AlignedTimeLine(placements, sampleRate: rates[0], isTrimmed: options.trim)
    guard line.duration > 0 else {
      throw CommandFailure(
        .noMatch,
        "no moment is part of all recordings, so --trim leaves nothing: leave it out for copies "
          + "that are padded, or leave out the recordings that do not meet the others")
    }
    return Layout(
      items: items, placements: placements, line: line, start: referenceStart + line.start)
  }

  struct Layout {
    var items: [Item]
    var placements: [AlignedTimeLine.Placement]
    var line: AlignedTimeLine
    /// When the copies start, on the time line of the reference's file.
    var start: Double
  }

  /// Writes all copies, or those before one that fails, and tells how many these are.
  func write(_ layout: Layout) throws {
    for (index, (item, placement)) in zip(layout.items, layout.placements).enumerated() {
      do throws(SignalFileError) {
        try write(item, track(of: item, among: layout.items), placement, layout.line)
      } catch {
        var failure = CommandFailure(error)
        if index > 0 {
          failure.message +=
            "; \(index) of \(layout.items.count) copies are complete in \(directory)"
        }
        throw failure
      }
    }
  }

  private func write(
    _ item: Item, _ track: SoundFile.Track, _ placement: AlignedTimeLine.Placement,
    _ line: AlignedTimeLine
  ) throws(SignalFileError) {
    var copy = WarpedCopy(
      path: item.copy, sampleRate: options.rate,
      isUpsideDown: item.found?.estimate.polarity == -1)
    // The names of copies end so for recordings with a picture alone.
    guard options.video, item.copy.hasSuffix(".mov") else {
      return try copy.write(track, placement, line, isQuiet: isQuiet)
    }
    let (sound, descriptor) = try TemporaryFile.make()
    close(descriptor)
    defer { TemporaryFile.remove(sound) }
    (copy.path, copy.samples) = (sound, .pcm24)
    try copy.write(track, placement, line, isQuiet: isQuiet)
    try PictureCopy(path: item.copy, placement, soundStart: track.clockStart, line).write(
      pictureOf: item.path, sound: sound)
    if placement.map.stretches.count > 1, !isQuiet {
      printError(
        "\(item.copy): its picture is not cut where its sound is; it runs as that before the "
          + "first break does")
    }
  }

  /// The track that was compared; of the reference the first that was.
  private func track(
    of item: Item, among items: [Item]
  ) throws(SignalFileError) -> SoundFile.Track {
    let part =
      item.found.map(\.compared.other)
      ?? items.lazy.compactMap(\.found).first?.compared.reference
    if let part { return part.track }
    return try SoundFile(path: item.path, tracks: .number(1)).tracks[0]
  }
}
