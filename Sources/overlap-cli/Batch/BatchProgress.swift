// SPDX-License-Identifier: MIT

import Synchronization

/// How many pairs of a batch are done, and how long the rest will take, on a terminal.
final class BatchProgress: Sendable {
  private let bar = ProgressBar("Aligning pairs", isInFront: true)
  private let start = ContinuousClock.now
  private let byteCount: Int?
  /// Where the first pair is in the list, of which pairs with results were passed over.
  private let origin = Mutex<Int?>(nil)

  /// - Parameter byteCount: Of the list, where that is known.
  init(byteCount: Int?) { self.byteCount = byteCount }

  /// Tells that `count` pairs are done, up to so many bytes of the list.
  func report(_ count: Int, position: Int) {
    let origin = origin.withLock { origin in
      defer { origin = origin ?? position }
      return origin ?? position
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    var title = "Aligning pairs: \(count), \(fixed(Double(count) / seconds, 1)) a second"
    if let byteCount, byteCount > origin, position > origin {
      let done = Double(position - origin) / Double(byteCount - origin)
      let left = Int(seconds * (1 - done) / done)
      title += ", \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
      bar.report(done)
    }
    bar.rename(title)
  }
}
