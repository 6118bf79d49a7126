internal import FourierTransform

/// Numbers in memory that several workers read and write at once.
///
/// Swift's arrays cannot be written by two threads at the same time, even in different places.
/// This type can: whoever hands it to ``parallel(units:workers:_:)`` sees to it that no two units
/// write the same element and none reads what another writes. Every access is checked against the
/// size.
@safe final class Memory<Element: Sendable>: @unchecked Sendable {
  // @unchecked: see above.

  let count: Int
  private let base: UnsafeMutablePointer<Element>
  /// Nothing where the memory belongs to an array.
  private let buffer: AlignedBuffer<Element>?

  /// `count` zeros. Of long memory, pages that are never touched cost nothing.
  ///
  /// - Precondition: `Element` is a plain number, real or complex, whose zero is all bits zero.
  convenience init(zeros count: Int) { self.init(unsafe AlignedBuffer(zeros: count)) }

  /// `count` elements, all of which are written before they are read.
  convenience init(unwritten count: Int) { self.init(unsafe AlignedBuffer(uninitialized: count)) }

  /// Whether memory of `count` elements is zeros even where it is said to be unwritten.
  static func isFresh(count: Int) -> Bool { AlignedBuffer<Element>.isFresh(count: count) }

  private init(_ buffer: consuming AlignedBuffer<Element>) {
    count = buffer.count
    unsafe base = buffer.start.assumingMemoryBound(to: Element.self)
    self.buffer = consume buffer
  }

  private init(
    borrowing buffer: UnsafeMutableBufferPointer<Element>, at base: UnsafeMutablePointer<Element>
  ) {
    count = buffer.count
    unsafe self.base = base
    self.buffer = nil
  }

  /// An array of `count` elements, zero where `body` does not write them, or without these zeros if
  /// it writes all of them.
  static func array(
    count: Int, isWritten: Bool = false, _ body: (Memory<Element>) throws(LayerError) -> Void
  ) throws(LayerError) -> [Element] where Element: ExpressibleByIntegerLiteral {
    var failure: LayerError?
    let array = unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe adviseLargePages(UnsafeMutableRawBufferPointer(buffer))
      if !isWritten { unsafe buffer.initialize(repeating: 0) }
      initialized = count
      guard count > 0, let base = buffer.baseAddress else { return }
      do throws(LayerError) {
        try body(unsafe Memory(borrowing: .init(rebasing: buffer[..<count]), at: base))
      } catch {
        // Plain numbers need no initialization to be given back.
        failure = error
      }
    }
    if let failure { throw failure }
    return array
  }

  /// Calls `body` with the elements of an array, which it must not write.
  static func withBorrowed(_ array: [Element], _ body: (Memory<Element>) -> Void) {
    unsafe array.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let mutable = unsafe UnsafeMutableBufferPointer(mutating: buffer)
      unsafe body(Memory(borrowing: mutable, at: UnsafeMutablePointer(mutating: base)))
    }
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      precondition(0 <= index && index < count, "\(index) is outside 0..<\(count)")
      return unsafe base[index]
    }
    set {
      precondition(0 <= index && index < count, "\(index) is outside 0..<\(count)")
      unsafe base[index] = newValue
    }
  }

  /// The address of an element, for C, once `length` elements from it on are known to exist.
  @unsafe func address(_ offset: Int, _ length: Int) -> UnsafeMutablePointer<Element> {
    precondition(
      offset >= 0 && length >= 0 && offset <= count - length,
      "\(length) elements from \(offset) on do not fit into \(count)")
    return unsafe base + offset
  }

  /// Copies `length` elements.
  func copy(_ length: Int, from source: Span<Element>, at offset: Int, to target: Int) {
    guard length > 0 else { return }
    let part = source.extracting(offset..<offset + length)
    unsafe part.withUnsafeBufferPointer { part in
      guard let from = part.baseAddress else { return }
      unsafe address(target, length).update(from: from, count: length)
    }
  }

  /// Copies `length` elements.
  func copy(_ length: Int, from source: Memory<Element>, at offset: Int, to target: Int) {
    guard length > 0 else { return }
    unsafe address(target, length).update(from: source.address(offset, length), count: length)
  }

  /// Sets `length` elements from `offset` on.
  func fill(_ offset: Int, _ length: Int, with value: Element) {
    guard length > 0 else { return }
    unsafe address(offset, length).update(repeating: value, count: length)
  }

  /// The elements in `range`, for writing.
  func withSpan<Result>(
    _ range: Range<Int>, _ body: (inout MutableSpan<Element>) -> Result
  ) -> Result {
    let start = unsafe address(range.lowerBound, range.count)
    var span = unsafe MutableSpan(_unsafeStart: start, count: range.count)
    return body(&span)
  }
}
