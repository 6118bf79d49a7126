internal import Synchronization

/// Calls `body` on this thread and on up to `workers` - 1 others at the same time, each time with
/// another number of a worker, 0 ..< `workers`, and what gives it a piece of the work, 0 ..< `count`,
/// until there is none left.
///
/// Each piece is given to one worker. What a piece computes must not depend on which that is, so that
/// results have the same bits on any number of threads.
///
/// A worker first takes the pieces of a stretch of its own, and then helps the others with what is
/// left of theirs. Threads that took turns would meet in the same large pages of the result, and
/// wait for each other while the system clears them.
@usableFromInline package func shareWork(
  _ count: Int, among workers: Int,
  _ body: @Sendable (_ worker: Int, _ next: () -> Int?) -> Void
) {
  let workers = min(workers, count)
  guard workers > 1 else {
    var pieces = (0..<max(count, 0)).makeIterator()
    return body(0) { pieces.next() }
  }
  let stretches = (0..<workers).map { worker in
    PieceStretch((worker * count / workers)..<((worker + 1) * count / workers))
  }
  HelperThreads.call(helpers: min(workers, processorCount) - 1) { worker in
    body(worker) { takePiece(stretches, startingWith: worker) }
  }
}

/// Pieces of work in a row, each of which one thread takes.
private final class PieceStretch: Sendable {
  private let next: Atomic<Int>
  private let end: Int

  init(_ pieces: Range<Int>) {
    next = Atomic(pieces.lowerBound)
    end = pieces.upperBound
  }

  func take() -> Int? {
    let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
    return piece < end ? piece : nil
  }
}

/// The next piece of the thread's own stretch, or of the first after it that has one left.
private func takePiece(_ stretches: [PieceStretch], startingWith own: Int) -> Int? {
  for offset in stretches.indices {
    if let piece = stretches[(own + offset) % stretches.count].take() { return piece }
  }
  return nil
}
