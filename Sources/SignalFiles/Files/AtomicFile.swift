// SPDX-License-Identifier: MIT

import Platform
import Synchronization

/// A file that appears under its name only when it is complete.
///
/// It is written under a temporary name in the same directory and renamed by ``commit()``, or removed
/// when the value ends. What symbolic links point to is replaced; what is not a regular file
/// (`/dev/null`, a pipe) is written to directly.
package struct AtomicFile: ~Copyable {
  /// The name that the user gave.
  package let path: String
  package let descriptor: CInt
  private let finalPath: String
  /// nil where the file is written directly, and after the renaming.
  private var temporaryPath: String?
  /// Why the last writing failed, if one did.
  private(set) var failure: String?

  package init(path: String) throws(SignalFileError) {
    var finalPath = path
    var temporaryPath: String?
    var permissions: mode_t?
    var status = stat()
    if unsafe stat(path.systemName, &status) == 0 {
      let type = status.st_mode & S_IFMT
      if type == S_IFDIR { throw .cannotCreate(path: path, reason: "it is a directory") }
      // Renaming over a write-protected file would work, and is not what its owner meant.
      guard unsafe access(path.systemName, W_OK) == 0 else {
        throw .cannotCreate(path: path, reason: systemMessage(errno))
      }
      if type == S_IFREG {
        permissions = status.st_mode & 0o777
        finalPath = resolvedPath(path) ?? path
        temporaryPath = temporaryName(beside: finalPath)
      }
    } else if errno == ENAMETOOLONG {
      // The temporary name is a shorter one, and would work.
      throw .cannotCreate(path: path, reason: systemMessage(errno))
    } else {
      temporaryPath = temporaryName(beside: path)
    }
    let flags = temporaryPath == nil ? O_WRONLY : O_RDWR | O_CREAT | O_EXCL
    let descriptor = unsafe open((temporaryPath ?? path).systemName, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .cannotCreate(path: path, reason: systemMessage(errno)) }
    if let temporaryPath { unfinished.withLock { _ = $0.insert(temporaryPath) } }
    if let permissions { fchmod(descriptor, permissions) }
    self.path = path
    self.descriptor = descriptor
    self.finalPath = finalPath
    self.temporaryPath = temporaryPath
  }

  /// Writes elements as they are in memory: plain numbers, little-endian as the machine is.
  mutating func write<Element>(_ elements: [Element]) throws(SignalFileError) {
    if let failure = unsafe elements.withUnsafeBytes({ unsafe append($0) }) {
      throw .writeFailed(path: path, reason: failure)
    }
  }

  /// Writes all of `source` at the file's position; returns what prevented it.
  @unsafe mutating func append(_ source: UnsafeRawBufferPointer) -> String? {
    unsafe failure = writeAll(source, to: descriptor)
    return failure
  }

  /// The name that it has for now, for a program that writes it.
  package var currentPath: String { temporaryPath ?? path }

  /// Gives the file its name. Nothing can be written to it afterwards.
  package mutating func commit() throws(SignalFileError) {
    guard let name = temporaryPath else { return }
    // A name must not be on the disk before the contents are: they may not have fitted, either.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .writeFailed(path: path, reason: systemMessage(errno))
    }
    guard unsafe rename(name.systemName, finalPath.systemName) == 0 else {
      throw .cannotCreate(path: path, reason: systemMessage(errno))
    }
    temporaryPath = nil
    unfinished.withLock { _ = $0.remove(name) }
  }

  deinit {
    close(descriptor)
    guard let temporaryPath else { return }
    unsafe unlink(temporaryPath.systemName)
    unfinished.withLock { _ = $0.remove(temporaryPath) }
  }
}

/// The temporary names of files that are being written.
private let unfinished = Mutex<Set<String>>([])

/// Takes away what is being written, where the process is about to be ended from outside.
package func removeUnfinishedFiles() {
  unfinished.withLock { for path in $0 { unsafe unlink(path.systemName) } }
}

/// Writes all of `source` to an open file; returns what prevented it.
@unsafe package func writeAll(
  _ source: UnsafeRawBufferPointer, to descriptor: CInt
) -> String? {
  var done = 0
  while let start = source.baseAddress, done < source.count {
    let count = unsafe write(descriptor, start + done, source.count - done)
    if count < 0 && errno == EINTR { continue }
    if count <= 0 { return systemMessage(errno) }
    done += count
  }
  return nil
}

/// Writes a whole file of these bytes; it appears when it is complete.
package func writeFile(
  _ bytes: some Sequence<UInt8>, to path: String
) throws(SignalFileError) {
  var file = try AtomicFile(path: path)
  try file.write(Array(bytes))
  try file.commit()
}

/// A name that nobody else uses, in the same directory as `path`.
private func temporaryName(beside path: String) -> String {
  let unique = String(UInt64.random(in: 0...UInt64.max), radix: 36)
  let slash = path.lastIndex(of: "/")
  let directory = slash.map { path[...$0] } ?? ""
  var name = slash.map { path[path.index(after: $0)...] } ?? path[...]
  // File systems limit names, to 255 bytes mostly, and the longest of them is still to be written.
  while name.utf8.count > 200 { name.removeLast() }
  return "\(directory).\(name).\(unique).tmp"
}
