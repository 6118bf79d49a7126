// SPDX-License-Identifier: MIT

import Platform
import SignalFiles
import Synchronization

/// Files that go when the process ends, or before.
enum TemporaryFile {
  /// Where they are.
  static var directory: String { environment("TMPDIR") ?? "/tmp" }

  /// Makes an empty file, open for writing, whose name ends in `suffix`.
  static func make(
    suffix: String = ".wav"
  ) throws(SignalFileError) -> (path: String, descriptor: CInt) {
    var template = "\(directory)/overlap-XXXXXX\(suffix)".systemName
    let made = files.withLock { files -> (path: String, descriptor: CInt, code: CInt)? in
      if Leftovers.areRemoved { return nil }
      let descriptor = unsafe template.withUnsafeMutableBufferPointer { buffer -> CInt in
        guard let name = buffer.baseAddress else { return -1 }
        return unsafe mkstemps(name, CInt(suffix.utf8.count))
      }
      let code = errno
      let path = unsafe template.withUnsafeBufferPointer { buffer in
        unsafe buffer.baseAddress.map { unsafe String(systemName: $0) } ?? ""
      }
      if descriptor >= 0 { files.append(path) }
      return (path, descriptor, code)
    }
    guard let (path, descriptor, code) = made else {
      Leftovers.waitIfEnding()
      preconditionFailure("the process has not ended")
    }
    guard descriptor >= 0 else {
      throw .cannotCreate(path: path, reason: systemMessage(code))
    }
    return (path, descriptor)
  }

  /// Takes a file away; who has it open can read on.
  static func remove(_ path: String) {
    unsafe unlink(path.systemName)
    files.withLock { $0.removeAll { $0 == path } }
  }

  /// Takes all away.
  static func removeAll() { files.withLock { for file in $0 { unsafe unlink(file.systemName) } } }

  /// The number of bytes that can still be written; nil where the system does not say.
  static var freeSpace: Int? {
    var status = statvfs()
    guard unsafe statvfs(directory.systemName, &status) == 0 else { return nil }
    return Int(clamping: UInt64(status.f_bavail)).multipliedReportingOverflow(
      by: Int(status.f_frsize)
    ).partialValue
  }
}

private let files = Mutex<[String]>([])
