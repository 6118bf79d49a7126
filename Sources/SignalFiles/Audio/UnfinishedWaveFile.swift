import CSndfile
import Glibc

/// A WAVE file whose recorder never filled in the number of bytes of samples, seen as if it had
/// filled in the largest one: libsndfile then reads to the end of the file.
///
/// It is handed to libsndfile as a virtual file, which must not outlive this object.
final class UnfinishedWaveFile {
  private let descriptor: CInt
  private let byteCount: Int
  private let sizeField: Int
  private var position = 0

  /// - Parameters:
  ///   - descriptor: the open file, borrowed.
  ///   - byteCount: the file's size.
  ///   - sizeField: the offset of the four bytes to be seen as 0xFFFFFFFF.
  init(descriptor: CInt, byteCount: Int, sizeField: Int) {
    self.descriptor = descriptor
    self.byteCount = byteCount
    self.sizeField = sizeField
  }

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
    let count = unsafe pread(descriptor, start, buffer.count, position)
    guard count > 0 else { return 0 }
    for offset in sizeField..<sizeField + 4 where (position..<position + count).contains(offset) {
      unsafe buffer[offset - position] = 0xFF
    }
    position += count
    return count
  }

  /// Opens the file through libsndfile.
  @unsafe func open(_ info: inout SF_INFO) throws(SoundLibrary.Failure) -> OpaquePointer {
    var callbacks = unsafe SF_VIRTUAL_IO(
      get_filelen: { unsafe sf_count_t(file($0).byteCount) },
      seek: { unsafe sf_count_t(file($2).seek(to: Int($0), whence: $1)) },
      read: { unsafe sf_count_t(file($2).read(into: .init(start: $0, count: Int($1)))) },
      write: { _, _, _ in 0 },
      tell: { unsafe sf_count_t(file($0).position) })
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    return unsafe try SoundLibrary.open {
      unsafe sf_open_virtual(&callbacks, CInt(SFM_READ), &info, context)
    }
  }

}

/// The object behind libsndfile's context pointer.
private func file(_ context: UnsafeMutableRawPointer?) -> UnfinishedWaveFile {
  guard let context = unsafe context else {
    preconditionFailure("libsndfile lost its file")
  }
  return unsafe Unmanaged<UnfinishedWaveFile>.fromOpaque(context).takeUnretainedValue()
}
