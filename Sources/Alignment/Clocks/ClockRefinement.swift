import RealModule

/// 95 s at 44.1 kHz: more would be no surer than what clocks and rooms do to a delay. Judged.
private let segmentLimit = 64
/// The delay is found to a few samples on these. Judged.
private let locatingSegmentLimit = 6
/// A line through fewer segments than this could not leave any out.
private let driftSegmentCount = 8
/// Judged: of matches that are no surer than this, jumps and skews would be chance.
private let trackableProbability = 1e-3

extension SearchContext {
  /// Refines a line found on the decimated signals, on segments at the full rates; the peaks `jumps`
  /// may be right where the line is not.
  func refine(
    _ coarse: ClockModel, jumps: [LagSearch.Peak], _ result: inout DelayEstimate
  ) throws(AlignmentError) {
    var line = coarse
    let (from, to) = line.overlap(first.duration, second.duration)
    result.overlap = to - from
    let tracked =
      result.falseAlarmProbability < trackableProbability
      ? trackSkew(signals, line, jumps: jumps, polarity: result.polarity) : nil
    if let tracked {
      line = tracked.line
      result.pieces = tracked.pieces
    }
    func onSample(_ line: ClockModel) -> ClockModel {
      // Segments are cut at a whole number of samples, so that equal signals give exactly zero.
      line.skew != 0
        ? line
        : ClockModel(offset: (line.offset * first.sampleRate).rounded() / first.sampleRate)
    }
    // A narrow band's peak is wide, and a room's first reflections shift it by half a millisecond.
    let range = max(2 / band.rate, 0.0005, 0.5 / band.high)
    line = onSample(line)
    let isDrifting = options.measuresDrift || line.skew != 0
    guard
      let some = SegmentGrid(self, along: line, limit: locatingSegmentLimit),
      let all = SegmentGrid(
        self, along: line, limit: segmentLimit, atLeast: isDrifting ? driftSegmentCount : 1)
    else { return }
    let located = DelayRefinement(
      try CrossSpectra(self, grid: some, line: line, ends: line),
      polarity: result.polarity, range: range, options.weighting)
    line.offset += located.offset
    let fine = line
    line = onSample(line)
    var spectra = try CrossSpectra(self, grid: all, line: line, ends: fine)
    var refined = DelayRefinement(
      spectra, polarity: located.polarity, range: range, options.weighting)
    var drift: ClockDrift?
    if isDrifting, all.starts.count >= 3 {
      // Each round cuts the segments along a better line.
      for _ in 0..<2 {
        let segments = zip(spectra.times, refined.segmentOffsets(spectra, range: range)).map {
          (time: $0, delay: line.delay(at: $0) + $1.offset, weight: $1.information)
        }
        guard let fit = robustLine(segments) else { break }
        line = fit.line
        drift = ClockDrift(
          rate: line.skew, standardError: fit.skewError, delayAtStart: line.offset,
          standardErrorAtStart: fit.offsetError,
          segments: segments.filter { $0.weight > 0 }.map {
            ClockDrift.Segment(
              time: $0.time, delay: $0.delay, standardError: 1 / $0.weight.squareRoot())
          })
        guard
          let grid = SegmentGrid(
            self, along: line, limit: segmentLimit, atLeast: driftSegmentCount)
        else { break }
        spectra = try CrossSpectra(self, grid: grid, line: line, ends: line)
        refined = DelayRefinement(
          spectra, polarity: refined.polarity, range: range, options.weighting)
      }
    }
    line.offset += refined.offset
    drift?.delayAtStart = line.offset
    result.drift = drift
    result.delay = drift == nil ? line.offset : line.delay(at: (from + to) / 2)
    result.standardError = refined.standardError
    result.polarity = refined.polarity
  }
}

/// The weighted line through segmented delays without those that do not belong to it.
private func robustLine(
  _ segments: [(time: Double, delay: Double, weight: Double)]
) -> (line: ClockModel, skewError: Double, offsetError: Double)? {
  var kept = segments.filter { $0.weight > 0 }
  guard kept.count >= 3 else { return nil }
  // Theil & Sen's skew: the median over all pairs, which half of the segments cannot spoil.
  var skews: [Double] = []
  for (index, a) in kept.enumerated() {
    for b in kept[(index + 1)...] { skews.append((b.delay - a.delay) / (b.time - a.time)) }
  }
  let skew = skews.sorted()[skews.count / 2]
  let offsets = kept.map { $0.delay - skew * $0.time }
  var line = ClockModel(offset: offsets.sorted()[offsets.count / 2], skew: skew)
  var result: (line: ClockModel, skewError: Double, offsetError: Double)?
  for _ in 0..<3 {
    let errors = kept.map { abs($0.delay - line.delay(at: $0.time)) * $0.weight.squareRoot() }
    // The median error of a normal variable is 0.6745 standard deviations.
    let scale = max(1, errors.sorted()[errors.count / 2] / 0.6745)
    kept = zip(kept, errors).filter { $0.1 <= 4 * scale }.map(\.0)
    guard kept.count >= 3, let fit = ClockModel.leastSquares(kept) else { break }
    line = fit.line
    result = (
      line, fit.skewError * scale,
      scale
        * (fit.middleError * fit.middleError
        + fit.skewError * fit.skewError * fit.middle * fit.middle).squareRoot()
    )
  }
  return result
}
