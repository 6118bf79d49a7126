import ComputeSupport
import RealModule

/// Finds recordings whose clocks differ too much for one correlation, by short segments on a line.
enum SkewSearch {
  /// At 1000 ppm the delay changes by 8 samples within it: a peak of √8192 / 8 = 11 deviations.
  static var segmentLength: Int { 8192 }
  /// Judged, as are the other numbers here; the run Drift holds them.
  private static var probeCount: Int { 24 }
  private static var candidateCount: Int { 2 }
  /// How far a segment's delay may be from the line, in decimated samples.
  private static var tolerance: Double { 8 }
  /// Fewer segments than this agree by chance.
  private static var smallestAgreement: Int { 5 }

  /// Searches every lag for segments of the first signal, and for a line that they lie on, in
  /// O(n log b) for n samples and blocks of b.
  static func search(_ signals: DecimatedPair, lags: ClosedRange<Int>) -> Found? {
    let (first, second, rate) = (signals.first, signals.second, signals.rate)
    guard min(first.count, second.count) >= smallestAgreement * segmentLength else { return nil }
    let probes = min(probeCount, first.count / segmentLength)
    let starts = (0..<probes).map { ($0 * 2 + 1) * (first.count - segmentLength) / (2 * probes) }
    let correlator = LocalCorrelator(
      segmentLength: segmentLength, lagCount: 3 * segmentLength, signals.band)
    // Blocks of the second signal; each is compared with all probes.
    let hop = correlator.lagCount
    let delays = Double(lags.lowerBound) / rate...Double(lags.upperBound) / rate
    let blocks = (second.count + segmentLength + hop - 1) / hop
    let found = parallelMap(blocks, threads: signals.threads) { block -> [DelayPoint?] in
      let position = block * hop - segmentLength
      let spectrum = correlator.spectrum(second, from: position, isSegment: false)
      return starts.map { start in
        guard position - start + hop > lags.lowerBound, position - start < lags.upperBound else {
          return nil
        }
        let point = correlator.match(first, from: start, in: spectrum, from: position)
        return delays.contains(point.delay) ? point : nil
      }
    }
    let points = starts.indices.flatMap { probe in
      found.compactMap { $0[probe] }.sorted { $0.score > $1.score }.prefix(candidateCount)
    }
    let width = tolerance / rate
    guard let consensus = ClockModel.consensus(points, tolerance: width) else { return nil }
    var line = consensus.line
    // What the tolerance explains is no skew.
    let times = Set(consensus.members.map(\.time))
    if let start = times.min(), let end = times.max(), abs(line.skew) * (end - start) < width {
      let delays = consensus.members.map(\.delay).sorted()
      line = ClockModel(offset: delays[delays.count / 2])
    }
    guard times.count >= smallestAgreement else { return nil }
    let sum = consensus.members.reduce(0) { $0 + $1.polarity }
    // Two segments give the line; each other falls upon it by the tolerance's share of all lags.
    let share = min(1, 2 * (tolerance + 1) * Double(candidateCount) / Double(lags.count))
    let pairs = Double(points.count * points.count)
    let span = 2 * ClockModel.largestSkew * Double(first.count) / Double(lags.count)
    var choices = 1.0
    for index in 0..<times.count - 2 {
      choices *= Double(probes - 2 - index) / Double(index + 1)
    }
    let bound =
      pairs * min(1, span * Double(candidateCount)) * choices * Double.pow(share, times.count - 2)
    return Found(
      line: line, polarity: sum < 0 ? -1 : 1,
      falseAlarmProbability: max(smallestProbability, min(1, bound)),
      peakRatio: peakRatio(consensus.members, others: consensus.others, tolerance: width))
  }

  /// A line that segments lie on.
  struct Found {
    var line: ClockModel
    var polarity: Int
    /// A bound of the probability that segments of unrelated signals lie on any line.
    var falseAlarmProbability: Double
    /// How well the line's segments fit on it, over how well they fit on another.
    var peakRatio: Double
  }

  private static func peakRatio(
    _ members: [DelayPoint], others: [DelayPoint], tolerance: Double
  ) -> Double {
    let times = Set(members.map(\.time))
    let next = ClockModel.consensus(others, tolerance: tolerance)?.members ?? []
    let other = next.filter { times.contains($0.time) }.reduce(0) { $0 + $1.score }
    let sum = members.reduce(0) { $0 + $1.score }
    return other > 0 ? min(largestPeakRatio, sum / other) : largestPeakRatio
  }

  /// The best delays of segments all along the overlap by any of `lines`, within `reach` seconds of
  /// the first or ``jumpReach`` of another.
  static func track(
    _ signals: DecimatedPair, lines: [ClockModel], reach: Double, limit: Int
  ) -> [DelayPoint] {
    let rate = signals.rate
    let overlaps = lines.map(signals.overlap)
    let from = overlaps.map(\.from).min() ?? 0
    let available = Int(((overlaps.map(\.to).max() ?? 0) - from) * rate)
    // At least eight segments, of 50 ms at the least, to tell a skew from a jump.
    let segmentLength = min(Self.segmentLength, available / 8)
    guard segmentLength >= max(256, Int(0.05 * rate)) else { return [] }
    let count = min(limit, available / segmentLength)
    let origin = Int(from * rate)
    var points: [DelayPoint] = []
    for (number, line) in lines.enumerated() {
      let lagReach = max(8, Int(((number == 0 ? reach : jumpReach) * rate).rounded(.up)))
      let correlator = LocalCorrelator(
        segmentLength: segmentLength, lagCount: 2 * lagReach + 1, signals.band)
      let found = parallelMap(count, threads: signals.threads) { index in
        let start = origin + (available - segmentLength) * index / max(1, count - 1)
        let time = (Double(start) + Double(segmentLength) / 2) / rate
        let lag = Int((line.delay(at: time) * rate).rounded()) - correlator.lagCount / 2
        let spectrum = correlator.spectrum(signals.second, from: start + lag, isSegment: false)
        return correlator.match(signals.first, from: start, in: spectrum, from: start + lag)
      }
      points =
        number == 0 ? found : zip(points, found).map { $1.score > farther * $0.score ? $1 : $0 }
    }
    return points
  }

  /// By this factor a delay farther away has to be better: bars of music are alike. Judged.
  private static var farther: Double { 1.2 }

  /// What is left to be found of a delay that is known but for clocks, in seconds.
  static var jumpReach: Double { 0.02 }
}
