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
    Leftovers.waitIfEnding()
    var template = "\(directory)/overlap-XXXXXX\(suffix)".systemName
    let descriptor = unsafe template.withUnsafeMutableBufferPointer { buffer -> Int32 in
      guard let name = buffer.baseAddress else { return -1 }
      return unsafe mkstemps(name, CInt(suffix.utf8.count))
    }
    let path = unsafe template.withUnsafeBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe String(systemName: $0) } ?? ""
    }
    guard descriptor >= 0 else {
      throw .cannotCreate(path: path, reason: systemMessage(errno))
    }
    files.withLock { $0.append(path) }
    Leftovers.waitIfEnding()
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
