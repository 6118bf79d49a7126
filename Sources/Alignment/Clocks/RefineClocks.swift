import RealModule

/// At most this many windows, 95 s at 44.1 kHz: more would not make a delay more certain than what
/// clocks and rooms do to it.
private let windowLimit = 64
/// The delay is found to a few samples on these.
private let locatingWindowLimit = 6
/// A line through fewer windows than this could not leave any out.
private let driftWindows = 8

/// Refines a line found on the decimated signals, on windows at the full rates.
///
/// - Parameter jumps: Peaks that may be right where the line is not.
func refineClocks(
  _ first: some SampleSource, _ second: some SampleSource, _ firstSamples: [Float],
  _ secondSamples: [Float], _ band: SearchBand, _ coarse: ClockLine, jumps: [LagSearch.Peak],
  _ options: AlignmentOptions, _ roles: (first: SignalRole, second: SignalRole),
  _ result: inout DelayEstimate
) throws(AlignmentError) {
  var line = coarse
  let rate = band.rate
  let polarity = result.polarity
  let (from, to) = line.overlap(first.duration, second.duration)
  result.overlap = to - from
  let course =
    result.falseAlarmProbability < 1e-3
    ? followClocks(firstSamples, secondSamples, band, line, jumps: jumps, polarity)
    : nil
  if let course {
    line = course.line
    result.pieces = course.pieces
  }
  func onSample(_ line: ClockLine) -> ClockLine {
    // Windows are cut at a whole number of samples, so that equal signals give exactly zero.
    line.slope != 0
      ? line
      : ClockLine(
        offset: (line.offset * Double(first.sampleRate)).rounded() / Double(first.sampleRate))
  }
  // The peak of a narrow band is wide: it may be off by more than a sample of the search.
  let range = max(2 / rate, 0.0005, 0.5 / band.high)
  line = onSample(line)
  let isDrifting = options.measuresDrift || line.slope != 0
  guard
    let some = WindowGrid(first, second, line: line, limit: locatingWindowLimit),
    let all = WindowGrid(
      first, second, line: line, limit: windowLimit, atLeast: isDrifting ? driftWindows : 1)
  else { return }
  let located = DelayRefinement(
    try CrossSpectra(
      first, second, grid: some, line: line, ends: line, band: options.band, roles: roles),
    polarity: polarity, range: range, options.weighting)
  line.offset += located.offset
  let fine = line
  line = onSample(line)
  var spectra = try CrossSpectra(
    first, second, grid: all, line: line, ends: fine, band: options.band, roles: roles)
  var refined = DelayRefinement(
    spectra, polarity: located.polarity, range: range, options.weighting)
  var drift: ClockDrift?
  if isDrifting, all.starts.count >= 3 {
    // Each round cuts the windows along a better line.
    for _ in 0..<2 {
      let windows = zip(spectra.times, refined.windowOffsets(spectra, range: range)).map {
        (time: $0, delay: line.delay(at: $0) + $1.offset, weight: $1.information)
      }
      guard let fit = robustLine(windows) else { break }
      line = fit.line
      drift = ClockDrift(
        rate: line.slope, standardError: fit.slopeError, delayAtStart: line.offset,
        standardErrorAtStart: fit.offsetError,
        windows: windows.filter { $0.weight > 0 }.map {
          WindowDelay(
            time: $0.time, delay: $0.delay, standardError: 1 / $0.weight.squareRoot())
        })
      guard
        let grid = WindowGrid(
          first, second, line: line, limit: windowLimit, atLeast: driftWindows)
      else { break }
      spectra = try CrossSpectra(
        first, second, grid: grid, line: line, ends: line, band: options.band, roles: roles)
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

/// The weighted line through windowed delays without those that do not belong to it.
private func robustLine(
  _ windows: [(time: Double, delay: Double, weight: Double)]
) -> (line: ClockLine, slopeError: Double, offsetError: Double)? {
  var kept = windows.filter { $0.weight > 0 }
  guard kept.count >= 3 else { return nil }
  // Theil & Sen's slope: the median over all pairs, which half of the windows cannot spoil.
  var slopes: [Double] = []
  for (index, a) in kept.enumerated() {
    for b in kept[(index + 1)...] { slopes.append((b.delay - a.delay) / (b.time - a.time)) }
  }
  let slope = slopes.sorted()[slopes.count / 2]
  let offsets = kept.map { $0.delay - slope * $0.time }
  var line = ClockLine(offset: offsets.sorted()[offsets.count / 2], slope: slope)
  var result: (line: ClockLine, slopeError: Double, offsetError: Double)?
  for _ in 0..<3 {
    let errors = kept.map {
      abs($0.delay - line.delay(at: $0.time)) * $0.weight.squareRoot()
    }
    // The median error of a normal variable is 0.6745 standard deviations.
    let scale = max(1, errors.sorted()[errors.count / 2] / 0.6745)
    kept = zip(kept, errors).filter { $0.1 <= 4 * scale }.map(\.0)
    guard kept.count >= 3, let fit = ClockLine.leastSquares(kept) else { break }
    line = fit.line
    result = (
      line, fit.slopeError * scale,
      scale
        * (fit.middleError * fit.middleError
        + fit.slopeError * fit.slopeError * fit.middle * fit.middle).squareRoot()
    )
  }
  return result
}
