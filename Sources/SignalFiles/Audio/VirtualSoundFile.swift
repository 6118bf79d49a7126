// SPDX-License-Identifier: MIT

import CSndfile
import Platform

/// A file that libsndfile reads or writes by way of this object.
///
/// So no failure to write gets lost: some of its encoders do not report a full disk. And a file whose
/// recorder never filled in its size is seen to have one, and read to its end. The object has to
/// outlive what ``open(_:mode:)`` returns.
final class VirtualSoundFile {
  /// The open file, borrowed.
  private let descriptor: CInt
  /// The file's size.
  private var byteCount: Int
  /// Where the next byte is read or written.
  private var position = 0
  /// What bytes are to be seen as, by their offsets.
  private let correction: [Int: UInt8]
  /// Why a write failed, if one did.
  private(set) var failure: String?

  init(descriptor: CInt, byteCount: Int = 0, correction: [Int: UInt8] = [:]) {
    self.descriptor = descriptor
    self.byteCount = byteCount
    self.correction = correction
  }

  /// Reads at the position, and goes on behind that; returns the number of bytes, 0 at the end.
  private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    let count = max(0, unsafe pread(descriptor, start, buffer.count, position))
    for (offset, byte) in correction where (position..<position + count).contains(offset) {
      unsafe buffer[offset - position] = byte
    }
    position += count
    return count
  }

  /// Writes at the position, and goes on behind that; returns the number of bytes.
  private func write(_ buffer: UnsafeRawBufferPointer) -> Int {
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

  /// Returns the new position, or -1 where there is none: offsets may be what a damaged file holds.
  private func seek(to offset: Int, whence: CInt) -> Int {
    let start = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position : byteCount
    let (target, overflows) = start.addingReportingOverflow(offset)
    guard !overflows, target >= 0 else { return -1 }
    position = target
    return position
  }

  /// Opens the file through libsndfile.
  @unsafe func open(
    _ info: inout SF_INFO, mode: Int
  ) throws(SoundLibrary.Failure) -> OpaquePointer {
    var callbacks = unsafe SF_VIRTUAL_IO(
      get_filelen: { unsafe sf_count_t(file($0).byteCount) },
      seek: { unsafe sf_count_t(file($2).seek(to: Int($0), whence: $1)) },
      read: { unsafe sf_count_t(file($2).read(into: .init(start: $0, count: max(0, Int($1))))) },
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
