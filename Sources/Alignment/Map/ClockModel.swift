// SPDX-License-Identifier: MIT

/// How the time of one recording follows from that of the other: t₂ = t₁ + offset + skew · t₁.
package struct ClockModel: Sendable, Equatable {
  /// In seconds, at the first recording's time 0.
  package var offset: Double
  /// Of the second clock: positive where events come ever later in the second recording.
  package var skew: Double

  /// Creates a model.
  package init(offset: Double, skew: Double = 0) { (self.offset, self.skew) = (offset, skew) }

  /// The largest skew considered, 1100 ppm: clocks that are in order are off by up to 100.
  static var largestSkew: Double { 0.0011 }

  /// The delay at a time of the first recording.
  func delay(at time: Double) -> Double { offset + skew * time }

  /// The part of the first recording's time that the second one holds too.
  func overlap(_ first: Double, _ second: Double) -> (from: Double, to: Double) {
    let from = max(0, -offset / (1 + skew))
    return (from, max(from, min(first, (second - offset) / (1 + skew))))
  }

  /// The line with the roles of the recordings exchanged.
  var swapped: ClockModel {
    // Without a skew the sign changes and nothing else.
    skew == 0
      ? ClockModel(offset: -offset)
      : ClockModel(offset: -offset / (1 + skew), skew: -skew / (1 + skew))
  }
}

/// A delay found at one time, with its weight.
struct DelayPoint: Sendable {
  /// In seconds of the first recording.
  var time: Double
  /// In seconds.
  var delay: Double
  /// How far the peak stands out, in standard deviations.
  var score: Double
  /// The peak's sign.
  var polarity: Int
}

extension ClockModel {
  /// The line through two points with the highest sum of squared scores within `tolerance` seconds,
  /// fitted to these by least squares (RANSAC, Fischler & Bolles 1981, with every pair); the points on
  /// it and the others. Nil where no two points agree.
  static func consensus(
    _ points: [DelayPoint], tolerance: Double
  ) -> (line: ClockModel, members: [DelayPoint], others: [DelayPoint])? {
    func isMember(_ point: DelayPoint, of line: ClockModel) -> Bool {
      abs(point.delay - line.delay(at: point.time)) <= tolerance
    }
    var best: (score: Double, line: ClockModel)?
    func consider(_ line: ClockModel) {
      var score = 0.0
      for point in points where isMember(point, of: line) {
        // No single point outvotes the others.
        let height = min(point.score, 15)
        score += height * height
      }
      if best.map({ score > $0.score * 1.000_001 }) ?? true { best = (score, line) }
    }
    for point in points { consider(ClockModel(offset: point.delay)) }
    for (index, a) in points.enumerated() {
      for b in points[(index + 1)...] where b.time != a.time {
        let skew = (b.delay - a.delay) / (b.time - a.time)
        if abs(skew) <= largestSkew {
          consider(ClockModel(offset: a.delay - skew * a.time, skew: skew))
        }
      }
    }
    guard let line = best?.line else { return nil }
    let members = points.filter { isMember($0, of: line) }
    guard members.count >= 2 else { return nil }
    let fitted = leastSquares(members.map { ($0.time, $0.delay, 1) })
    return (fitted?.line ?? line, members, points.filter { !isMember($0, of: line) })
  }

  /// The weighted least-squares line through points, and the standard errors that weights of
  /// 1 / variance give; nil if all are at one time.
  static func leastSquares(
    _ points: [(time: Double, delay: Double, weight: Double)]
  ) -> (line: ClockModel, skewError: Double, middle: Double, middleError: Double)? {
    let weight = points.reduce(0) { $0 + $1.weight }
    guard weight > 0 else { return nil }
    let middle = points.reduce(0) { $0 + $1.weight * $1.time } / weight
    let mean = points.reduce(0) { $0 + $1.weight * $1.delay } / weight
    let spread = points.reduce(0) { $0 + $1.weight * ($1.time - middle) * ($1.time - middle) }
    guard spread > 0 else { return nil }
    let skew =
      points.reduce(0) { $0 + $1.weight * ($1.time - middle) * ($1.delay - mean) } / spread
    return (
      ClockModel(offset: mean - skew * middle, skew: skew), 1 / spread.squareRoot(), middle,
      1 / weight.squareRoot()
    )
  }
}
