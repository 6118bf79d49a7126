internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Threads that help callers with their work.
///
/// The caller takes part, and waits only for helpers that have begun: one that would wake too late
/// to be of use delays nobody. A helper that has just finished looks out for more work for a moment
/// before it sleeps, because waking it takes tens of microseconds, and the steps of a convolution
/// follow each other at once.
final class HelperThreads: Sendable {
  /// One helper fewer than there are cores, but one at least.
  static let shared = HelperThreads(most: max(1, defaultThreadCount - 1))

  /// How long a helper without work looks out for more: about what waking it would take.
  fileprivate static let patience = Duration.microseconds(50)

  private struct State {
    /// Work that still wants helpers.
    var offers: [Offer] = []
    var threads = 0
    var sleepers = 0
  }

  private let most: Int
  private let state = Mutex(State())
  /// How many helpers are wanted, to be looked at without the lock.
  private let wanted = Atomic<Int>(0)
  private let sleep = DispatchSemaphore(value: 0)

  init(most: Int) { self.most = most }

  /// Calls `work` on this thread and, as long as that has not returned, on up to so many helpers;
  /// returns when all of them have.
  ///
  /// All calls share what there is to do: one that comes late must find nothing left.
  func run(helpers: Int, _ work: @Sendable () -> Void) {
    withoutActuallyEscaping(work) { work in
      unsafe withUnsafePointer(to: work) { address in
        let offer = unsafe Offer(address, helpers: min(helpers, most))
        publish(offer)
        work()
        withdraw(offer)
        offer.waitForHelpers()
      }
    }
  }

  private func publish(_ offer: Offer) {
    let (waking, starting) = state.withLock { state in
      state.offers.append(offer)
      wanted.add(offer.places, ordering: .relaxed)
      // Every helper may be busy: then the caller is alone until one is free.
      let waking = min(state.sleepers, offer.places)
      state.sleepers -= waking
      let starting = min(most - state.threads, offer.places - waking)
      state.threads += starting
      return (waking, starting)
    }
    for _ in 0..<waking { sleep.signal() }
    for _ in 0..<starting { start() }
  }

  /// What a helper does for as long as the process lives.
  private func help() {
    let clock = ContinuousClock()
    while true {
      if let offer = claim(orSleeps: false) {
        offer.help()
        continue
      }
      let end = clock.now + Self.patience
      while wanted.load(ordering: .relaxed) == 0 && clock.now < end {}
      if wanted.load(ordering: .relaxed) > 0 { continue }
      if let offer = claim(orSleeps: true) { offer.help() } else { sleep.wait() }
    }
  }

  /// A place in the first offer; where there is none the caller may count as asleep at once, so that
  /// whoever makes the next offer knows whom to wake.
  private func claim(orSleeps: Bool) -> Offer? {
    state.withLock { state in
      guard let offer = state.offers.first else {
        if orSleeps { state.sleepers += 1 }
        return nil
      }
      offer.places -= 1
      offer.claimed += 1
      wanted.subtract(1, ordering: .relaxed)
      if offer.places == 0 { state.offers.removeFirst() }
      return offer
    }
  }

  private func start() {
    let own = unsafe Unmanaged.passRetained(self).toOpaque()
    #if canImport(Glibc)
      var thread = pthread_t()
      let result = unsafe pthread_create(&thread, nil, { own in unsafe helpForever(own) }, own)
    #else
      var thread: pthread_t?
      let result = unsafe pthread_create(&thread, nil, { own in unsafe helpForever(own) }, own)
    #endif
    guard result == 0 else {
      // Without it the callers do all of their work.
      unsafe Unmanaged<HelperThreads>.fromOpaque(own).release()
      return
    }
    #if canImport(Glibc)
      pthread_detach(thread)
    #else
      if let thread = unsafe thread { unsafe pthread_detach(thread) }
    #endif
  }

  /// Takes back the places that nobody took.
  private func withdraw(_ offer: Offer) {
    state.withLock { state in
      guard offer.places > 0 else { return }
      wanted.subtract(offer.places, ordering: .relaxed)
      offer.places = 0
      state.offers.removeAll { $0 === offer }
    }
  }
}

extension HelperThreads {
  /// The body of a helper's thread.
  @unsafe fileprivate static func begin(_ own: UnsafeMutableRawPointer) {
    unsafe Unmanaged<HelperThreads>.fromOpaque(own).takeRetainedValue().help()
  }

  /// A caller's work, for as many helpers as it has places.
  @safe fileprivate final class Offer: @unchecked Sendable {
    // @unchecked: `places` and `claimed` are changed under the lock of the helpers' state, and the
    // work stays where it is until the caller has waited for all who claimed a place.
    private let work: UnsafePointer<@Sendable () -> Void>
    var places: Int
    var claimed = 0
    private let finished = Atomic<Int>(0)
    private let done = DispatchSemaphore(value: 0)

    @unsafe init(_ work: UnsafePointer<@Sendable () -> Void>, helpers: Int) {
      unsafe self.work = unsafe work
      places = helpers
    }

    func help() {
      call()
      finished.add(1, ordering: .acquiringAndReleasing)
      done.signal()
    }

    /// Nothing of the work is held when this returns.
    @inline(never) private func call() { unsafe work.pointee() }

    /// Returns when all who have claimed a place have finished: when nobody can claim one any more.
    func waitForHelpers() {
      let end = ContinuousClock.now + HelperThreads.patience
      while finished.load(ordering: .acquiring) < claimed {
        guard ContinuousClock.now > end else { continue }
        for _ in 0..<claimed { done.wait() }
        return
      }
    }
  }
}

private func helpForever(_ own: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let own = unsafe own { unsafe HelperThreads.begin(own) }
  return nil
}
