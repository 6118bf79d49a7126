// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import Synchronization

/// The files that pairs of a batch share: each is opened, decoded and brought to the rate of a search
/// once, and kept while pairs at hand use it, and longer while there is room for those used last.
final class RecordingCache: Sendable {
  private struct Kept {
    var file: SharedFile
    var byteCount: Int
    var lastUse: Int
  }

  private struct State {
    var inUse: [FileIdentity: (file: SharedFile, users: Int)] = [:]
    var kept: [FileIdentity: Kept] = [:]
    var byteCount = 0
    var useCount = 0

    mutating func drop(_ identity: FileIdentity) {
      byteCount -= kept.removeValue(forKey: identity)?.byteCount ?? 0
    }
  }

  private let state = Mutex(State())
  private let limit: Int

  /// Files to keep at most: a long one stays open, once for each channel that is compared. Judged: systems
  /// allow 1024 open files by default.
  private static var mostKept: Int { 128 }

  init(byteCount limit: Int) { self.limit = limit }

  /// The file at a path as it is now, for one more user; nil where there is none.
  func file(_ path: String) -> SharedFile? {
    guard let identity = FileIdentity(path) else { return nil }
    return state.withLock { state in
      let file =
        state.inUse[identity]?.file ?? state.kept[identity]?.file ?? SharedFile(identity, path)
      state.inUse[identity] = (file, (state.inUse[identity]?.users ?? 0) + 1)
      return file
    }
  }

  /// The file at a path, for one more user.
  func use(_ path: String) throws(CommandFailure) -> SharedFile {
    if let file = file(path) { return file }
    throw CommandFailure(SignalFileError.missing(path: path))
  }

  /// Ends one use of a file.
  func release(_ file: SharedFile) {
    let byteCount = file.byteCount
    state.withLock { state in
      let identity = file.identity
      guard let entry = state.inUse[identity], entry.file === file else { return }
      state.inUse[identity] = entry.users > 1 ? (file, entry.users - 1) : nil
      state.useCount += 1
      state.drop(identity)
      state.kept[identity] = Kept(file: file, byteCount: byteCount, lastUse: state.useCount)
      state.byteCount += byteCount
      while state.byteCount > limit || state.kept.count > Self.mostKept,
        let oldest = state.kept.min(by: { $0.value.lastUse < $1.value.lastUse })
      {
        state.drop(oldest.key)
      }
    }
  }

  /// Forgets what is not in use, and never finds the files `broken` again.
  func empty(without broken: [SharedFile] = []) {
    state.withLock { state in
      (state.kept, state.byteCount) = ([:], 0)
      for file in broken { state.inUse[file.identity] = nil }
    }
  }
}

/// What has been read of a file, by what was asked for.
final class SharedFile: Sendable {
  private struct Choice: Hashable {
    var track: TrackChoice
    var channel: ChannelChoice
  }

  let identity: FileIdentity
  private let path: String
  private let known = Mutex<[Choice: Result<Recording, CommandFailure>]>([:])

  init(_ identity: FileIdentity, _ path: String) { (self.identity, self.path) = (identity, path) }

  /// The recording as `aligner` wants it, which is made once: others who want it wait.
  func recording(for aligner: PairAligner) throws(CommandFailure) -> Recording {
    let choice = Choice(track: aligner.track, channel: aligner.channel)
    return try known.withLock { known throws(CommandFailure) in
      if let result = known[choice] { return try result.get() }
      let result = Result { () throws(CommandFailure) in try aligner.open(path) }
      // What is needed of it is in memory, or open.
      SoundFile.forget(path)
      // What else can be wrong with a file may be mended by the next time.
      let isLasting =
        switch result {
        case .success: true
        case .failure(let failure): failure.status == .invalidData && !failure.isForMemory
        }
      if isLasting { known[choice] = result }
      return try result.get()
    }
  }

  /// Of the memory, and of the disk where it was decoded, that is in use for it.
  var byteCount: Int {
    known.withLock { known in
      known.values.reduce(0) { sum, result in sum + ((try? result.get())?.byteCount ?? 0) }
    }
  }
}
