// SPDX-License-Identifier: MIT

import RealModule

/// 95 s at 44.1 kHz: more would be no surer than what clocks and rooms do to a delay. Judged.
private let segmentLimit = 64
/// The delay is found to a few samples on these. Judged.
private let locatingSegmentLimit = 6
/// So many of each stretch, however short: enough for their scatter.
private let leastSegmentCount = 8
/// A line through fewer segments than this could not leave any out.
private let driftSegmentCount = 8

/// A time map at the signals' full rates.
struct RefinedMap {
  /// One of its stretches.
  struct Stretch {
    /// In seconds of the first signal.
    var start: Double
    var end: Double
    var line: ClockModel
    /// Of the delay in the middle of the segments.
    var standardError: Double
    /// The middle of the segments that were measured.
    var middle: Double
    var polarity: Int
    /// ``DelayRefinement/ambiguity``.
    var ambiguity = 0.0
    /// ``DelayRefinement/invertedProbability``.
    var invertedProbability = 0.0
    /// The segments' own delays, where clocks were compared.
    var points: [RobustLines.Point] = []
  }

  var stretches: [Stretch]
  /// The standard error of the difference of the clocks; nil where they were not compared.
  var skewError: Double?
}

extension SearchContext {
  /// Refines a map found on the decimated signals, on segments at the full rates.
  func refine(_ map: CoarseMap, polarity: Int) throws(AlignmentError) -> RefinedMap {
    let isDrifting = options.measuresDrift || map.skew != 0
    let total = map.stretches.reduce(0) { $0 + $1.end - $1.start }
    var result = RefinedMap(stretches: [])
    for stretch in map.stretches {
      let share = Double(segmentLimit) * (stretch.end - stretch.start) / max(total, 1e-9)
      let limit = max(leastSegmentCount, Int(share.rounded(.up)))
      result.stretches.append(
        try located(stretch, polarity, limit: limit, isDrifting: isDrifting))
    }
    guard isDrifting else { return result }
    // Each round cuts the segments along better lines.
    for _ in 0..<2 {
      guard let fit = RobustLines(result.stretches.map(\.points)) else { break }
      for index in result.stretches.indices {
        var stretch = result.stretches[index]
        let middle = fit.middles[index]
        let known = middle.standardError.isFinite
        stretch.middle = known ? middle.time : stretch.middle
        let delay = known ? middle.delay : stretch.line.delay(at: stretch.middle)
        stretch.line = ClockModel(offset: delay - fit.slope * stretch.middle, skew: fit.slope)
        let share = Double(segmentLimit) * (stretch.end - stretch.start) / max(total, 1e-9)
        let limit = max(leastSegmentCount, Int(share.rounded(.up)))
        result.stretches[index] =
          try refined(stretch, limit: limit, isDrifting: true) ?? stretch
      }
      result.skewError = fit.slopeError
    }
    return result
  }

  /// Half the width in which the delay is looked for, in seconds: a narrow band's peak is wide, and a
  /// room's first reflections shift it by half a millisecond.
  private var range: Double { max(2 / band.rate, 0.0005, 0.5 / band.high) }

  /// Finds the delay of a stretch to a few samples on few segments, and refines it.
  private func located(
    _ coarse: CoarseMap.Stretch, _ polarity: Int, limit: Int, isDrifting: Bool
  ) throws(AlignmentError) -> RefinedMap.Stretch {
    var stretch = RefinedMap.Stretch(
      start: coarse.start, end: coarse.end, line: onSample(coarse.line),
      standardError: 0.5 / band.rate, middle: 0.5 * (coarse.start + coarse.end),
      polarity: polarity)
    guard
      let grid = SegmentGrid(
        self, along: stretch.line, within: stretch.start...stretch.end,
        limit: min(limit, locatingSegmentLimit))
    else { return stretch }
    let found = DelayRefinement(
      try CrossSpectra(self, grid: grid, line: stretch.line, ends: stretch.line),
      polarity: polarity, range: range, options.weighting)
    stretch.line.offset += found.offset
    stretch.polarity = found.polarity
    return try refined(stretch, limit: limit, isDrifting: isDrifting) ?? stretch
  }

  /// Segments are cut at a whole number of samples, so that equal signals give exactly zero.
  private func onSample(_ line: ClockModel) -> ClockModel {
    line.skew != 0
      ? line
      : ClockModel(offset: (line.offset * first.sampleRate).rounded() / first.sampleRate)
  }

  /// The stretch with its delay from up to `limit` segments along it; nil where none fits.
  private func refined(
    _ stretch: RefinedMap.Stretch, limit: Int, isDrifting: Bool
  ) throws(AlignmentError) -> RefinedMap.Stretch? {
    let line = onSample(stretch.line)
    guard
      let grid = SegmentGrid(
        self, along: line, within: stretch.start...stretch.end, limit: limit,
        atLeast: isDrifting ? driftSegmentCount : 1)
    else { return nil }
    let spectra = try CrossSpectra(self, grid: grid, line: line, ends: stretch.line)
    let found = DelayRefinement(
      spectra, polarity: stretch.polarity, range: range, options.weighting)
    var result = stretch
    if isDrifting {
      result.points = zip(spectra.times, found.segmentOffsets(spectra, range: range)).map {
        RobustLines.Point(
          time: $0, delay: line.delay(at: $0) + $1.offset, weight: $1.information)
      }
    }
    result.line = ClockModel(offset: line.offset + found.offset, skew: line.skew)
    result.middle = spectra.times.reduce(0, +) / Double(spectra.times.count)
    result.standardError = found.standardError
    result.polarity = found.polarity
    result.ambiguity = found.ambiguity
    result.invertedProbability = found.invertedProbability
    return result
  }
}
