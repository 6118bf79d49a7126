// SPDX-License-Identifier: MIT

import Alignment
import ComputeSupport
import Sessions
import SignalFiles

/// The recordings of a session: what each file says of itself, and the fingerprints of its sound.
struct SessionFiles: Archive {
  /// A file with sound.
  struct File: Sendable {
    /// As it was given.
    var path: String
    /// From the root on, without symbolic links.
    var absolutePath: String
    var facts: MediaFacts
    /// In seconds, of what is longest in it.
    var duration: Double
    fileprivate var parts: [IndexedPart]
  }

  /// A file that could not be read.
  struct Failure {
    var path: String
    var failure: CommandFailure
    /// Whether it was named itself.
    var isNamed: Bool
  }

  let files: [File]
  /// Those without sound that were not named themselves are not among them.
  let failures: [Failure]
  let entries: [IndexEntry]
  private let fingerprints: [Fingerprint]

  init(_ list: [FileList.File], threads: Int) {
    let cache = FingerprintCache()
    let bar = ProgressBar("Reading")
    var (files, failures): ([File], [Failure]) = ([], [])
    var known: Set<[UInt8]> = []
    var rest = list[...]
    while !rest.isEmpty {
      let some = Array(rest.prefix(4 * threads))
      rest = rest.dropFirst(some.count)
      let made = parallelMap(some.count, threads: threads) { index in
        Result { () throws(CommandFailure) in try File(path: some[index].path, cache) }
      }
      for (file, result) in zip(some, made) {
        switch result {
        case .success(let read):
          // What is named twice, or found in a directory besides, is one file.
          if known.insert(read.absolutePath.fileNameBytes).inserted { files.append(read) }
        case .failure(let failure) where file.isNamed || !failure.isAboutFormat:
          failures.append(Failure(path: file.path, failure: failure, isNamed: file.isNamed))
        case .failure: break
        }
      }
      bar.report(1 - Double(rest.count) / Double(list.count))
    }
    cache?.prune()
    (self.files, self.failures) = (files, failures)
    let parts = files.flatMap(\.parts)
    entries = parts.map(\.entry)
    fingerprints = parts.map(\.fingerprint)
  }

  func fingerprint(_ index: Int) -> Fingerprint { fingerprints[index] }

  /// The takes, in the order of the files.
  var takes: [Take] {
    files.map { file in
      var directories = file.absolutePath.split(separator: "/").map(String.init)
      let name = directories.popLast() ?? file.path
      return Take(
        directories: directories, name: name, model: file.facts.model, duration: file.duration,
        stamp: TakeStamp(
          timecode: file.facts.timecode, rate: file.facts.picture?.frameRate,
          created: file.facts.created))
    }
  }
}

extension SessionFiles.File {
  fileprivate init(path: String, _ cache: FingerprintCache?) throws(CommandFailure) {
    self.path = path
    do throws(SignalFileError) {
      facts = try MediaFacts(path: path)
    } catch {
      throw CommandFailure(error)
    }
    if let cache { parts = try cache.parts(of: path) } else { parts = try indexedParts(of: path) }
    absolutePath = parts.first?.entry.absolutePath ?? path
    duration = parts.reduce(facts.duration ?? 0) { max($0, $1.entry.start + $1.entry.duration) }
  }
}
