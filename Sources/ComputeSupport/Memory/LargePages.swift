// SPDX-License-Identifier: MIT

internal import Platform

/// Asks the system for large pages under memory that is about to be filled for the first time: each
/// small page costs a fault, about half a microsecond. A refusal changes nothing but the speed.
@usableFromInline package func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  #if os(Linux)
    let page = 1 << 21
    guard memory.count >= page, let start = memory.baseAddress else { return }
    let address = UInt(bitPattern: start)
    let first = (address + UInt(page) - 1) & ~UInt(page - 1)
    let end = (address + UInt(memory.count)) & ~UInt(page - 1)
    guard first < end, let from = unsafe UnsafeMutableRawPointer(bitPattern: first) else { return }
    _ = unsafe madvise(from, Int(end - first), MADV_HUGEPAGE)
  #endif
}

/// Fresh pages from the system: zeros that take memory when they are first written.
@unsafe func mapPages(byteCount: Int) -> UnsafeMutableRawPointer {
  // Both C libraries of Linux, and Darwin's, know MAP_ANON.
  let pages = unsafe mmap(
    nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | Int32(MAP_ANON), -1, 0)
  guard let pages = unsafe pages, unsafe pages != MAP_FAILED else {
    OutOfMemory.end(byteCount: byteCount)
  }
  unsafe adviseLargePages(UnsafeMutableRawBufferPointer(start: pages, count: byteCount))
  return unsafe pages
}
