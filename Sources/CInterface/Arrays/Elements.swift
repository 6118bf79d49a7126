// SPDX-License-Identifier: MIT

internal import COverlap
internal import ComputeSupport

/// Throws if so many bytes are not to be had. To ask takes longer than a small job does.
func requireMemory(_ byteCount: Int) throws(InterfaceError) {
  guard byteCount > 1 << 24 else { return }
  let available = availableMemory()
  guard byteCount <= available else {
    throw InterfaceError(
      OVERLAP_OUT_OF_MEMORY, "\(byteCount) bytes are needed, and \(available) are to be had")
  }
}

/// An array of `count` elements, all of which `body` writes.
func makeElements<Element>(
  _ count: Int, _ body: (inout MutableSpan<Element>) throws(InterfaceError) -> Void
) throws(InterfaceError) -> [Element] {
  try requireMemory(count * MemoryLayout<Element>.stride)
  return try makeArray(count: count, body)
}

extension Array where Element: Sendable {
  init(copying span: Span<Element>) {
    self = makeArray(count: span.count) { copyElements(span, into: &$0) }
  }
}

func copy<Element>(_ elements: [Element], into target: inout MutableSpan<Element>) {
  copyElements(elements.span, into: &target)
}

/// Memory for what is gathered or waits to be written elsewhere. The next call finds it again: fresh pages
/// would take longer than a short convolution.
struct Scratch<Element> {
  private let memory: SharedBuffer<Element>
  private let count: Int

  /// `count` elements that `body` writes.
  init(
    _ count: Int, _ body: (inout MutableSpan<Element>) throws(InterfaceError) -> Void
  ) throws(InterfaceError) {
    try requireMemory(count * MemoryLayout<Element>.stride)
    // Memory is found again by its size: parts that differ by a row are to have one.
    let step = max(1, (1 << 16) / MemoryLayout<Element>.stride)
    memory = SharedBuffer(unwritten: (count + step - 1) / step * step)
    self.count = count
    var failure: InterfaceError?
    memory.withElements(0..<count) { elements in
      do throws(InterfaceError) { try body(&elements) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  var span: Span<Element> {
    @_lifetime(borrow self)
    get { memory.span.extracting(0..<count) }
  }
}
