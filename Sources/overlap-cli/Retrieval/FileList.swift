// SPDX-License-Identifier: MIT

import Platform
import SignalFiles

/// Files that a command was given: by name, or in directories.
struct FileList {
  /// One file.
  struct File: Sendable {
    var path: String
    /// Whether it was named itself: then it is expected to hold sound.
    var isNamed: Bool
  }

  private(set) var files: [File] = []
  /// What could not be looked into.
  private(set) var failures: [CommandFailure] = []

  /// All files among and below `paths`, by name within a directory. Names that begin with a dot are left
  /// out, and directories that symbolic links lead to.
  init(_ paths: [String]) {
    for path in paths {
      if isDirectory(path) {
        add(directory: path)
      } else {
        files.append(File(path: path, isNamed: true))
      }
    }
  }

  private mutating func add(directory: String) {
    guard let stream = unsafe opendir(directory.systemName) else {
      let reason = systemMessage(errno)
      failures.append(
        CommandFailure(SignalFileError.unreadable(path: directory, reason: reason)))
      return
    }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe String(systemName: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    unsafe closedir(stream)
    names.sort { $0.fileNameBytes.lexicographicallyPrecedes($1.fileNameBytes) }
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    for path in names.map({ prefix + $0 }) {
      var status = stat()
      guard unsafe lstat(path.systemName, &status) == 0 else { continue }
      let isLink = status.st_mode & S_IFMT == S_IFLNK
      if isLink, unsafe stat(path.systemName, &status) != 0 { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR where !isLink: add(directory: path)
      case S_IFREG: files.append(File(path: path, isNamed: false))
      default: continue
      }
    }
  }
}

private func isDirectory(_ path: String) -> Bool {
  fileStatus(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
}
