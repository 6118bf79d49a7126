import CSndfile
import Platform

/// A file that libsndfile reads or writes by way of this object.
///
/// The object has to outlive what ``open(_:mode:)`` returns.
class VirtualSoundFile {
  /// The open file, borrowed.
  let descriptor: CInt
  /// The file's size.
  final var byteCount: Int
  /// Where the next byte is read or written.
  final var position = 0

  init(descriptor: CInt, byteCount: Int) {
    self.descriptor = descriptor
    self.byteCount = byteCount
  }

  /// Reads at the position, and goes on behind what is read.
  ///
  /// - Returns: The number of bytes, 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    let count = max(0, unsafe pread(descriptor, start, buffer.count, position))
    position += count
    return count
  }

  /// Writes at the position; a file that is only read has no room for anything.
  ///
  /// - Returns: The number of bytes.
  func write(_ buffer: UnsafeRawBufferPointer) -> Int { 0 }

  private func seek(to offset: Int, whence: CInt) -> Int {
    switch whence {
    case SEEK_SET: position = offset
    case SEEK_CUR: position += offset
    default: position = byteCount + offset
    }
    return position
  }

  /// Opens the file through libsndfile.
  @unsafe final func open(
    _ info: inout SF_INFO, mode: Int
  ) throws(SoundLibrary.Failure) -> OpaquePointer {
    var callbacks = unsafe SF_VIRTUAL_IO(
      get_filelen: { unsafe sf_count_t(file($0).byteCount) },
      seek: { unsafe sf_count_t(file($2).seek(to: Int($0), whence: $1)) },
      read: { unsafe sf_count_t(file($2).read(into: .init(start: $0, count: Int($1)))) },
      write: { unsafe sf_count_t(file($2).write(.init(start: $0, count: Int($1)))) },
      tell: { unsafe sf_count_t(file($0).position) })
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    return unsafe try SoundLibrary.open {
      unsafe sf_open_virtual(&callbacks, CInt(mode), &info, context)
    }
  }
}

/// The object behind libsndfile's context pointer.
private func file(_ context: UnsafeMutableRawPointer?) -> VirtualSoundFile {
  guard let context = unsafe context else {
    preconditionFailure("libsndfile lost its file")
  }
  return unsafe Unmanaged<VirtualSoundFile>.fromOpaque(context).takeUnretainedValue()
}
