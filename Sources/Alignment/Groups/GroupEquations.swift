import RealModule

/// What the links of a group say of its recordings' places.
///
/// Each recording is divided at its own breaks into segments, in which its time is tᵢ = aₖ + bᵢ · t for
/// the time t of the group's line: one clock rate a recording, one offset a segment. A stretch of a link,
/// tⱼ = α + β · tᵢ, says that log bⱼ - log bᵢ = log β, and that aₗ/bⱼ - aₖ/bᵢ = α/bⱼ.
struct GroupEquations {
  /// One stretch of a link.
  struct Stretch {
    var link: GroupAlignment.Link
    /// The number of the link.
    var number: Int
    /// Which of the link's stretches it is.
    var index: Int
    /// The segments of the two recordings, among those of all.
    var (first, second): (Int, Int)
  }

  /// The recordings' breaks.
  let breaks: RecordingBreaks
  /// The number of the first segment of each recording among those of all, and their count.
  let firstSegments: [Int]
  let segmentCount: Int
  var stretches: [Stretch] = []

  init(count: Int, _ links: [GroupAlignment.Link]) {
    breaks = RecordingBreaks(count: count, links)
    var firstSegments = [0]
    for own in breaks.segmentCounts { firstSegments.append(firstSegments.last! + own) }
    segmentCount = firstSegments.removeLast()
    self.firstSegments = firstSegments
    for (number, link) in links.enumerated() {
      let map = link.estimate.map
      for (index, (first, second)) in zip(map.stretches, map.inverse.stretches).enumerated() {
        stretches.append(
          Stretch(
            link: link, number: number, index: index,
            first: firstSegments[link.first]
              + breaks.segment(of: link.first, from: first.start, to: first.end),
            second: firstSegments[link.second]
              + breaks.segment(of: link.second, from: second.start, to: second.end)))
      }
    }
  }

  /// How a recording's time follows from that of the group's line, by a solution for the places; nil
  /// where none of its segments has a place.
  func map(
    of recording: Int, _ solution: (values: [Double], deviations: [Double]), _ isPlaced: [Bool],
    logRate: Double, rateError: Double, falseAlarmProbability: Double
  ) -> TimeMap? {
    let scale = Double.exp(logRate)
    let rate = Double.expMinusOne(logRate)
    let own = breaks.places[recording]
    let stretches = (0...own.count).compactMap { segment -> TimeMap.Stretch? in
      let number = firstSegments[recording] + segment
      guard isPlaced[number] else { return nil }
      let offset = solution.values[number] * scale
      /// The line's time of one of the recording's.
      func lineTime(_ time: Double) -> Double { (time - offset) / scale }
      // A recording in one piece is described by its delay at the line's zero.
      let start = own.isEmpty ? 0 : lineTime(segment == 0 ? 0 : own[segment - 1].to)
      let end =
        own.isEmpty
        ? 0
        : lineTime(segment < own.count ? own[segment].from : max(lastTime(recording), own.last!.to))
      return TimeMap.Stretch(
        start: start, end: max(start, end), delay: offset + rate * start,
        standardError: solution.deviations[number] * scale, rate: rate,
        rateStandardError: rateError, falseAlarmProbability: falseAlarmProbability)
    }
    return stretches.isEmpty ? nil : TimeMap(stretches)
  }

  /// The last time of a recording that a link tells of.
  private func lastTime(_ recording: Int) -> Double {
    stretches.reduce(0) { latest, stretch in
      let own = stretch.link.estimate.map.stretches[stretch.index]
      if stretch.link.first == recording { return max(latest, own.end) }
      if stretch.link.second == recording { return max(latest, own.otherEnd) }
      return latest
    }
  }

  /// The differences of the segments' places, for the logarithms of the rates that were settled on.
  func places(_ rates: [Double]) -> [PairwiseOffsets.Link] {
    stretches.map { $0.placeDifference(rates) }
  }
}

extension GroupAlignment.Link {
  /// The difference of the logarithms of the rates.
  var clockDifference: PairwiseOffsets.Link {
    let error = max(estimate.drift?.standardError ?? unmeasuredDrift, smallestDriftError)
    return PairwiseOffsets.Link(
      a: first, b: second, value: Double.log(onePlus: estimate.drift?.rate ?? 0),
      weight: 1 / (error * error))
  }
}

extension GroupEquations.Stretch {
  fileprivate func placeDifference(_ rates: [Double]) -> PairwiseOffsets.Link {
    let estimate = link.estimate
    let stretch = estimate.map.stretches[index]
    let skew = Double.expMinusOne(rates[link.second] - rates[link.first])
    // Where a stretch is measured the delay does not depend on the skew.
    var delay = stretch.delay
    if estimate.map.stretches.count > 1 {
      let middle = (stretch.start + stretch.end) / 2
      delay = stretch.delay(at: middle) - skew * middle
    } else if let drift = estimate.drift {
      let times = drift.segments.map(\.time)
      let middle = times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count)
      delay = drift.delayAtStart + (drift.rate - skew) * middle
    }
    let scale = Double.exp(-rates[link.second])
    let error = max(stretch.standardError, smallestDelayError) * scale
    return PairwiseOffsets.Link(
      a: first, b: second, value: delay * scale, weight: 1 / (error * error))
  }
}

extension PairwiseOffsets {
  /// Adds what is known of the rates of recordings before they are compared: those of one clock are nearly
  /// the same, and no clock is far from the true time.
  ///
  /// - Parameter clocks: The clock of each recording, from 0 on.
  mutating func add(clocks: [Int]) {
    let first = count
    let trueTime = first + (clocks.max() ?? -1) + 1
    count = trueTime + 1
    for (recording, clock) in clocks.enumerated() {
      links.append(
        Link(a: first + clock, b: recording, value: 0, weight: 1 / (clockWander * clockWander)))
    }
    for clock in first..<trueTime {
      links.append(
        Link(a: trueTime, b: clock, value: 0, weight: 1 / (clockTolerance * clockTolerance)))
    }
  }
}

/// By so much the rate of one clock changes with temperature from one take to another: a tuning-fork or
/// AT-cut crystal by about 1 ppm over some degrees. Judged.
private let clockWander = 1e-6
/// The tolerance of the crystals that recorders have: 20 to 50 ppm.
private let clockTolerance = 5e-5
/// Clocks that are in order are off by up to 100 ppm.
private let unmeasuredDrift = 1e-4
/// No clock is known to be the same as another.
private let smallestDriftError = 1e-10
/// In seconds: no estimate of real recordings is surer.
private let smallestDelayError = 1e-9
