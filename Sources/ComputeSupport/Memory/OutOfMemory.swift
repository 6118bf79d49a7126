internal import Synchronization

/// What happens where the system has no memory for what is computed, although whoever asked for it
/// found that there should be: a library cannot go on, and how a process ends is its owner's to say.
@usableFromInline package enum OutOfMemory {
  private static let ending = Mutex<(@Sendable (_ byteCount: Int) -> Never)?>(nil)

  /// Ends the process by `end` then, which is told how many bytes were not to be had.
  package static func handle(by end: @escaping @Sendable (_ byteCount: Int) -> Never) {
    ending.withLock { $0 = end }
  }

  static func end(byteCount: Int) -> Never {
    if let end = ending.withLock({ $0 }) { end(byteCount) }
    // As Swift's own allocations end.
    fatalError("out of memory: \(byteCount) bytes")
  }

  /// Ends the process where an array of so many bytes would find no room: to Swift, that is a trap
  /// without a word. Smaller ones than those that come straight from the system are not worth the
  /// question.
  @usableFromInline package static func check(byteCount: Int) {
    guard BufferPool.isFresh(byteCount: byteCount), byteCount > availableMemory() else { return }
    end(byteCount: byteCount)
  }
}
