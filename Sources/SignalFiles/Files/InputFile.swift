// SPDX-License-Identifier: MIT

import Platform

/// An open file for reading, closed when the value ends: one that is missing, a directory, without
/// permission or empty is told apart here, as no library of a format does.
struct InputFile: ~Copyable {
  let path: String
  let descriptor: CInt
  /// The number of bytes; nil for what has none in advance, such as a pipe.
  let byteCount: Int?

  init(path: String) throws(SignalFileError) {
    // Of a pipe that nobody writes to, opening would wait for somebody.
    let descriptor = unsafe open(path.systemName, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: throw .missing(path: path)
      default: throw .unreadable(path: path, reason: systemMessage(errno))
      }
    }
    var status = stat()
    let isKnown = unsafe fstat(descriptor, &status) == 0
    let type = status.st_mode & S_IFMT
    let problem: SignalFileError? =
      if !isKnown {
        .unreadable(path: path, reason: systemMessage(errno))
      } else if type == S_IFDIR {
        .isDirectory(path: path)
      } else {
        type == S_IFREG && status.st_size == 0 ? .empty(path: path) : nil
      }
    if let problem {
      close(descriptor)
      throw problem
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = type == S_IFREG ? Int(status.st_size) : nil
  }

  deinit { close(descriptor) }

  /// The number of bytes of a file that has to have one: that is no pipe.
  func regularByteCount() throws(SignalFileError) -> Int {
    guard let byteCount else { throw .unreadable(path: path, reason: "not a regular file") }
    return byteCount
  }

  func wholeBytes() throws(SignalFileError) -> [UInt8] {
    let byteCount = try regularByteCount()
    // A file may have holes: its size is no measure of what was written.
    try requireMemory(byteCount, for: path)
    let bytes = bytes(at: 0, count: byteCount)
    guard bytes.count == byteCount else {
      throw .readFailed(path: path, reason: "\(bytes.count) of \(byteCount) bytes came")
    }
    return bytes
  }

  /// Up to `count` bytes from `offset` on: fewer at the end, none where reading or seeking fails.
  func bytes(at offset: Int, count: Int) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = unsafe fill(UnsafeMutableRawBufferPointer(buffer), from: offset)
    }
  }

  /// Fills `buffer` with the bytes from `offset` on; returns what prevented it.
  @unsafe func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> String? {
    errno = 0
    if unsafe fill(buffer, from: offset) == buffer.count { return nil }
    return errno == 0 ? "it became shorter meanwhile" : systemMessage(errno)
  }

  @unsafe private func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) -> Int {
    var done = 0
    while let start = buffer.baseAddress, done < buffer.count {
      let count = unsafe pread(descriptor, start + done, buffer.count - done, offset + done)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      done += count
    }
    return done
  }
}

/// All bytes of a file.
package func readBytes(path: String) throws(SignalFileError) -> [UInt8] {
  try InputFile(path: path).wholeBytes()
}

package func readText(path: String) throws(SignalFileError) -> String {
  let bytes = try InputFile(path: path).wholeBytes()
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw .unrecognized(path: path, expected: "a text in UTF-8")
  }
  return text
}

/// What the system says about an error number: "Permission denied".
package func systemMessage(_ code: CInt) -> String {
  guard let message = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: message)
}
