// SPDX-License-Identifier: MIT

import Platform
import SignalFiles

/// Whether two paths name one place, whatever way they lead there, and be there a file or not.
func isSamePlace(_ first: String, _ second: String) -> Bool {
  // By their bytes: a String takes an accent for the same whichever way it is written.
  first.fileNameBytes == second.fileNameBytes
    || place(first).fileNameBytes == place(second).fileNameBytes
}

/// Whether two paths are one name in one directory, whatever it is the name of.
func isSameName(_ first: String, _ second: String) -> Bool {
  let (a, b) = (directoryAndName(first), directoryAndName(second))
  return Array(a.name.utf8) == Array(b.name.utf8) && isSamePlace(a.directory, b.directory)
}

/// A path's directory, with its slash, or `.`, and what follows.
func directoryAndName(_ path: String) -> (directory: String, name: Substring) {
  guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
  return (String(path[...slash]), path[path.index(after: slash)...])
}

/// The path without symbolic links, `.` and `..`; as it is where even its directory does not exist.
private func place(_ path: String) -> String {
  if let whole = resolvedPath(path) { return whole }
  let (directory, name) = directoryAndName(path)
  return resolvedPath(directory).map { "\($0)/\(name)" } ?? path
}

/// Whether two paths lead to one file, by whatever links.
func isSameFile(_ first: String, _ second: String) -> Bool {
  var (a, b) = (stat(), stat())
  return unsafe stat(first.systemName, &a) == 0 && stat(second.systemName, &b) == 0
    && a.st_ino == b.st_ino && a.st_dev == b.st_dev
}

/// What the system says of a file; nil where there is none.
func fileStatus(_ path: String) -> stat? {
  var status = stat()
  return unsafe stat(path.systemName, &status) == 0 ? status : nil
}

extension stat {
  /// When the contents were changed last.
  var changeTime: timespec {
    #if canImport(Darwin)
      st_mtimespec
    #else
      st_mtim
    #endif
  }
}

/// A file as it is at one time, by one of the paths that lead to it.
struct FileIdentity: Hashable {
  private let path: [UInt8]
  private let numbers: [Int64]

  /// nil where there is no file.
  init?(_ path: String) {
    guard let status = fileStatus(path) else { return nil }
    let changed = status.changeTime
    self.path = path.fileNameBytes
    numbers = [
      Int64(truncatingIfNeeded: status.st_dev), Int64(truncatingIfNeeded: status.st_ino),
      Int64(status.st_size), Int64(changed.tv_sec), Int64(changed.tv_nsec),
    ]
  }
}

/// Whether a path is a directory in which files can be made; if not, `errno` says why.
func isWritableDirectory(_ path: String) -> Bool {
  unsafe access((path + "/.").systemName, W_OK | X_OK) == 0
}
