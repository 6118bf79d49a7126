// SPDX-License-Identifier: MIT

import Alignment
import ComputeSupport
import SignalFiles

/// Recordings among which a sound is sought.
protocol Archive: Sendable {
  var entries: [IndexEntry] { get }
  /// That of entry `index`.
  func fingerprint(_ index: Int) throws(SignalFileError) -> Fingerprint
}

/// The recordings of an index.
final class IndexArchive: Archive {
  let entries: [IndexEntry]
  private let index: RecordingIndex
  /// The number in the index of each of the entries.
  private let numbers: [Int]

  init(path: String) throws(SignalFileError) {
    let index = try RecordingIndex(path: path, fingerprintVersion: Fingerprint.version)
    let all = index.entries
    // Of a file that was indexed again after a change, what came last counts.
    let last = Dictionary(all.map { ($0.absolutePath, $0) }, uniquingKeysWith: { $1 })
    numbers = all.indices.filter { number in
      last[all[number].absolutePath].map { all[number].isSameFile(as: $0) } ?? false
    }
    entries = numbers.map { all[$0] }
    self.index = index
  }

  func fingerprint(_ index: Int) throws(SignalFileError) -> Fingerprint {
    Fingerprint(frames: try self.index.words(numbers[index]))
  }
}

/// Files whose fingerprints are made now.
struct FileArchive: Archive {
  private let parts: [IndexedPart]
  /// Why some of the files are not among them.
  let failures: [CommandFailure]
  var entries: [IndexEntry] { parts.map(\.entry) }

  /// - Parameter files: Those without sound are passed over where they were not named themselves.
  init(_ files: [FileList.File], threads: Int) {
    let made = parallelMap(files.count, threads: threads) { index in
      Result { () throws(CommandFailure) in try indexedParts(of: files[index].path) }
    }
    parts = made.flatMap { (try? $0.get()) ?? [] }
    failures = zip(files, made).compactMap { file, result in
      guard case .failure(let failure) = result else { return nil }
      return file.isNamed || !failure.isAboutFormat ? failure : nil
    }
  }

  func fingerprint(_ index: Int) -> Fingerprint { parts[index].fingerprint }
}

extension IndexEntry {
  /// The samples of a stretch of the part, in seconds since its first sample, as far as it reaches; and
  /// when, since the first sample, the first of them comes.
  func excerpt(
    _ stretch: ClosedRange<Double>
  ) throws(SignalFileError) -> (source: ArraySource, start: Double, track: SoundFile.Track) {
    do throws(SignalFileError) {
      let file = try SoundFile(path: absolutePath, tracks: trackCount > 1 ? .number(track) : .best)
      let track = file.tracks[0]
      var reader = try ChannelReader(
        try track.reader(), channels: channel > 0 ? .channel(channel) : .mix)
      let rate = Double(sampleRate)
      let first = max(0, Int((stretch.lowerBound * rate).rounded(.down)))
      let last = min(frameCount, Int((stretch.upperBound * rate).rounded(.up)))
      var samples = [Float](repeating: 0, count: max(0, last - first))
      var target = samples.mutableSpan
      let count = try reader.read(from: first, into: &target)
      samples.removeLast(samples.count - count)
      return (ArraySource(samples, sampleRate: rate), Double(first) / rate, track)
    } catch {
      throw error.about(path)
    }
  }
}
