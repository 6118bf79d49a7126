// SPDX-License-Identifier: MIT

/// Counts the frames of a stream without time stamps, with those that were lost: by where the others lie
/// in the file.
///
/// A frame takes as many bytes as others, exactly so at a constant bit rate. Where a decoder finds
/// damage, and the next frame lies further on than one does from another, what lies between them was
/// as many frames as would fill it.
struct ByteClock {
  private var start = 0
  private var count = 0
  /// Of the frames that follow one another, the first bytes of which are `bytes` apart in all.
  private var (frames, bytes) = (0, 0)
  private var lastPosition: Int?
  private var longest = 0
  private var isDamaged = false

  /// Tells that the decoder found damage behind the last frame.
  mutating func markDamage() { isDamaged = true }

  /// Takes the next frame: its time stamp and its length, in samples, and where in the file it lies.
  ///
  /// - Returns: Its time, in samples from that of the first one's stamp.
  mutating func add(stamp: Int?, count frameLength: Int, position: Int?) -> Int {
    if count == 0 { start = stamp ?? 0 }
    if let lastPosition, let position, position > lastPosition {
      if !isDamaged {
        frames += 1
        bytes += position - lastPosition
      } else if bytes > 0 {
        let mean = Double(bytes) / Double(frames)
        let passed = (Double(position - lastPosition) / mean).rounded()
        // More are no loss, but a position that is wrong: days of sound.
        if 1...0x1p24 ~= passed { count += (Int(passed) - 1) * longest }
      }
    }
    isDamaged = false
    lastPosition = position
    longest = max(longest, frameLength)
    defer { count += frameLength }
    return start + count
  }
}
