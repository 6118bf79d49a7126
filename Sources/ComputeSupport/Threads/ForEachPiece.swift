// SPDX-License-Identifier: MIT

/// Calls `body` once for each piece 0 ..< `count`, on up to `threads` threads.
///
/// Each thread makes itself scratch memory and takes the next piece whenever it is free, which must
/// not show in the results' bits. Cancelled work leaves the rest out; see ``WorkMonitor``.
@inlinable
package func forEachPiece<Scratch: ~Copyable>(
  _ count: Int, threads: Int, scratch: @Sendable () -> Scratch,
  _ body: @Sendable (Int, inout Scratch) -> Void
) {
  shareWork(count, among: threads) { _, next in
    guard let first = next() else { return }
    var own = scratch()
    body(first, &own)
    while let piece = next() { body(piece, &own) }
  }
}

/// Calls `body` once for each piece 0 ..< `count`, on up to `threads` threads, with the number of
/// the thread, 0 ..< `threads`: for scratch memory that outlives the call.
@inlinable
package func forEachPiece(
  _ count: Int, threads: Int, _ body: @Sendable (_ piece: Int, _ thread: Int) -> Void
) {
  shareWork(count, among: threads) { thread, next in
    while let piece = next() { body(piece, thread) }
  }
}
