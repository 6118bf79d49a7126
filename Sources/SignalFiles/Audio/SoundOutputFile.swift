import CSndfile
import Glibc

/// The file that libsndfile writes to, so that no failure to write gets lost: some of its encoders
/// do not report a full disk.
///
/// It is handed to libsndfile as a virtual file, which must not outlive this object.
final class SoundOutputFile {
  private let descriptor: CInt
  private var byteCount = 0
  private var position = 0
  /// Why a write failed, if one did.
  private(set) var failure: String?

  /// - Parameter descriptor: the open file, borrowed; it is empty.
  init(descriptor: CInt) { self.descriptor = descriptor }

  func seek(to offset: Int, whence: CInt) -> Int {
    switch whence {
    case SEEK_SET: position = offset
    case SEEK_CUR: position += offset
    default: position = byteCount + offset
    }
    return position
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    let count = max(0, unsafe pread(descriptor, start, buffer.count, position))
    position += count
    return count
  }

  func write(_ buffer: UnsafeRawBufferPointer) -> Int {
    var done = 0
    while let start = buffer.baseAddress, done < buffer.count, failure == nil {
      let count = unsafe put(start + done, buffer.count - done)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 {
        failure = systemMessage(errno)
      } else {
        done += count
        position += count
      }
    }
    byteCount = max(byteCount, position)
    return done
  }

  /// Writes at the position; in devices and pipes, which have none, at the end.
  @unsafe private func put(_ start: UnsafeRawPointer, _ count: Int) -> Int {
    let written = unsafe pwrite(descriptor, start, count, position)
    guard written < 0, errno == ESPIPE, position == byteCount else { return written }
    return unsafe Glibc.write(descriptor, start, count)
  }

  /// Opens the file through libsndfile.
  @unsafe func open(_ info: inout SF_INFO) throws(SoundLibrary.Failure) -> OpaquePointer {
    var callbacks = unsafe SF_VIRTUAL_IO(
      get_filelen: { unsafe sf_count_t(file($0).byteCount) },
      seek: { unsafe sf_count_t(file($2).seek(to: Int($0), whence: $1)) },
      read: { unsafe sf_count_t(file($2).read(into: .init(start: $0, count: Int($1)))) },
      write: { unsafe sf_count_t(file($2).write(.init(start: $0, count: Int($1)))) },
      tell: { unsafe sf_count_t(file($0).position) })
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    return unsafe try SoundLibrary.open {
      unsafe sf_open_virtual(&callbacks, CInt(SFM_WRITE), &info, context)
    }
  }
}

/// The object behind libsndfile's context pointer.
private func file(_ context: UnsafeMutableRawPointer?) -> SoundOutputFile {
  guard let context = unsafe context else {
    preconditionFailure("libsndfile lost its file")
  }
  return unsafe Unmanaged<SoundOutputFile>.fromOpaque(context).takeUnretainedValue()
}
