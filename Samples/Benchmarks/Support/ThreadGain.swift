/// What several threads gain over one on the same work, done in turns.
public struct ThreadGain: Sendable, Encodable {
  /// The median seconds on one thread.
  public var one: Double
  /// The median seconds on all of them.
  public var several: Double
  /// How many times as fast they are.
  public var gain: Double
  /// The turns that the medians are of.
  public var turns: Int
  /// Turns left out because the processors were not at full speed.
  public var disturbed: Int

  /// Times `one` and `several` in turns, until `turns` have found `threads` processors undisturbed
  /// or six times as many have been tried.
  ///
  /// On a host that puts two virtual processors on one core, two threads can gain nothing. Such
  /// turns say nothing of the work; they are known by a probe before and after, and are left out.
  /// If that leaves less than five, none is left out.
  public init(
    threads: Int, turns: Int, one: () throws -> Void, several: () throws -> Void
  ) rethrows {
    let (alone, together) = (ProcessorProbe(), ProcessorProbe(threads: threads))
    // Together they should take what one takes alone.
    var least = (0..<20).reduce(Double.infinity) { best, _ in min(best, alone.seconds()) }
    // The first turn prepares.
    try one()
    try several()
    var all: [(one: Double, several: Double, probe: Double)] = []
    var calm = 0
    while calm < turns && all.count < 6 * turns {
      least = min(least, alone.seconds())
      let before = together.seconds()
      let first = try ContinuousClock().measure(one) / .seconds(1)
      let second = try ContinuousClock().measure(several) / .seconds(1)
      let probe = max(before, together.seconds())
      all.append((first, second, probe))
      if probe < Self.tolerance * least { calm += 1 }
    }
    let undisturbed = all.filter { $0.probe < Self.tolerance * least }
    let used = undisturbed.count < 5 ? all : undisturbed
    self.one = median(used.map(\.one))
    self.several = median(used.map(\.several))
    gain = self.one / self.several
    self.turns = used.count
    disturbed = all.count - used.count
  }

  /// The probe varies by some percent in any case; on a shared core it takes twice as long.
  private static let tolerance = 1.15
}

/// The middle one of `values`, of which there is at least one.
public func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
