// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import Synchronization

/// Values that are made when they are first asked for, and then kept.
final class KeptValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let values = Mutex<[Key: Value]>([:])

  /// The value of `key`. It is made outside the lock: of two threads that both do it, the first wins.
  func value(of key: Key, _ make: () -> Value) -> Value {
    if let known = values.withLock({ $0[key] }) { return known }
    let made = make()
    // Work that has been cancelled leaves pieces out: what it made is not for others.
    guard !WorkMonitor.isCancelled else { return made }
    return values.withLock { values in
      if let known = values[key] { return known }
      values[key] = made
      return made
    }
  }
}
