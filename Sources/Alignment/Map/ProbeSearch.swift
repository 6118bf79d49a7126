// SPDX-License-Identifier: MIT

import ComputeSupport
import RealModule

/// Where short windows of one signal are found in the other, whatever their clocks and breaks are:
/// the starts of time maps where no delay is right for long enough to show in the correlation of all.
enum ProbeSearch {
  /// At 1000 ppm the delay changes by 8 samples within it: a peak of √8192 / 8 = 11 deviations.
  private static var windowLength: Int { 8192 }
  private static var windowCount: Int { 24 }
  /// Peaks of each window.
  private static var peakCount: Int { 2 }
  /// How far a window's delay may be from a line, in decimated samples.
  private static var tolerance: Double { 8 }

  /// A window that is no more alike somewhere than the best of so many chances would be this often starts
  /// no map: a pass over both recordings is not worth it. Judged.
  private static var likelyChance: Double { 0.1 }

  /// A place from which a map may start.
  struct Start {
    var line: ClockModel
    var polarity: Int
  }

  /// The line that most windows lie on, and the windows that are more alike by themselves than by
  /// chance, the most so first; in O(n log b) for n samples and blocks of b.
  static func starts(
    _ signals: DecimatedPair, lags: ClosedRange<Int>, count: Int
  ) -> [Start] {
    let (first, second, rate) = (signals.first, signals.second, signals.rate)
    let length = min(windowLength, min(first.count, second.count) / 5)
    guard length >= 256 else { return [] }
    let probes = min(windowCount, first.count / length)
    let starts = (0..<probes).map { ($0 * 2 + 1) * (first.count - length) / (2 * probes) }
    let correlator = WindowCorrelator(
      windowLength: length, lagCount: 3 * length, signals.band)
    let probeSpectra = starts.map { correlator.window(first, from: $0) }
    // Blocks of the second signal; each is compared with all probes.
    let hop = correlator.lagCount
    let blocks = (second.count + length + hop - 1) / hop
    let found = parallelMap(blocks, threads: signals.threads) { block -> [DelayPoint?] in
      let position = block * hop - length
      let spectrum = correlator.spectrum(second, from: position)
      return zip(starts, probeSpectra).map { start, probe in
        guard position - start + hop > lags.lowerBound, position - start < lags.upperBound,
          let peak = correlator.scores(probe, from: start, in: spectrum, from: position)
            .peaks(1, spacing: 1, polarity: 0).first,
          lags.contains(Int(peak.lag.rounded()))
        else { return nil }
        return DelayPoint(
          time: (Double(start) + Double(length) / 2) / rate, delay: peak.lag / rate,
          score: peak.score, polarity: peak.polarity < 0 ? -1 : 1)
      }
    }
    let points = starts.indices.flatMap { probe in
      found.compactMap { $0[probe] }.sorted { $0.score > $1.score }.prefix(peakCount)
    }
    var result: [Start] = []
    if let (line, members, _) = ClockModel.consensus(points, tolerance: tolerance / rate),
      members.count >= 3
    {
      let sign = members.reduce(0) { $0 + $1.polarity }
      result.append(Start(line: line, polarity: sign < 0 ? -1 : 1))
    }
    // Every lag, with either sign, of every window; of a normal variable (as ``chances(lagCount:)``).
    let chances = 2 * Double(probes) * Double(lags.count)
    let least = highestByChance(of: chances / likelyChance)
    let likely = points.filter { $0.score > least }
    for point in likely.sorted(by: { $0.score > $1.score }) where result.count < count {
      let isNew = result.allSatisfy {
        abs($0.line.delay(at: point.time) - point.delay) > tolerance / rate
      }
      if isNew {
        result.append(Start(line: ClockModel(offset: point.delay), polarity: point.polarity))
      }
    }
    return result
  }
}
