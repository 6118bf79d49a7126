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
    for name in copyNames(of: files) {
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
    return Layout(items: items, placements: placements, line: line)
  }

  struct Layout {
    var items: [Item]
    var placements: [AlignedTimeLine.Placement]
    var line: AlignedTimeLine
  }

  func write(_ layout: Layout) throws {
    for (item, placement) in zip(layout.items, layout.placements) {
      let reader = try track(of: item, among: layout.items).reader()
      try write(item, reader, placement, layout.line, to: item.copy)
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

  private func write(
    _ item: Item, _ source: consuming AudioReader, _ placement: AlignedTimeLine.Placement,
    _ line: AlignedTimeLine, to path: String
  ) throws {
    var reader = source
    let channels = reader.channelCount
    let total = try reader.countFrames()
    let rate = options.rate ?? reader.sampleRate
    let count = line.frameCount(at: rate)
    let warp = line.warp(placement, from: reader.sampleRate, to: rate)
    let sign: Float = item.found?.estimate.polarity == -1 ? -1 : 1
    var writer = try AudioWriter(
      path: path, sampleRate: rate, channelCount: channels, samples: reader.sampleFormat,
      tags: reader.tags, frameCount: count)
    writer.add(
      reader.productionChunks.moved(
        to: warp.start, from: reader.sampleRate, to: rate, frameCount: count))
    let bar = ProgressBar("Writing \(path)")
    var position = 0
    // So many outputs at a time that their inputs are not too many.
    let blockLength = max(1, Int(16_384 / max(1, warp.step)))
    while position < count {
      let outputs = position..<min(count, position + blockLength)
      var result = [Float](repeating: 0, count: outputs.count * channels)
      let inputs = try warp.inputRanges(for: outputs).map { needed in
        try interleaved(needed, of: &reader, total)
      }
      var warped = [Float](repeating: 0, count: outputs.count)
      for channel in 0..<channels {
        let planes = inputs.map { input in
          stride(from: channel, to: input.count, by: channels).map { input[$0] }
        }
        var target = warped.mutableSpan
        warp.apply(planes, outputs: outputs, into: &target)
        for frame in warped.indices { result[frame * channels + channel] = warped[frame] * sign }
      }
      try writer.write(result.span)
      position = outputs.upperBound
      bar.report(Double(position) / Double(count))
    }
    let clipped = writer.clippedSampleCount
    try writer.finish()
    if clipped > 0, !isQuiet {
      printError("\(path): \(clipped) samples exceeded full scale and were limited to it")
    }
  }

  /// The frames `needed` of a recording of `total`, with silence where there are none.
  private func interleaved(
    _ needed: Range<Int>, of reader: inout AudioReader, _ total: Int
  ) throws -> [Float] {
    let channels = reader.channelCount
    var samples = [Float](repeating: 0, count: needed.count * channels)
    let inside = needed.clamped(to: 0..<total)
    guard !inside.isEmpty else { return samples }
    try reader.seek(toFrame: inside.lowerBound)
    let offset = (inside.lowerBound - needed.lowerBound) * channels
    var all = samples.mutableSpan
    var part = all._mutatingExtracting(offset..<offset + inside.count * channels)
    _ = try reader.read(into: &part)
    return samples
  }

  /// Makes the directory, or throws if nothing can be written to it; returns whether it is new.
  func createDirectory() throws(CommandFailure) -> Bool {
    if unsafe mkdir(directory.systemName, 0o777) == 0 { return true }
    if errno == EEXIST, isWritableDirectory(directory) { return false }
    let reason = systemMessage(errno)
    throw CommandFailure(
      .cannotCreateOutput,
      "\(directory): no copies can be written there (\(reason)); choose another directory")
  }
}
