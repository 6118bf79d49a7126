// SPDX-License-Identifier: MIT

internal import CZlib
import Platform

/// A file that is read from its start to its end, through gzip if it is compressed by it.
@safe struct CompressedFile: ~Copyable {
  let path: String
  /// The number of bytes that the file can hold at the most; nil where its own size is not known.
  let largestByteCount: Int?
  private let stream: gzFile

  init(path: String) throws(SignalFileError) {
    let input = try InputFile(path: path)
    // zlib closes the descriptor that it is given; the input keeps its own.
    let copy = fcntl(input.descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0, let stream = unsafe gzdopen(copy, "rb") else {
      throw .unreadable(path: path, reason: systemMessage(errno))
    }
    self.path = path
    // Files with holes may be of any size.
    largestByteCount = input.byteCount.map {
      let (product, overflow) = $0.multipliedReportingOverflow(by: densestDeflate)
      return overflow ? .max : product
    }
    unsafe self.stream = stream
  }

  deinit { unsafe gzclose(stream) }

  /// The next `count` bytes, or as many as are left: memory is taken as bytes arrive. What cannot be in
  /// the file is not waited for.
  func read(_ count: Int) throws(SignalFileError) -> [UInt8] {
    if let largestByteCount, count > largestByteCount {
      throw .truncated(
        path: path, expected: count, actual: largestByteCount, unit: "bytes at the most")
    }
    var bytes: [UInt8] = []
    while bytes.count < count {
      let part = min(count - bytes.count, 1 << 20)
      let chunk = unsafe [UInt8](unsafeUninitializedCapacity: part) { buffer, initialized in
        let done = unsafe gzread(stream, buffer.baseAddress, UInt32(part))
        initialized = max(0, Int(done))
      }
      try bytes.makeRoom(for: chunk.count, of: path)
      bytes += chunk
      if chunk.count < part { break }
    }
    var code: CInt = 0
    if let message = unsafe gzerror(stream, &code), code != Z_OK {
      throw .damaged(path: path, problem: unsafe String(cString: message))
    }
    return bytes
  }
}

/// Deflate shortens at most 1032 to 1 (zlib's documentation, "Technical details").
private let densestDeflate = 1032
