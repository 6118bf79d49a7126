#if canImport(Glibc)
  internal import Glibc
#endif

/// Asks the system for large pages under memory that is about to be filled for the first time.
///
/// Each small page of fresh memory costs a fault, about half a microsecond: for long results more
/// than a fast convolution takes. Linux gives large pages of 2 MiB on request. A refusal changes
/// nothing but the speed.
package func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  #if canImport(Glibc)
    let page = 1 << 21
    guard memory.count >= page, let start = memory.baseAddress else { return }
    let address = UInt(bitPattern: start)
    let first = (address + UInt(page) - 1) & ~UInt(page - 1)
    let end = (address + UInt(memory.count)) & ~UInt(page - 1)
    guard first < end, let from = unsafe UnsafeMutableRawPointer(bitPattern: first) else { return }
    _ = unsafe madvise(from, Int(end - first), MADV_HUGEPAGE)
  #endif
}
