// SPDX-License-Identifier: MIT

internal import Synchronization

/// Calls `body` on this thread and on up to `workers` - 1 others at the same time, with the number
/// of the worker and what gives it a piece of the work, 0 ..< `count`, until there is none left.
///
/// Which worker gets a piece must not show in the results' bits. A worker takes the pieces of its
/// own stretch, and then what is left of others': threads that took turns would meet in the same
/// large pages of the result, and wait for each other while the system clears them.
///
/// - Parameter isWatched: whether the pieces count for a ``WorkMonitor``, which may cancel them.
@usableFromInline package func shareWork(
  _ count: Int, among workers: Int, isWatched: Bool = true,
  _ body: @Sendable (_ worker: Int, _ next: () -> Int?) -> Void
) {
  let monitor = isWatched ? WorkMonitor.active : nil
  let isCounted = monitor?.beginLoop(count) ?? false
  defer { if isCounted { monitor?.endLoop() } }
  let workers = max(1, min(workers, count))
  let stretches =
    workers == 1
    ? []
    : (0..<workers).map { worker in
      PieceStretch((worker * count / workers)..<((worker + 1) * count / workers))
    }
  @Sendable func work(_ worker: Int) {
    var asked = 0
    body(worker) {
      // A piece is done when the next one is asked for.
      if isCounted && asked > 0 { monitor?.finishPiece(of: count) }
      asked += 1
      if monitor?.isCancelled == true { return nil }
      if workers == 1 { return asked <= count ? asked - 1 : nil }
      return takePiece(stretches, startingWith: worker)
    }
  }
  guard workers > 1 else { return work(0) }
  HelperThreads.call(helpers: min(workers, processorCount) - 1) { work($0) }
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
