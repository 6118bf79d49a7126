// SPDX-License-Identifier: MIT

import Platform
import SignalFiles

func isPipe(_ path: String) -> Bool {
  var status = stat()
  guard unsafe stat(path.systemName, &status) == 0 else { return false }
  return [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
}

/// Copies all that comes out of a pipe to a temporary file.
func spooled(_ path: String) throws(SignalFileError) -> String {
  let source = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC)
  guard source >= 0 else {
    throw .unreadable(path: path, reason: systemMessage(errno))
  }
  defer { close(source) }
  let (target, descriptor) = try TemporaryFile.make()
  defer { close(descriptor) }
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe block.withUnsafeMutableBytes {
      unsafe read(source, $0.baseAddress, $0.count)
    }
    if count == 0 { return target }
    if count < 0 {
      if errno == EINTR { continue }
      throw .readFailed(path: path, reason: systemMessage(errno))
    }
    guard write(block[..<count], to: descriptor) else {
      throw .writeFailed(path: target, reason: systemMessage(errno))
    }
  }
}
