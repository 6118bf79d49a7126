// SPDX-License-Identifier: MIT

import RealModule

/// What the links of a group say of its recordings' places.
///
/// Each recording is divided at its own breaks into segments, in which its time is tᵢ = bᵢ (t + xₖ) for
/// the time t of the group's line: one clock rate a recording, one offset a segment. A stretch of a link
/// says that the moments tᵢ and tⱼ are one, so that xₗ - xₖ = tⱼ/bⱼ - tᵢ/bᵢ, and a link that the
/// difference of log bⱼ and log bᵢ is the logarithm of its ratio of clocks.
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

  /// The numbers of a recording's segments among those of all.
  func segments(of recording: Int) -> ClosedRange<Int> {
    let first = firstSegments[recording]
    return first...first + breaks.places[recording].count
  }

  /// How a recording's time follows from that of the group's line; nil where none of its segments has a
  /// place.
  func map(
    of recording: Int, _ solution: GroupSolution, falseAlarmProbability: Double
  ) -> TimeMap? {
    let rate = Double.expMinusOne(solution.logRates[recording])
    let own = breaks.places[recording]
    let stretches = (0...own.count).compactMap { segment -> TimeMap.Stretch? in
      let number = firstSegments[recording] + segment
      guard solution.isPlaced[number] else { return nil }
      let offset = solution.offsets[number]
      /// The line's time of one of the recording's.
      func lineTime(_ time: Double) -> Double { time / (1 + rate) - offset }
      // A recording in one piece is described by its delay at the line's zero.
      let start =
        own.isEmpty ? 0 : lineTime(segment == 0 ? 0 : cut(recording, segment - 1, solution).to)
      let last = own.isEmpty ? 0 : max(lastTime(recording), own[own.count - 1].to)
      let end =
        own.isEmpty
        ? 0 : lineTime(segment < own.count ? cut(recording, segment, solution).from : last)
      let delay = (1 + rate) * offset + rate * start
      return TimeMap.Stretch(
        start: start, end: max(start, end), delay: delay,
        standardError: (1 + rate)
          * solution.error(number, of: recording, at: start + delay), rate: rate,
        rateStandardError: solution.rateError(recording),
        falseAlarmProbability: falseAlarmProbability)
    }
    return stretches.isEmpty ? nil : TimeMap(stretches)
  }

  /// Between which times of a recording nothing is on the line, at one of its breaks: around the middle of
  /// where it may be, and no longer than what was inserted.
  private func cut(
    _ recording: Int, _ place: Int, _ solution: GroupSolution
  ) -> (from: Double, to: Double) {
    let before = firstSegments[recording] + place
    let middle = breaks.places[recording][place].middle
    guard solution.isPlaced[before], solution.isPlaced[before + 1] else { return (middle, middle) }
    let inserted =
      (solution.offsets[before + 1] - solution.offsets[before])
      * Double.exp(solution.logRates[recording])
    return (middle - max(0, inserted) / 2, middle + max(0, inserted) / 2)
  }

  /// The standard error of where a recording starts on the line; nil where it has no place.
  func startError(of recording: Int, _ solution: GroupSolution) -> Double? {
    segments(of: recording).first { solution.isPlaced[$0] }
      .map { solution.error($0, of: recording, at: 0) }
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
    stretches.map { stretch in
      let (first, second) = stretch.moment(rates)
      return PairwiseOffsets.Link(a: stretch.first, b: stretch.second, value: second - first)
    }
  }
}

extension GroupAlignment.Link {
  /// The difference of the logarithms of the rates.
  var clockDifference: PairwiseOffsets.Link {
    PairwiseOffsets.Link(
      a: first, b: second, value: Double.log(onePlus: estimate.drift?.rate ?? 0))
  }
}

extension GroupEquations.Stretch {
  private var map: TimeMap.Stretch { link.estimate.map.stretches[index] }

  /// When, in the first recording's time, the delay is surest: there it does not depend on the clocks.
  private var middle: Double {
    let own = map
    let points = (link.estimate.drift?.segments ?? []).filter {
      link.estimate.map.stretches.count == 1 || own.start...max(own.start, own.end) ~= $0.time
    }
    let weights = points.map { 1 / max($0.standardError * $0.standardError, 1e-300) }
    let sum = weights.reduce(0, +)
    guard sum > 0, sum.isFinite else { return (own.start + own.end) / 2 }
    return zip(points, weights).reduce(0) { $0 + $1.0.time * $1.1 } / sum
  }

  /// One moment in the times of both recordings, each divided by its clock's rate.
  func moment(_ logRates: [Double]) -> (first: Double, second: Double) {
    let time = middle
    return (
      time * Double.exp(-logRates[link.first]),
      (time + map.delay(at: time)) * Double.exp(-logRates[link.second])
    )
  }

  /// The standard error of the delay at that moment, without what the error of the rate adds where the
  /// stretch starts.
  var momentError: Double {
    let lever = map.rateStandardError * (middle - map.start)
    let square = map.standardError * map.standardError - lever * lever
    // Judged: what is left of the difference is no better known than to a tenth.
    return max(smallestDelayError, max(0, square).squareRoot(), 0.1 * map.standardError)
  }
}

/// In seconds: no estimate of real recordings is surer.
private let smallestDelayError = 1e-9
