import Platform

/// The file that libsndfile writes to, so that no failure to write gets lost: some of its encoders
/// do not report a full disk.
final class SoundOutputFile: VirtualSoundFile {
  /// Why a write failed, if one did.
  private(set) var failure: String?

  /// - Parameter descriptor: the open file, borrowed; it is empty.
  init(descriptor: CInt) { super.init(descriptor: descriptor, byteCount: 0) }

  override func write(_ buffer: UnsafeRawBufferPointer) -> Int {
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
    return unsafe Platform.write(descriptor, start, count)
  }
}
