// SPDX-License-Identifier: MIT

import ComputeSupport
import RealModule

/// The time map of two decimated signals: from a delay that some of them has, along both.
struct MapSearch {
  let signals: DecimatedPair
  let polarity: Int
  /// The number of lags that might have been found.
  let lagCount: Int
  /// How much a frequency, in Hz, counts in the evidence of stretches.
  let gain: @Sendable (Double) -> Float

  /// Windows in which an anchor is looked for.
  private static var anchorCount: Int { 24 }
  /// In seconds on each side of a break: enough for evidence far beyond any threshold. Judged.
  private static var verifiedDuration: Double { 20 }

  /// The map that follows from a line which is right somewhere; `candidates` are other lags, in
  /// samples, that may be. nil where no windows are alike at any of them.
  ///
  /// - Parameter threshold: The largest probability of a break to be none.
  func map(from line: ClockModel, candidates: [Double], threshold: Double) -> CoarseMap? {
    guard
      let tracker = DelayTracker(signals, polarity: polarity, candidates: candidates),
      let anchor = anchor(line, tracker.windowLength),
      let lines = tracker.lines(from: anchor),
      var map = CoarseMap(lines, signals, window: tracker.windowLength)
    else { return nil }
    verify(&map, threshold)
    locate(&map, window: tracker.windowLength)
    return map
  }

  /// The window along the overlap that is most alike at a line, and its lag.
  private func anchor(_ line: ClockModel, _ window: Int) -> (start: Int, lag: Double)? {
    let rate = signals.rate
    let (from, to) = signals.overlap(line)
    let available = Int((to - from) * rate) - window
    guard available >= 0 else { return nil }
    let correlator = WindowCorrelator(
      windowLength: window, lagCount: window / 2, signals.band)
    let count = min(Self.anchorCount, available / window + 1)
    let found = parallelMap(count, threads: signals.threads) {
      index -> (start: Int, lag: Double, score: Double)? in
      let start = Int(from * rate) + available * (2 * index + 1) / (2 * count)
      let lag = line.delay(at: Double(start + window / 2) / rate) * rate
      let scores = correlator.scores(
        correlator.window(signals.first, from: start), signals, from: start,
        around: Int(lag.rounded()))
      let own = scores.highest(in: scores.lags, polarity: polarity < 0 ? -1 : 1)
      return own.map { (start, $0.lag, $0.score) }
    }
    let best = found.compactMap { $0 }.max { $0.score < $1.score }
    return best.map { ($0.start, $0.lag) }
  }

  /// Sets the probabilities of breaks, and removes those that may be none, the least sure first.
  private func verify(_ map: inout CoarseMap, _ threshold: Double) {
    func bound(_ index: Int) -> Double {
      probability(map.stretches[index], map.stretches[index + 1])
    }
    var bounds = (0..<map.stretches.count - 1).map(bound)
    while let worst = bounds.indices.max(by: { bounds[$0] < bounds[$1] }),
      bounds[worst] > threshold
    {
      let shorter =
        map.stretches[worst].points.count < map.stretches[worst + 1].points.count
        ? worst : worst + 1
      let count = map.stretches.count
      map.remove(shorter, signals)
      // What is left of the breaks on both sides of what was removed.
      let removed = max(0, shorter - 1)..<min(bounds.count, shorter + 1)
      let isOne = map.stretches.count == count - 1 && removed.count == 2
      bounds.replaceSubrange(removed, with: isOne ? [bound(removed.lowerBound)] : [])
    }
    map.breaks = bounds.map {
      TimeMap.Break(from: 0, to: 0, inserted: 0, falseAlarmProbability: $0)
    }
  }

  /// A bound of the probability that the delay of either of two stretches is right in both.
  private func probability(_ earlier: CoarseMap.Stretch, _ later: CoarseMap.Stretch) -> Double {
    let chances = chances(lagCount: lagCount)
    func bound(_ stretch: CoarseMap.Stretch, _ range: ClosedRange<Double>, not other: ClockModel)
      -> Double
    {
      probabilityBound(of: support(stretch.line, in: range, against: other), chances: chances)
    }
    let before = max(earlier.start, earlier.end - Self.verifiedDuration)...earlier.end
    let after = later.start...min(later.end, later.start + Self.verifiedDuration)
    return min(1, bound(earlier, before, not: later.line) + bound(later, after, not: earlier.line))
  }

  /// The evidence for one delay against another in a part of the first signal's time.
  private func support(
    _ line: ClockModel, in range: ClosedRange<Double>, against other: ClockModel
  ) -> Double {
    let rate = signals.rate
    let start = Int(range.lowerBound * rate)
    let end = min(signals.first.count, Int(range.upperBound * rate))
    guard start < end else { return 0 }
    // The second signal on the first one's time by the one delay, and as far as to the other's.
    let middle = 0.5 * (range.lowerBound + range.upperBound)
    let step = Int(((other.delay(at: middle) - line.delay(at: middle)) * rate).rounded())
    let origin = max(0, -step)
    let second = signals.second(
      from: Double(start) + line.delay(at: Double(start) / rate) * rate
        - Double(origin) * (1 + line.skew),
      step: 1 + line.skew, count: end - start + abs(step))
    let part = DecimatedPair(
      Array(signals.first[start..<end]), second, signals.band, threads: signals.threads)
    let own = LagSearch.Peak(at: Double(origin), polarity)
    let rival = LagSearch.Peak(at: Double(origin + step), polarity)
    return MatchEvidence(part, at: own, against: rival, gain: gain).support(own)
  }

  /// Finds where the breaks are.
  private func locate(_ map: inout CoarseMap, window: Int) {
    let rate = signals.rate
    let half = Double(window) / 2
    for index in map.breaks.indices {
      let (earlier, later) = (map.stretches[index], map.stretches[index + 1])
      guard let last = earlier.points.last, let first = later.points.first else { continue }
      let inserted =
        later.line.delay(at: first.time / rate) - earlier.line.delay(at: first.time / rate)
      let gap = max(0, Int((-inserted * rate).rounded()))
      let start = max(0, Int(last.time - 2 * half))
      let end = min(signals.first.count, Int(first.time + 2 * half))
      guard start + gap < end else { continue }
      let found = BreakLocation(
        signals, in: start..<end, earlier: earlier.line, later: later.line, gap: gap,
        polarity: polarity < 0 ? -1 : 1)
      map.stretches[index].end = Double(found.place) / rate
      map.stretches[index + 1].start = Double(found.place + gap) / rate
      map.breaks[index].from = Double(found.bounds.lowerBound) / rate
      map.breaks[index].to = Double(found.bounds.upperBound + gap) / rate
      map.breaks[index].inserted = inserted
    }
  }
}

extension CoarseMap {
  /// Leaves a stretch out; neighbours at one delay become one.
  mutating func remove(_ index: Int, _ signals: DecimatedPair) {
    stretches.remove(at: index)
    if index > 0, index < stretches.count {
      let (earlier, later) = (stretches[index - 1], stretches[index])
      let step = later.line.offset - earlier.line.offset
      if abs(step) * signals.rate < 4 {
        stretches[index - 1].end = later.end
        stretches[index - 1].points += later.points
        stretches.remove(at: index)
      }
    }
  }
}
