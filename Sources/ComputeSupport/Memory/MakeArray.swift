// SPDX-License-Identifier: MIT

/// An array of `count` plain numbers, all of which `body` writes. To fill a long one with zeros
/// first would take as long as a fast convolution.
@inlinable package func makeArray<Element, Failure: Error>(
  count: Int, _ body: (inout MutableSpan<Element>) throws(Failure) -> Void
) throws(Failure) -> [Element] {
  OutOfMemory.check(byteCount: count * MemoryLayout<Element>.stride)
  var failure: Failure?
  let array = unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
    unsafe adviseLargePages(UnsafeMutableRawBufferPointer(buffer))
    var span = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    // Plain numbers need no initialization to be given back, where `body` fails.
    initialized = count
    do throws(Failure) { try body(&span) } catch { failure = error }
  }
  if let failure { throw failure }
  return array
}

/// An array of `count` numbers, zero where `body` does not write; without zeros if it writes all.
@inlinable package func makeSharedArray<Element, Failure: Error>(
  count: Int, isWritten: Bool = false, _ body: (SharedBuffer<Element>) throws(Failure) -> Void
) throws(Failure) -> [Element] where Element: ExpressibleByIntegerLiteral {
  try makeArray(count: count) { span throws(Failure) in
    var failure: Failure?
    span.withShared { shared in
      if !isWritten { shared.fill(0, count, with: 0) }
      guard count > 0 else { return }
      do throws(Failure) { try body(shared) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
