// SPDX-License-Identifier: MIT

import RealModule

/// Lines through groups of delays, with a slope in common and an offset each: weighted least squares
/// without what lies far off.
package struct RobustLines {
  /// A delay measured at one time.
  package struct Point: Sendable {
    package var time: Double
    package var delay: Double
    /// 1 / variance.
    package var weight: Double

    package init(time: Double, delay: Double, weight: Double) {
      (self.time, self.delay, self.weight) = (time, delay, weight)
    }
  }

  /// Where a group's line is surest: the weighted mean of its points.
  package struct Middle {
    package var time: Double
    package var delay: Double
    package var standardError: Double
  }

  package private(set) var slope: Double
  package private(set) var slopeError = Double.infinity
  package private(set) var middles: [Middle] = []

  /// nil where there are fewer than three points, or all of each group at one time.
  package init?(_ groups: [[Point]]) {
    let groups = groups.map { $0.filter { $0.weight > 0 } }
    guard let longest = groups.max(by: { $0.count < $1.count }), longest.count >= 3 else {
      return nil
    }
    slope = Self.medianSlope(longest)
    var kept = groups
    for _ in 0..<3 {
      let offsets = kept.map { group in
        let values = group.map { $0.delay - slope * $0.time }.sorted()
        return values.isEmpty ? 0 : values[values.count / 2]
      }
      let errors = zip(groups, offsets).map { group, offset in
        group.map { abs($0.delay - slope * $0.time - offset) * $0.weight.squareRoot() }
      }
      let all = errors.flatMap { $0 }.sorted()
      // The median error of a normal variable is 0.6745 standard deviations.
      let scale = max(1, all[all.count / 2] / 0.6745)
      kept = zip(groups, errors).map { group, errors in
        zip(group, errors).filter { $0.1 <= 4 * scale }.map(\.0)
      }
      guard fit(kept, scale: scale) else { break }
    }
    guard slopeError.isFinite else { return nil }
  }

  private mutating func fit(_ groups: [[Point]], scale: Double) -> Bool {
    var (spread, product) = (0.0, 0.0)
    var found: [Middle] = []
    for group in groups {
      let weight = group.reduce(0) { $0 + $1.weight }
      guard weight > 0 else {
        found.append(Middle(time: 0, delay: 0, standardError: .infinity))
        continue
      }
      let time = group.reduce(0) { $0 + $1.weight * $1.time } / weight
      let delay = group.reduce(0) { $0 + $1.weight * $1.delay } / weight
      for point in group {
        spread += point.weight * (point.time - time) * (point.time - time)
        product += point.weight * (point.time - time) * (point.delay - delay)
      }
      found.append(
        Middle(time: time, delay: delay, standardError: scale / weight.squareRoot()))
    }
    guard spread > 0 else { return false }
    (slope, slopeError, middles) = (product / spread, scale / spread.squareRoot(), found)
    return true
  }

  /// Theil & Sen's: the median over all pairs, which half of the points cannot spoil.
  private static func medianSlope(_ points: [Point]) -> Double {
    let step = (points.count + 127) / 128
    let some = stride(from: 0, to: points.count, by: step).map { points[$0] }
    var slopes: [Double] = []
    for (index, a) in some.enumerated() {
      for b in some[(index + 1)...] where b.time != a.time {
        slopes.append((b.delay - a.delay) / (b.time - a.time))
      }
    }
    return slopes.isEmpty ? 0 : slopes.sorted()[slopes.count / 2]
  }
}
