import RealModule

/// At most this many windows, 95 s at 44.1 kHz: more would not make a delay more certain than what
/// clocks and rooms do to it.
private let windowLimit = 64
/// The delay is found to a few samples on these.
private let locatingWindowLimit = 6
/// A line through fewer windows than this could not leave any out.
private let driftWindows = 8
/// A slope is taken for real from this many of its standard errors on.
private let clearSlope = 6.0

/// Refines a line found on the decimated signals, on windows at the full rates.
func refineClocks(
  _ first: some SampleSource, _ second: some SampleSource, _ firstSamples: [Float],
  _ secondSamples: [Float], _ band: SearchBand, _ coarse: ClockLine, _ options: AlignmentOptions,
  _ roles: (first: SignalRole, second: SignalRole), _ result: inout DelayEstimate
) throws(AlignmentError) {
  var line = coarse
  let rate = band.rate
  let polarity = result.polarity
  let (from, to) = line.overlap(first.duration, second.duration)
  result.overlap = to - from
  let course =
    result.falseAlarmProbability < 1e-3
    ? followClocks(firstSamples, secondSamples, band, line, duration: to - from, polarity)
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

/// Follows the delay along the overlap on the decimated signals: the line, if it has a clear slope,
/// and the pieces, if it jumps. Nil where there is nothing but one delay.
private func followClocks(
  _ first: [Float], _ second: [Float], _ band: SearchBand, _ line: ClockLine, duration: Double,
  _ polarity: Int
) -> (line: ClockLine, pieces: [AlignedPiece])? {
  let rate = band.rate
  // What clocks can do to the ends while the middle stays, and some milliseconds for small jumps.
  let reach = line.slope == 0 ? ClockLine.largestSlope * duration + 0.02 : 0.02
  // The largest of a stretch's lags is about 4 standard deviations of chance.
  let points = ClockSearch.track(
    first, second, band, line: line, reach: reach, limit: 64
  ).filter { $0.score > 6 && $0.polarity == polarity }
  // A peak's place, and what the clocks' difference smears it by within a stretch.
  let tolerance = (2 + 0.5 * abs(line.slope) * Double(ClockSearch.stretch)) / rate
  guard points.count >= 4, let (found, members) = ClockLine.consensus(points, tolerance: tolerance),
    members.count >= 4
  else { return nil }
  var pieces: [AlignedPiece] = []
  var rest = points
  var current = (line: found, members: members)
  while true {
    let own = current.members.map { rest[$0] }
    let piece = AlignedPiece(
      start: own.map(\.time).min() ?? 0, end: own.map(\.time).max() ?? 0,
      delay: own.reduce(0) { $0 + $1.delay } / Double(own.count))
    // Two delays at one time are an echo, not a jump.
    if pieces.allSatisfy({ $0.end <= piece.start || piece.end <= $0.start }) {
      pieces.append(piece)
    }
    let taken = Set(current.members)
    rest = rest.indices.filter { !taken.contains($0) }.map { rest[$0] }
    guard rest.count >= 3,
      let next = ClockLine.consensus(rest, tolerance: tolerance), next.members.count >= 3
    else { break }
    current = next
  }
  let fit = ClockLine.leastSquares(
    members.map { (points[$0].time, points[$0].delay, 1) })
  let scatter =
    members.reduce(0) {
      let error = points[$1].delay - found.delay(at: points[$1].time)
      return $0 + error * error
    } / Double(max(1, members.count - 2))
  // A fraction of a decimated sample is what a peak's place is good for at best.
  let noise = max(scatter.squareRoot(), 0.1 / rate)
  let isClear =
    fit.map { abs(found.slope) > clearSlope * noise * $0.slopeError } ?? false
  let slope = isClear || line.slope != 0 ? found : nil
  if slope == nil && pieces.count < 2 { return nil }
  let flat = members.reduce(0) { $0 + points[$1].delay } / Double(members.count)
  return (
    slope ?? ClockLine(offset: flat), pieces.count < 2 ? [] : pieces.sorted { $0.start < $1.start }
  )
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
