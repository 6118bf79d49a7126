// SPDX-License-Identifier: MIT

internal import Synchronization

/// What the process planned last: lengths that follow from the data are too many to keep them all, and
/// to plan one takes as long as to execute it several times.
private let recentPlans = Mutex(RecentPlans())

private struct RecentPlans {
  private struct Key: Hashable {
    let type: ObjectIdentifier
    let length: Int
  }

  private struct Entry {
    let transform: any Sendable
    var lastUse: Int
  }

  private var entries: [Key: Entry] = [:]
  private var useCount = 0
  /// The lengths of all entries together.
  private var sampleCount = 0

  /// More than one alignment plans. Judged.
  private static var mostEntries: Int { 64 }
  /// FFTW keeps about one complex number a sample for the twiddle factors: 64 MB in single precision.
  private static var mostSamples: Int { 1 << 23 }

  mutating func find<Element>(_ length: Int) -> DiscreteTransform<Element>? {
    let key = Key(type: ObjectIdentifier(Element.self), length: length)
    useCount += 1
    guard let found = entries[key]?.transform as? DiscreteTransform<Element> else { return nil }
    entries[key]?.lastUse = useCount
    return found
  }

  mutating func insert<Element>(_ transform: DiscreteTransform<Element>) {
    let key = Key(type: ObjectIdentifier(Element.self), length: transform.length)
    guard transform.length <= Self.mostSamples, entries[key] == nil else { return }
    entries[key] = Entry(transform: transform, lastUse: useCount)
    sampleCount += transform.length
    while entries.count > Self.mostEntries || sampleCount > Self.mostSamples,
      let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
    {
      entries[oldest] = nil
      sampleCount -= oldest.length
    }
  }
}

extension DiscreteTransform {
  /// The process's own transform of `length` if that is one of the lengths asked for last, else a new
  /// one by an estimate: for lengths that follow from the data. For a bounded set of them see
  /// ``shared(length:rigor:)``.
  ///
  /// - Throws: ``TransformError/invalidLength(_:)`` if `length` is below 1.
  package static func recent(length: Int) throws(TransformError) -> Self {
    if let known: Self = recentPlans.withLock({ $0.find(length) }) { return known }
    // Planned outside of the lock: others may go on.
    let made = try Self(length: length)
    recentPlans.withLock { $0.insert(made) }
    return made
  }
}
