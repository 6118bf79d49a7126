// Judged, as is all here. A skew is taken for real from this many of its standard errors on.
private let clearSkew = 6.0
/// Segments that are looked at along the overlap.
private let segmentLimit = 64
/// The largest of a segment's lags is about 4 standard deviations of chance.
private let smallestScore = 6.0

/// Follows the delay along the overlap: the line, if it has a clear skew, and the pieces, if it jumps
/// to some of the peaks `jumps`; nil where there is nothing but one delay.
func trackSkew(
  _ signals: DecimatedPair, _ line: ClockModel, jumps: [LagSearch.Peak], polarity: Int
) -> (line: ClockModel, pieces: [DelayEstimate.Piece])? {
  let rate = signals.rate
  let (from, to) = signals.overlap(line)
  // What clocks can do to the ends while the middle stays, and some milliseconds for small jumps.
  let reach =
    line.skew == 0
    ? ClockModel.largestSkew * (to - from) + SkewSearch.jumpReach : SkewSearch.jumpReach
  // Of repetitions, those nearest to the line are tried first.
  let others = jumps.map { ClockModel(offset: $0.position / rate, skew: line.skew) }.sorted {
    abs($0.offset - line.offset) < abs($1.offset - line.offset)
  }
  let points = SkewSearch.track(
    signals, lines: [line] + others, reach: reach, limit: segmentLimit
  ).filter { $0.score > smallestScore && $0.polarity == polarity }
  // A peak's place, and what the clocks' difference smears it by within a segment.
  let tolerance = (2 + 0.5 * abs(line.skew) * Double(SkewSearch.segmentLength)) / rate
  func inPieces(_ pieces: [DelayEstimate.Piece], _ flat: ClockModel) -> [DelayEstimate.Piece] {
    let coherence = PhaseCoherence(signals)
    let found = pieces.count > 1 ? pieces : halves(flat, jumps, coherence, rate, polarity)
    let fine = PhaseCoherence(signals, longestBlock: 512)
    return found.count > 1 ? divided(found, coherence, fine, rate, polarity) : []
  }
  guard points.count >= 4,
    let (found, members, outliers) = ClockModel.consensus(points, tolerance: tolerance),
    members.count >= 4
  else {
    let pieces = line.skew == 0 ? inPieces([], line) : []
    return pieces.count > 1 ? (line, pieces) : nil
  }
  var pieces: [DelayEstimate.Piece] = []
  var (own, rest) = (members, outliers)
  while own.count >= 3 {
    let piece = DelayEstimate.Piece(
      start: own.map(\.time).min() ?? 0, end: own.map(\.time).max() ?? 0,
      delay: own.reduce(0) { $0 + $1.delay } / Double(own.count))
    // Two delays at one time are an echo, not a jump.
    if pieces.allSatisfy({ $0.end <= piece.start || piece.end <= $0.start }) {
      pieces.append(piece)
    }
    guard let next = ClockModel.consensus(rest, tolerance: tolerance) else { break }
    (own, rest) = (next.members, next.others)
  }
  let fit = ClockModel.leastSquares(members.map { ($0.time, $0.delay, 1) })
  let scatter =
    members.reduce(0) {
      let error = $1.delay - found.delay(at: $1.time)
      return $0 + error * error
    } / Double(max(1, members.count - 2))
  // A fraction of a decimated sample is what a peak's place is good for at best.
  let noise = max(scatter.squareRoot(), 0.1 / rate)
  let isClear = fit.map { abs(found.skew) > clearSkew * noise * $0.skewError } ?? false
  let skew = isClear || line.skew != 0 ? found : nil
  let flat = ClockModel(offset: members.reduce(0) { $0 + $1.delay } / Double(members.count))
  if skew == nil { pieces = inPieces(pieces, flat) }
  if skew == nil && pieces.count < 2 { return nil }
  return (skew ?? flat, pieces.count < 2 ? [] : pieces.sorted { $0.start < $1.start })
}

/// The two pieces of the first jump that is one, where segments are too faint to be followed.
private func halves(
  _ line: ClockModel, _ jumps: [LagSearch.Peak], _ coherence: PhaseCoherence, _ rate: Double,
  _ polarity: Int
) -> [DelayEstimate.Piece] {
  let best = LagSearch.Peak(at: line.offset * rate, polarity)
  for other in jumps {
    guard let jump = PeakComparison(coherence, best, other).jump else { continue }
    let peaks = jump.isFirstBefore ? (best, other) : (other, best)
    let start = coherence.overlap(lag: peaks.0.lag, by: .first).lowerBound
    let end = coherence.overlap(lag: peaks.1.lag, by: .first).upperBound
    // The place is good to some blocks.
    let margin = (end - start) / 8
    return [
      DelayEstimate.Piece(
        start: Double(start) / rate, end: Double(max(start, jump.place - margin)) / rate,
        delay: peaks.0.position / rate),
      DelayEstimate.Piece(
        start: Double(min(end, jump.place + margin)) / rate, end: Double(end) / rate,
        delay: peaks.1.position / rate),
    ]
  }
  return []
}

/// The pieces whose delay is clearly another than the first's; `fine` tells the places of the jumps.
private func divided(
  _ pieces: [DelayEstimate.Piece], _ coherence: PhaseCoherence, _ fine: PhaseCoherence,
  _ rate: Double, _ polarity: Int
) -> [DelayEstimate.Piece] {
  func peak(_ piece: DelayEstimate.Piece) -> LagSearch.Peak {
    LagSearch.Peak(at: piece.delay * rate, polarity)
  }
  var result = pieces.indices.filter {
    $0 == 0 || PeakComparison(coherence, peak(pieces[0]), peak(pieces[$0])).jumpRatio != nil
  }.map { pieces[$0] }.sorted { $0.start < $1.start }
  for index in result.indices.dropFirst() {
    let range = Int(result[index - 1].end * rate)..<Int(result[index].start * rate)
    func values(_ piece: DelayEstimate.Piece) -> [Double] {
      fine.blocks(of: peak(piece), by: .first, over: range, count: 1024).map { $0?.value ?? 0 }
    }
    let (before, after) = (values(result[index - 1]), values(result[index]))
    guard !before.isEmpty else { continue }
    let width = Double(range.count) / Double(before.count)
    let jump = jumpPlace(before, after)
    result[index - 1].end += Double(jump.end) * width / rate
    result[index].start -= Double(after.count - jump.start) * width / rate
  }
  if let first = result.first, let last = result.last {
    let start = coherence.overlap(lag: peak(first).lag, by: .first).lowerBound
    let end = coherence.overlap(lag: peak(last).lag, by: .first).upperBound
    // As far as the segments reach whose middles are known.
    let half = Double(SkewSearch.segmentLength) / 2 / rate
    result[0].start = max(first.start - half, Double(start) / rate)
    result[result.count - 1].end = min(last.end + half, Double(end) / rate)
  }
  return result
}

/// Where one delay ends and the other starts: most is alike before and after, over half its level.
private func jumpPlace(_ before: [Double], _ after: [Double]) -> (end: Int, start: Int) {
  let count = before.count
  // The first and the last blocks are known to belong to the one and the other.
  func level(_ values: ArraySlice<Double>) -> Double {
    values.isEmpty ? 0 : 0.5 * values.reduce(0, +) / Double(values.count)
  }
  let known = max(1, count / 8)
  let (low, high) = (level(before.prefix(known)), level(after.suffix(known)))
  var ends = [(sum: 0.0, index: 0)]
  var sum = 0.0
  for index in 0..<count {
    sum += before[index] - low
    let last = ends[ends.count - 1]
    ends.append(sum > last.sum ? (sum, index + 1) : last)
  }
  var best = (sum: ends[count].sum, end: ends[count].index, start: count)
  sum = 0
  for index in (0..<count).reversed() {
    sum += after[index] - high
    if sum + ends[index].sum > best.sum {
      best = (sum + ends[index].sum, ends[index].index, index)
    }
  }
  return (best.end, best.start)
}
