// SPDX-License-Identifier: MIT

/// Memory of its own for a fixed number of elements: it starts on a cache line, as the vector
/// kernels want it; FFTW wants 16 bytes.
@safe @usableFromInline package struct AlignedBuffer<Element>: ~Copyable, @unchecked Sendable {
  // @unchecked: the memory belongs to this value alone, which Swift's exclusivity rules guard.

  @usableFromInline let memory: UnsafeMutableBufferPointer<Element>

  /// Creates a buffer of `count` elements, each equal to `initial`.
  @inlinable package init(repeating initial: Element, count: Int) {
    unsafe self.init(uninitialized: count)
    unsafe memory.initialize(repeating: initial)
  }

  /// Creates a buffer that is written before it is read, or whose address alone is needed.
  @unsafe @usableFromInline package init(uninitialized count: Int) {
    precondition(count >= 0, "a buffer cannot have \(count) elements")
    // On a cache line, which is also the width of an AVX-512 register.
    let raw = unsafe BufferPool.take(byteCount: Self.byteCount(count), alignment: 64)
    unsafe memory = UnsafeMutableBufferPointer(
      start: raw.bindMemory(to: Element.self, capacity: max(count, 1)), count: count)
  }

  /// Creates a buffer of `count` elements whose bytes are all zero, which must be a value; of a
  /// long one, pages that are never written take no memory.
  @unsafe package init(zeros count: Int) {
    unsafe self.init(uninitialized: count)
    guard !Self.isFresh(count: count) else { return }
    unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: Self.byteCount(count))
  }

  /// Whether a new buffer of `count` elements is all zeros in any case.
  package static func isFresh(count: Int) -> Bool {
    BufferPool.isFresh(byteCount: byteCount(count))
  }

  /// Never zero, so that there always is an address to hand to C.
  @usableFromInline static func byteCount(_ count: Int) -> Int {
    max(count, 1) * MemoryLayout<Element>.stride
  }

  deinit {
    // The elements are plain numbers, which need no deinitialisation.
    guard let address = unsafe memory.baseAddress else { return }
    unsafe BufferPool.giveBack(
      UnsafeMutableRawPointer(address), byteCount: Self.byteCount(count))
  }

  @inlinable package var count: Int { unsafe memory.count }

  /// The elements, for reading.
  @inlinable package var span: Span<Element> {
    @_lifetime(borrow self)
    get {
      unsafe _overrideLifetime(Span(_unsafeElements: UnsafeBufferPointer(memory)), borrowing: self)
    }
  }

  /// The elements, for writing.
  @inlinable package var mutableSpan: MutableSpan<Element> {
    @_lifetime(&self)
    mutating get {
      unsafe _overrideLifetime(MutableSpan(_unsafeElements: memory), mutating: &self)
    }
  }

  /// The address of the first element, for C; valid while the buffer lives.
  @unsafe package var start: UnsafeMutableRawPointer {
    mutating get {
      guard let address = unsafe memory.baseAddress else {
        preconditionFailure("an aligned buffer always has an address")
      }
      return UnsafeMutableRawPointer(address)
    }
  }
}
