// SPDX-License-Identifier: MIT

/// Memory that several threads read and write at once, each its own elements, its own or borrowed
/// from a span for a call. Unlike spans and arrays it can cross into the closures that threads run.
///
/// Whoever hands it to ``forEachPiece(_:threads:_:)`` sees to it that no piece touches an element
/// that another writes. Every access is checked against the size.
@safe @usableFromInline package struct SharedBuffer<Element>: @unchecked Sendable {
  // @unchecked: see above.

  @usableFromInline let elements: UnsafeMutableBufferPointer<Element>
  /// Keeps the memory alive; nil where it is borrowed.
  @usableFromInline let owner: Owner?

  @usableFromInline final class Owner: @unchecked Sendable {
    // @unchecked: it only ends the buffer's life.
    let buffer: AlignedBuffer<Element>
    init(_ buffer: consuming AlignedBuffer<Element>) { self.buffer = buffer }
  }

  /// `count` zeros. Of long memory, pages that are never touched cost nothing.
  ///
  /// - Precondition: `Element` is a plain number, real or complex, whose zero is all bits zero.
  package init(zeros count: Int) { self.init(unsafe AlignedBuffer(zeros: count)) }

  /// `count` elements, all of which are written before they are read.
  package init(unwritten count: Int) { self.init(unsafe AlignedBuffer(uninitialized: count)) }

  private init(_ buffer: consuming AlignedBuffer<Element>) {
    let count = buffer.count
    unsafe elements = UnsafeMutableBufferPointer(
      start: buffer.start.assumingMemoryBound(to: Element.self), count: count)
    owner = Owner(buffer)
  }

  /// Memory that is borrowed, without an owner, must outlive all uses.
  @inlinable init(_ elements: UnsafeMutableBufferPointer<Element>, owner: Owner?) {
    unsafe self.elements = elements
    self.owner = owner
  }

  @inlinable package var count: Int { unsafe elements.count }

  @inlinable @inline(__always)
  package subscript(index: Int) -> Element {
    get {
      precondition(0 <= index && index < count, "\(index) is outside 0..<\(count)")
      return unsafe elements[index]
    }
    nonmutating set {
      precondition(0 <= index && index < count, "\(index) is outside 0..<\(count)")
      unsafe elements[index] = newValue
    }
  }

  /// All elements, for reading.
  @inlinable package var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      unsafe _overrideLifetime(
        Span(_unsafeElements: UnsafeBufferPointer(elements)), borrowing: self)
    }
  }

  /// Lets `body` write the elements of `range`, which no other piece may touch.
  @inlinable package func withElements<Result>(
    _ range: Range<Int>, _ body: (inout MutableSpan<Element>) -> Result
  ) -> Result {
    var span = unsafe MutableSpan(_unsafeElements: part(range).elements)
    return body(&span)
  }

  /// Lets `body` use elements all over, such as columns, of which no other piece may touch any.
  @inlinable package func withAllElements<Result>(
    _ body: (inout MutableSpan<Element>) -> Result
  ) -> Result {
    withElements(0..<count, body)
  }

  /// The elements of `range` on their own.
  @inlinable package func part(_ range: Range<Int>) -> SharedBuffer {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count, "\(range) is outside 0..<\(count)")
    return unsafe SharedBuffer(
      UnsafeMutableBufferPointer(rebasing: elements[range]), owner: owner)
  }

  /// The address of an element, for C, once `length` elements from it on are known to exist.
  @inlinable @unsafe package func address(
    _ offset: Int, _ length: Int
  ) -> UnsafeMutablePointer<Element> {
    precondition(
      offset >= 0 && length >= 0 && offset <= count - length,
      "\(length) elements from \(offset) on do not fit into \(count)")
    guard let base = unsafe elements.baseAddress else {
      preconditionFailure("an empty buffer has no address")
    }
    return unsafe base + offset
  }

  @inlinable package func copy(
    _ length: Int, from source: Span<Element>, at offset: Int, to target: Int
  ) {
    guard length > 0 else { return }
    let part = source.extracting(offset..<offset + length)
    unsafe part.withUnsafeBufferPointer { part in
      guard let from = part.baseAddress else { return }
      unsafe address(target, length).update(from: from, count: length)
    }
  }

  @inlinable package func copy(
    _ length: Int, from source: SharedBuffer, at offset: Int, to target: Int
  ) {
    guard length > 0 else { return }
    unsafe address(target, length).update(from: source.address(offset, length), count: length)
  }

  /// Sets `length` elements from `offset` on.
  @inlinable package func fill(_ offset: Int, _ length: Int, with value: Element) {
    guard length > 0 else { return }
    unsafe address(offset, length).update(repeating: value, count: length)
  }
}

extension Span {
  /// Lets `body` read these elements from several threads. It must not write them.
  @inlinable package func withShared<Result>(
    _ body: (SharedBuffer<Element>) -> Result
  ) -> Result {
    unsafe withUnsafeBufferPointer {
      unsafe body(SharedBuffer(UnsafeMutableBufferPointer(mutating: $0), owner: nil))
    }
  }
}

extension MutableSpan {
  /// Lets `body` write these elements from several threads, each its own part.
  @inlinable package mutating func withShared<Result>(
    _ body: (SharedBuffer<Element>) -> Result
  ) -> Result {
    unsafe withUnsafeMutableBufferPointer { unsafe body(SharedBuffer($0, owner: nil)) }
  }
}
