import Platform
import SignalFiles

/// A directory of its own for one test, removed with all in it when the value ends.
final class TemporaryDirectory {
  let path: String

  init() {
    var template = Array("/tmp/overlap-test-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer {
      guard let name = $0.baseAddress, let made = unsafe mkdtemp(name) else {
        preconditionFailure("no temporary directory")
      }
      return unsafe String(cString: made)
    }
  }

  deinit {
    for name in names { unsafe unlink((path + "/" + name).systemName) }
    unsafe rmdir(path)
  }

  /// The path of a file of that name in the directory.
  func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// The names of the files in the directory.
  var names: [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(systemName: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Creates a file of the given bytes.
  func write(_ bytes: [UInt8], _ name: String) -> String {
    let file = unsafe open(self(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    precondition(file >= 0, "cannot create \(name)")
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Platform.write(file, $0.baseAddress, $0.count)
    }
    precondition(count == bytes.count, "cannot write \(name)")
    close(file)
    return self(name)
  }

  /// The bytes of a file.
  func bytes(_ name: String) -> [UInt8] {
    let file = unsafe open(self(name), O_RDONLY)
    precondition(file >= 0, "cannot open \(name)")
    defer { close(file) }
    let size = Int(lseek(file, 0, SEEK_END))
    lseek(file, 0, SEEK_SET)
    return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = unsafe read(file, buffer.baseAddress, size)
    }
  }
}
