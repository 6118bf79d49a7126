import ComputeSupport

/// What spectral lines that both signals hold do to the evidence of a match.
extension MatchEvidence {
  /// Other lags that are looked at: they tell a standard deviation to 1 / √(2 · 32), an eighth.
  private static var spreadCount: Int { 32 }
  /// How far they are from the lag and from one another, in seconds: farther than a room's first
  /// reflections, and not in step with mains of 50 or 60 Hz. Judged.
  private static var spreadDistance: Double { 0.15 }
  private static var spreadStep: Double { 0.0431 }

  /// The root of the mean square of T at lags on both sides of one, of that kind of evidence of which
  /// it is larger, and 1 at the least: T over this is what T would be if the cells were independent.
  package static func spread(
    _ signals: DecimatedPair, around lag: Int, gain: @Sendable (Double) -> Float
  ) -> Double {
    func overlap(_ lag: Int) -> Int { signals.overlap(at: lag).count }
    let lags = (0..<spreadCount).map { index in
      let distance = spreadDistance + spreadStep * Double(index / 2)
      return lag + Int(distance * signals.rate) * (index.isMultiple(of: 2) ? 1 : -1)
    }.filter { overlap($0) >= overlap(lag) / 2 }
    let found = parallelMap(lags.count, threads: signals.threads) { index in
      MatchEvidence(signals, at: LagSearch.Peak(at: Double(lags[index]), 1), gain: gain).kinds
    }.filter { !$0.isEmpty }
    guard let kindCount = found.first?.count else { return 1 }
    return (0..<kindCount).reduce(1.0) { largest, kind in
      let squares = found.reduce(0) { $0 + $1[kind] * $1[kind] }
      return max(largest, (squares / Double(found.count)).squareRoot())
    }
  }
}
