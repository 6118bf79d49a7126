// SPDX-License-Identifier: MIT

import Platform
import SignalFiles

/// The lines of a file or a pipe, as they come, until somebody no longer wants them.
struct LineReader: ~Copyable {
  /// The most bytes of a line: two of the longest paths of Linux, 4096 bytes, each byte escaped by six
  /// in JSON, take 49,152; the rest is for what else a line may tell.
  private static let longestLine = 1 << 20

  private let path: String
  private let descriptor: CInt
  private var block: ArraySlice<UInt8> = []
  private var rest: [UInt8] = []
  private var isAtEnd = false
  /// The bytes of the lines so far.
  private(set) var position = 0
  /// The bytes of all; nil for what has none in advance.
  let byteCount: Int?

  /// Opens a file; `-` is standard input.
  init(path: String) throws(CommandFailure) {
    let descriptor =
      unsafe path == "-" ? dup(STDIN_FILENO) : open(path.systemName, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw listFailure(path, errno) }
    var status = stat()
    let isFile = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    byteCount = isFile ? Int(status.st_size) : nil
    (self.path, self.descriptor) = (path, descriptor)
  }

  deinit { close(descriptor) }

  /// The bytes of the next line without its end; nil where there is none, or as soon as `stop` can be
  /// read from.
  mutating func next(until stop: CInt) throws(CommandFailure) -> [UInt8]? {
    while true {
      if let end = block.firstIndex(of: UInt8(ascii: "\n")) {
        let line = rest + block[..<end]
        block = block[(end + 1)...]
        rest = []
        position += line.count + 1
        return line
      }
      rest += block
      block = []
      guard rest.count <= Self.longestLine else {
        throw CommandFailure(
          .invalidData,
          "\(path): a line has more than \(Self.longestLine) bytes: not a list; check the path")
      }
      if isAtEnd {
        defer { rest = [] }
        position += rest.count
        return rest.isEmpty ? nil : rest
      }
      guard try fill(until: stop) else { return nil }
    }
  }

  private mutating func fill(until stop: CInt) throws(CommandFailure) -> Bool {
    var sources = [
      pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while unsafe poll(&sources, 2, -1) < 0 {
      guard errno == EINTR else { throw listFailure(path, errno) }
    }
    if sources[0].revents != 0 { return false }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var count: Int
    repeat {
      count = unsafe bytes.withUnsafeMutableBytes {
        unsafe read(descriptor, $0.baseAddress, $0.count)
      }
    } while count < 0 && errno == EINTR
    // A directory opens, and cannot be read.
    if count < 0 { throw listFailure(path, errno) }
    isAtEnd = count == 0
    block = bytes[..<count]
    return true
  }
}

private func listFailure(_ path: String, _ code: CInt) -> CommandFailure {
  let isMissing = [ENOENT, ENOTDIR, EISDIR].contains(code)
  return CommandFailure(
    isMissing ? .noInput : .inputOutput,
    "\(path): the list cannot be read (\(systemMessage(code))); check the path")
}
