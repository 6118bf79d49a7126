// SPDX-License-Identifier: MIT

internal import Platform
internal import Synchronization

/// Freed memory of long buffers, kept for the next ones of the same size: to get fresh pages from
/// the system takes as long as a convolution's transforms.
enum BufferPool {
  /// Shorter buffers are left to the allocator, which keeps them itself unless several of them reach
  /// 128 KiB; kept here from 32 KiB on they made a search for a template take 1.2 times as long (Zen 4).
  private static let leastBytes = 1 << 17
  /// What is kept at the most: a pool must not hold on to a large part of the machine.
  private static let mostBytes = 1 << 25

  private struct Contents {
    var addresses: [Int: [UInt]] = [:]
    var bytes = 0
  }

  private static let contents = Mutex(Contents())

  /// Whether memory of that size comes straight from the system, and is all zeros.
  static func isFresh(byteCount: Int) -> Bool { byteCount > mostBytes }

  /// Memory of `byteCount` unspecified bytes on a multiple of `alignment`, at most a page.
  static func take(byteCount: Int, alignment: Int) -> UnsafeMutableRawPointer {
    if isFresh(byteCount: byteCount) {
      OutOfMemory.check(byteCount: byteCount)
      return unsafe mapPages(byteCount: byteCount)
    }
    if byteCount < leastBytes {
      return UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
    }
    let kept = contents.withLock { contents -> UInt? in
      guard let address = contents.addresses[byteCount]?.popLast() else { return nil }
      contents.bytes -= byteCount
      return address
    }
    if let kept, let known = unsafe UnsafeMutableRawPointer(bitPattern: kept) {
      return unsafe known
    }
    let fresh = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
    unsafe adviseLargePages(UnsafeMutableRawBufferPointer(start: fresh, count: byteCount))
    return unsafe fresh
  }

  /// Takes back memory from ``take(byteCount:alignment:)``.
  static func giveBack(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    if isFresh(byteCount: byteCount) {
      unsafe munmap(memory, byteCount)
      return
    }
    if byteCount < leastBytes { return unsafe memory.deallocate() }
    let address = UInt(bitPattern: memory)
    let isKept = contents.withLock { contents in
      guard contents.bytes + byteCount <= mostBytes else { return false }
      contents.addresses[byteCount, default: []].append(address)
      contents.bytes += byteCount
      return true
    }
    if !isKept { unsafe memory.deallocate() }
  }
}
