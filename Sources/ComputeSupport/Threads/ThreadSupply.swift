// SPDX-License-Identifier: MIT

internal import Dispatch
internal import Platform
internal import Synchronization

/// The threads that the system lets this process have.
package enum ThreadSupply {
  /// The most that any call uses.
  private static let most = Atomic(Int.max)

  /// Whether there are no threads beside the one that asks.
  package static var isExhausted: Bool { most.load(ordering: .relaxed) == 1 }

  static func limited(_ count: Int) -> Int { min(count, most.load(ordering: .relaxed)) }

  /// Finds out whether so many threads can be had, with some more for what is done beside the work, and
  /// lets calls do all on their own threads from now on where they cannot: Dispatch, asked for a
  /// thread, waits for it without end.
  package static func prepare(_ count: Int) {
    let beside = 4
    // All at once: each is there until the last one is.
    let isOver = DispatchSemaphore(value: 0)
    var threads: [pthread_t] = []
    for _ in 0..<(count + beside) {
      guard let thread = makeThread({ isOver.wait() }) else { break }
      threads.append(thread)
    }
    for _ in threads { isOver.signal() }
    for thread in threads { pthread_join(thread, nil) }
    if threads.count < count + beside { most.store(1, ordering: .relaxed) }
  }

  /// Starts a thread that nobody waits for; false where none is to be had.
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = makeThread(body) else { return false }
    _ = pthread_detach(thread)
    return true
  }

  private static func makeThread(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let context = unsafe Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    if unsafe pthread_create(&thread, nil, enterThread, context) == 0 { return thread }
    unsafe Unmanaged<ThreadBody>.fromOpaque(context).release()
    return nil
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

#if canImport(Darwin)
  private func enterThread(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    return nil
  }
#else
  private func enterThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context = unsafe context {
      unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    }
    return nil
  }
#endif
