/// A WAVE file whose recorder never filled in the number of bytes of samples, seen as if it had
/// filled in the largest one: libsndfile then reads to the end of the file.
final class UnfinishedWaveFile: VirtualSoundFile {
  private let sizeField: Int

  /// - Parameters:
  ///   - descriptor: the open file, borrowed.
  ///   - byteCount: the file's size.
  ///   - sizeField: the offset of the four bytes to be seen as 0xFFFFFFFF.
  init(descriptor: CInt, byteCount: Int, sizeField: Int) {
    self.sizeField = sizeField
    super.init(descriptor: descriptor, byteCount: byteCount)
  }

  override func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let start = position
    let count = unsafe super.read(into: buffer)
    for offset in sizeField..<sizeField + 4 where (start..<start + count).contains(offset) {
      unsafe buffer[offset - start] = 0xFF
    }
    return count
  }
}
