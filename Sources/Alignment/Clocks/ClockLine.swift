/// How the time of one recording follows from that of the other: t₂ = t₁ + offset + slope · t₁.
struct ClockLine: Sendable, Equatable {
  /// In seconds, at the first recording's time 0.
  var offset: Double
  /// Of the second clock: positive where events come ever later in the second recording.
  var slope: Double = 0

  /// The largest slope considered, 1100 ppm: clocks that are in order are off by up to 100.
  static var largestSlope: Double { 0.0011 }

  /// The delay at a time of the first recording.
  func delay(at time: Double) -> Double { offset + slope * time }

  /// The part of the first recording's time that the second one holds too.
  func overlap(_ first: Double, _ second: Double) -> (from: Double, to: Double) {
    let from = max(0, -offset / (1 + slope))
    return (from, max(from, min(first, (second - offset) / (1 + slope))))
  }

  /// The line with the roles of the recordings exchanged.
  var swapped: ClockLine {
    // Without a slope the sign changes and nothing else.
    slope == 0
      ? ClockLine(offset: -offset)
      : ClockLine(offset: -offset / (1 + slope), slope: -slope / (1 + slope))
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

extension ClockLine {
  /// The line that most points agree on: of all lines through two of the points, the one with the
  /// highest sum of squared scores within `tolerance` seconds, fitted to these by least squares
  /// (RANSAC, Fischler & Bolles 1981, with every pair instead of random ones).
  ///
  /// - Returns: The line and the indices of the points on it; nil where no two points agree.
  static func consensus(
    _ points: [DelayPoint], tolerance: Double
  ) -> (line: ClockLine, members: [Int])? {
    var best: (score: Double, line: ClockLine)?
    func consider(_ line: ClockLine) {
      var score = 0.0
      for point in points where abs(point.delay - line.delay(at: point.time)) <= tolerance {
        // No single point outvotes the others.
        let height = min(point.score, 15)
        score += height * height
      }
      if best.map({ score > $0.score * 1.000_001 }) ?? true { best = (score, line) }
    }
    for point in points { consider(ClockLine(offset: point.delay)) }
    for (index, a) in points.enumerated() {
      for b in points[(index + 1)...] where b.time != a.time {
        let slope = (b.delay - a.delay) / (b.time - a.time)
        if abs(slope) <= largestSlope {
          consider(ClockLine(offset: a.delay - slope * a.time, slope: slope))
        }
      }
    }
    guard let best else { return nil }
    let members = points.indices.filter {
      abs(points[$0].delay - best.line.delay(at: points[$0].time)) <= tolerance
    }
    guard members.count >= 2 else { return nil }
    let fitted = leastSquares(members.map { (points[$0].time, points[$0].delay, 1) })
    return (fitted?.line ?? best.line, members)
  }

  /// The weighted least-squares line through points, and the standard errors that weights of
  /// 1 / variance give; nil if all are at one time.
  static func leastSquares(
    _ points: [(time: Double, delay: Double, weight: Double)]
  ) -> (line: ClockLine, slopeError: Double, middle: Double, middleError: Double)? {
    let weight = points.reduce(0) { $0 + $1.weight }
    guard weight > 0 else { return nil }
    let middle = points.reduce(0) { $0 + $1.weight * $1.time } / weight
    let mean = points.reduce(0) { $0 + $1.weight * $1.delay } / weight
    let spread = points.reduce(0) { $0 + $1.weight * ($1.time - middle) * ($1.time - middle) }
    guard spread > 0 else { return nil }
    let slope =
      points.reduce(0) { $0 + $1.weight * ($1.time - middle) * ($1.delay - mean) } / spread
    return (
      ClockLine(offset: mean - slope * middle, slope: slope), 1 / spread.squareRoot(), middle,
      1 / weight.squareRoot()
    )
  }
}
