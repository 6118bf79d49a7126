// SPDX-License-Identifier: MIT

import Alignment
import Platform
import SignalFiles

/// A channel, or the mix, of a recording's track, with its fingerprint.
struct IndexedPart: Sendable {
  var entry: IndexEntry
  var fingerprint: Fingerprint
}

/// What an index keeps of a file, without its sound.
struct FileState {
  var path: String
  /// From the root on, without symbolic links.
  private(set) var absolutePath: String
  private var byteCount: Int
  private var changeTime: Int

  /// nil where there is no file.
  init?(_ path: String) {
    guard let status = fileStatus(path) else { return nil }
    let changed = status.changeTime
    self.path = path
    absolutePath = resolvedPath(path) ?? path
    byteCount = Int(status.st_size)
    changeTime = Int(changed.tv_sec) * 1_000_000_000 + Int(changed.tv_nsec)
  }

  /// The entry of one of the file's channels, or of the mix.
  func entry(
    _ track: SoundFile.Track, trackCount: Int, _ part: Recording.Part, wordCount: Int
  ) -> IndexEntry {
    IndexEntry(
      path: path, absolutePath: absolutePath, byteCount: byteCount, changeTime: changeTime,
      track: track.number, trackCount: trackCount, channel: part.channel ?? 0,
      sampleRate: part.source.wholeSampleRate, frameCount: part.source.frameCount,
      start: track.start, wordCount: wordCount)
  }

  /// An entry of a file with the same content, as one of this file.
  func adopting(_ entry: IndexEntry) -> IndexEntry {
    var entry = entry
    (entry.path, entry.absolutePath) = (path, absolutePath)
    (entry.byteCount, entry.changeTime) = (byteCount, changeTime)
    return entry
  }

  /// Whether an entry is of this file as it is now.
  func isOf(_ entry: IndexEntry) -> Bool {
    absolutePath.fileNameBytes == entry.absolutePath.fileNameBytes && byteCount == entry.byteCount
      && changeTime == entry.changeTime
  }
}

/// Makes the fingerprints of a file: of each track's mix, and of channels that the mix says little of.
func indexedParts(of path: String) throws(CommandFailure) -> [IndexedPart] {
  defer { SoundFile.forget(path) }
  let (state, recording): (FileState, Recording)
  do throws(SignalFileError) {
    guard let found = FileState(path) else { throw .missing(path: path) }
    (state, recording) = (found, try Recording(path: path, track: .best, channel: .auto))
  } catch {
    throw CommandFailure(error)
  }
  var parts: [IndexedPart] = []
  for track in recording.tracks {
    for part in track.parts {
      let fingerprint: Fingerprint
      do throws(AlignmentError) {
        fingerprint = try Fingerprint(of: part.source, seed: seed(path, parts.count))
      } catch {
        throw CommandFailure(error, reference: path, other: path)
      }
      parts.append(
        IndexedPart(
          entry: state.entry(
            track.file, trackCount: recording.trackCount, part,
            wordCount: fingerprint.frames.count),
          fingerprint: fingerprint))
    }
  }
  return parts
}

/// A number that the files' names and their parts do not share (FNV-1a).
private func seed(_ path: String, _ part: Int) -> UInt64 {
  (path.fileNameBytes + [UInt8(truncatingIfNeeded: part)]).reduce(0xCBF2_9CE4_8422_2325) {
    ($0 ^ UInt64($1)) &* 0x100_0000_01B3
  }
}
