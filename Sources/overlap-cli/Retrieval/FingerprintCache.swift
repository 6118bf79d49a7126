// SPDX-License-Identifier: MIT

import Alignment
import Platform
import SignalFiles

/// Fingerprints of files that were seen before, in the user's cache directory, by the files' content:
/// a card that is copied elsewhere is not decoded again.
struct FingerprintCache: Sendable {
  private let directory: String
  /// In bytes: about 1,500 hours of sound. What was used least of late goes first.
  private static var limit: Int { 1 << 30 }

  /// nil where there is no place for it.
  init?() {
    guard let cache = CacheDirectory(), let directory = cache.directory("fingerprints") else {
      return nil
    }
    self.directory = directory
  }

  /// The parts of a file, from the cache or made now; what cannot be kept is made again the next time.
  func parts(of path: String) throws(CommandFailure) -> [IndexedPart] {
    guard let state = FileState(path), let key = contentKey(path: path) else {
      return try indexedParts(of: path)
    }
    let place = directory + "/" + key
    if let known = read(place, state) { return known }
    let made = try indexedParts(of: path)
    write(made, place)
    return made
  }

  private func read(_ place: String, _ state: FileState) -> [IndexedPart]? {
    guard let index = try? RecordingIndex(path: place, fingerprintVersion: Fingerprint.version),
      !index.entries.isEmpty
    else { return nil }
    var parts: [IndexedPart] = []
    for (number, entry) in index.entries.enumerated() {
      guard let words = try? index.words(number) else { return nil }
      parts.append(
        IndexedPart(entry: state.adopting(entry), fingerprint: Fingerprint(frames: words)))
    }
    // What was used of late is told by its time.
    unsafe utimensat(AT_FDCWD, place.systemName, nil, 0)
    return parts
  }

  private func write(_ parts: [IndexedPart], _ place: String) {
    let temporary = "\(place).\(getpid())"
    do {
      var writer = try RecordingIndexWriter(
        path: temporary, fingerprintVersion: Fingerprint.version)
      for part in parts { try writer.append(part.entry, words: part.fingerprint.frames) }
      if unsafe rename(temporary.systemName, place.systemName) == 0 { return }
    } catch {}
    unsafe unlink(temporary.systemName)
  }

  /// Takes away what was used least of late, where there is more than the limit.
  func prune() {
    var files: [(path: String, byteCount: Int, time: Int)] = FileList([directory]).files.compactMap
    {
      guard let status = fileStatus($0.path) else { return nil }
      return ($0.path, Int(status.st_size), Int(status.changeTime.tv_sec))
    }
    var total = files.reduce(0) { $0 + $1.byteCount }
    files.sort { $0.time > $1.time }
    while total > Self.limit, let last = files.popLast() {
      unsafe unlink(last.path.systemName)
      total -= last.byteCount
    }
  }
}
