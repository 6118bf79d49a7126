// SPDX-License-Identifier: MIT

import RealModule

/// A time map as the decimated signals tell it.
struct CoarseMap: Sendable {
  /// One line of the map.
  struct Stretch: Sendable {
    /// In seconds of the first signal.
    var start: Double
    var end: Double
    /// The delay, by times of the first signal.
    var line: ClockModel
    /// The windows that it was found in.
    var points: [DelayTracker.Point]
  }

  var stretches: [Stretch]
  /// Between every two.
  var breaks: [TimeMap.Break] = []
  /// The difference of the clocks, where it is more than the windows' scatter explains; else 0.
  var skew = 0.0
  private var windowDuration = 0.0

  /// A skew is taken for real from this many of its standard errors on: of windows along hours, one in
  /// 10⁹ has it by chance.
  private static var clearSkew: Double { 6 }
  /// In samples: what the place of a peak between samples is good for at best.
  private static var peakError: Double { 0.1 }

  /// One delay all along the overlap.
  init(_ line: ClockModel, _ signals: DecimatedPair) {
    let (from, to) = signals.overlap(line)
    stretches = [Stretch(start: from, end: to, line: line, points: [])]
    skew = line.skew
  }

  /// The lines that a tracker found, but for those of few windows, on one pair of clocks; nil where
  /// there are none.
  init?(_ lines: [[DelayTracker.Point]], _ signals: DecimatedPair, window: Int) {
    let rate = signals.rate
    windowDuration = Double(window) / rate
    let lines = Self.merged(lines.filter { $0.count >= 3 }, window: window)
    guard !lines.isEmpty else { return nil }
    let weight = rate * rate / (Self.peakError * Self.peakError)
    let points = lines.map { line in
      line.map { RobustLines.Point(time: $0.time / rate, delay: $0.lag / rate, weight: weight) }
    }
    let fit = RobustLines(points)
    skew = fit.map { abs($0.slope) > Self.clearSkew * $0.slopeError ? $0.slope : 0 } ?? 0
    let slope = skew
    stretches = zip(lines, points).map { line, places in
      let offsets = places.map { $0.delay - slope * $0.time }.sorted()
      return Stretch(
        start: (line[0].time - Double(window) / 2) / rate,
        end: (line[line.count - 1].time + Double(window) / 2) / rate,
        line: ClockModel(offset: offsets[offsets.count / 2], skew: slope), points: line)
    }
    widen(signals)
  }

  /// Lines whose ends meet are one: a path that was lost and found again at the same delay.
  private static func merged(
    _ lines: [[DelayTracker.Point]], window: Int
  ) -> [[DelayTracker.Point]] {
    lines.reduce(into: []) { result, line in
      if let last = result.last?.last, let first = line.first {
        let reach = 4 + 2e-4 * (first.time - last.time)
        if abs(first.lag - last.lag) <= reach {
          result[result.count - 1] += line
          return
        }
      }
      result.append(line)
    }
  }

  /// The first and the last stretch reach as far as both signals do.
  private mutating func widen(_ signals: DecimatedPair) {
    let last = stretches.count - 1
    stretches[0].start = min(
      stretches[0].start, max(0, signals.overlap(stretches[0].line).from))
    stretches[last].end = max(stretches[last].end, signals.overlap(stretches[last].line).to)
    for index in stretches.indices {
      let (from, to) = signals.overlap(stretches[index].line)
      stretches[index].start = max(from, stretches[index].start)
      stretches[index].end = min(to, max(stretches[index].start, stretches[index].end))
    }
  }

  /// How long, in seconds, the windows are together in which the map was found.
  var coverage: Double {
    windowDuration * Double(stretches.reduce(0) { $0 + $1.points.count })
  }

  /// Whether a line is near the map somewhere.
  func holds(_ line: ClockModel, rate: Double) -> Bool {
    stretches.contains { stretch in
      stretch.points.contains {
        abs($0.lag - line.delay(at: $0.time / rate) * rate) < Self.reach
      }
    }
  }

  /// In samples; lines that windows of some thousand samples tell of are as exact.
  private static var reach: Double { 8 }
}
