// SPDX-License-Identifier: MIT

import Platform
import Synchronization

/// The wish that work should end after what is at hand, by the first signal that ends processes; the
/// second one ends the process.
final class EndRequest: Sendable {
  /// Can be read from once there is the wish, so that whoever waits for input hears of it.
  let descriptor: CInt
  private let other: CInt
  private let received = Mutex<CInt?>(nil)

  private static let current = Mutex<EndRequest?>(nil)

  /// Takes the next signal of the process.
  static func awaitSignal() -> EndRequest {
    let request = EndRequest()
    current.withLock { $0 = request }
    return request
  }

  /// Hands a signal on to who waits for it, if anybody does.
  static func pass(_ signal: CInt) -> Bool {
    guard let request = current.withLock({ $0.take() }) else { return false }
    request.received.withLock { $0 = signal }
    close(request.other)
    return true
  }

  private init() {
    var ends: [CInt] = [-1, -1]
    _ = unsafe pipe(&ends)
    (descriptor, other) = (ends[0], ends[1])
    // Programs that are run meanwhile must not hold the other end open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  /// The signal, if one has come.
  var signal: CInt? { received.withLock(\.self) }
}
