// SPDX-License-Identifier: MIT

import Platform

/// Files in memory, in a directory that is removed with them when the value ends.
final class MemoryFiles {
  private let directory: String

  init(named name: String) {
    // Where the system has a file system in memory, millions of files cost no wear of a disk.
    let parent = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(parent)/overlap-fuzz-\(name)-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { fatalError("no directory in \(parent)") }
    directory = String(
      decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names { unsafe unlink(path(name)) }
    unsafe rmdir(directory)
  }

  private var names: Set<String> = []

  /// The path of a file of that name.
  func path(_ name: String) -> String {
    names.insert(name)
    return directory + "/" + name
  }

  /// Makes these bytes the contents of a file, and gives its path.
  func write(_ bytes: [UInt8], _ name: String = "input") -> String {
    let path = path(name)
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Platform.write(descriptor, $0.baseAddress, $0.count)
    }
    close(descriptor)
    guard count == bytes.count else { fatalError("\(path) cannot be written") }
    return path
  }
}
