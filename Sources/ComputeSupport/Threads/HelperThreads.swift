// SPDX-License-Identifier: MIT

internal import Dispatch
internal import Platform
internal import Synchronization

/// Threads of Dispatch that help callers with their work, and stay awake for a moment after it.
///
/// To wake a thread takes 15 to 60 µs (a virtual machine on a Zen 4), as long as a small image's
/// filter: so a helper that is done looks out for more work before it goes to sleep, and a caller
/// for its helpers' end.
///
/// There are as many as the process has processors, less one, whatever the number of callers: more
/// would take turns on the same processors, and each would need scratch memory. Nobody waits for
/// a helper to come. A caller takes all pieces itself that no helper takes first, so that each call
/// goes on whatever the helpers are busy with, calls inside of pieces too.
package enum HelperThreads {
  /// How many helpers there are at most.
  package static let limit = processorCount - 1

  /// How many there are: called, at work, or looking out for work.
  package static var count: Int { state.withLock { $0.count } }

  /// How long to look out: some times what it takes to be woken.
  private static let patience = Duration.microseconds(200)

  private struct State {
    /// What has vacancies for helpers.
    var jobs: [SharedJob] = [] {
      didSet { HelperThreads.isHelpWanted.store(!jobs.isEmpty, ordering: .relaxed) }
    }
    /// Helpers that look out for work or are on their way.
    var free = 0
    /// All helpers: those, and those at work.
    var count = 0

    mutating func takePart() -> (job: SharedJob, number: Int)? {
      guard let job = jobs.last else { return nil }
      let number = job.admit()
      if job.vacancies == 0 { jobs.removeLast() }
      free -= 1
      return (job, number)
    }
  }

  private static let state = Mutex(State())
  /// Whether there is a job: what can be looked at again and again without the lock.
  private static let isHelpWanted = Atomic(false)

  /// Calls `body` with 0 on this thread and with 1, 2 ... on up to `helpers` others, which may come
  /// late or not at all; returns when all have returned.
  static func call(helpers: Int, _ body: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      let job = SharedJob(body, helpers: helpers)
      // A queue each: the global ones have few threads, which others' work may keep waiting.
      for _ in 0..<post(job) { DispatchQueue(label: "helper").async { serve() } }
      body(0)
      state.withLock { state in
        if job.vacancies > 0 { state.jobs.removeAll { $0 === job } }
      }
      job.awaitHelpers()
    }
  }

  /// Offers a job to those that are free, and returns how many more have to be called.
  private static func post(_ job: SharedJob) -> Int {
    guard job.vacancies > 0 else { return 0 }
    return state.withLock { state in
      state.jobs.append(job)
      let vacancies = state.jobs.reduce(0) { $0 + $1.vacancies }
      let missing = max(0, min(job.vacancies, vacancies - state.free, limit - state.count))
      state.free += missing
      state.count += missing
      return missing
    }
  }

  /// What a helper does from its call to its sleep.
  private static func serve() {
    while let (job, number) = nextJob() {
      job.run(number)
      state.withLock { $0.free += 1 }
      job.leave()
    }
  }

  private static func nextJob() -> (job: SharedJob, number: Int)? {
    while lookOut(for: { isHelpWanted.load(ordering: .relaxed) }) {
      if let found = state.withLock({ $0.takePart() }) { return found }
    }
    return state.withLock { state in
      let found = state.takePart()
      if found == nil {
        state.free -= 1
        state.count -= 1
      }
      return found
    }
  }

  /// Counts out a helper that will never be done.
  fileprivate static func loseOne() { state.withLock { $0.count -= 1 } }

  /// Waits for `condition`, not long, yielding the processor; returns whether it is true.
  fileprivate static func lookOut(for condition: () -> Bool) -> Bool {
    if condition() { return true }
    let start = ContinuousClock.now
    repeat {
      sched_yield()
      if condition() { return true }
    } while ContinuousClock.now - start < patience
    return false
  }
}

/// Work that helpers can take part in.
private final class SharedJob: @unchecked Sendable {
  // @unchecked: `vacancies` and `admitted` are used under the lock of `HelperThreads`, and `body` is
  // forgotten when no helper is left.
  private var body: (@Sendable (Int) -> Void)?
  /// How many more helpers may take part.
  private(set) var vacancies: Int
  private var admitted = 0
  /// Helpers at work, less `asleep` if the caller sleeps until there are none.
  private let working = Atomic(0)
  private let end = DispatchSemaphore(value: 0)
  private let rescue = OutOfMemory.rescue
  /// More than there are ever helpers.
  private static let asleep = 1 << 20

  init(_ body: @escaping @Sendable (Int) -> Void, helpers: Int) {
    self.body = body
    vacancies = helpers
  }

  /// Counts a helper in, and returns its number.
  func admit() -> Int {
    vacancies -= 1
    admitted += 1
    working.add(1, ordering: .relaxed)
    return admitted
  }

  func run(_ number: Int) {
    guard let rescue else {
      body?(number)
      return
    }
    OutOfMemory.$rescue.withValue(HelperRescue(rescue)) { body?(number) }
  }

  func leave() {
    let left = working.subtract(1, ordering: .acquiringAndReleasing).newValue
    if left == -Self.asleep { end.signal() }
  }

  /// Returns when no helper is at work, and forgets the work. No more may be admitted.
  func awaitHelpers() {
    if !HelperThreads.lookOut(for: { working.load(ordering: .acquiring) == 0 }) {
      let others = working.subtract(Self.asleep, ordering: .acquiringAndReleasing).oldValue
      if others > 0 { end.wait() }
    }
    body = nil
  }
}

/// What a helper does where there is no memory for its work: it stops for good, as all threads of that
/// work do, and another may take its place.
private final class HelperRescue: OutOfMemory.Rescue {
  private let rescue: any OutOfMemory.Rescue
  private let isLost = Atomic(false)

  init(_ rescue: any OutOfMemory.Rescue) { self.rescue = rescue }

  func end(_ shortage: OutOfMemory.Shortage) {
    if !isLost.exchange(true, ordering: .relaxed) { HelperThreads.loseOne() }
    rescue.end(shortage)
  }
}
