/// How much later the same events come in `other` than in `reference`, to a fraction of a sample.
///
/// Every lag is searched, on the phase transform of both signals brought to a low rate; the best is
/// refined on many windows at the full rates with maximum-likelihood weights. Exchanging the signals
/// negates the delay exactly.
///
/// - Parameters:
///   - reference: The signal that stays where it is.
///   - other: The signal to be aligned; its sample rate may differ.
///   - options: Where to search.
/// - Returns: The best delay, whether it is reliable or not.
/// - Throws: ``AlignmentError``
/// - Complexity: O(n log n) time and O(n) memory at the low rate, for n samples in both.
public func estimateDelay(
  of other: some SampleSource, from reference: some SampleSource,
  options: AlignmentOptions = AlignmentOptions()
) throws(AlignmentError) -> DelayEstimate {
  try check(options)
  if ThreadLimit.current != options.threads {
    return try withThreads(options.threads) { () throws(AlignmentError) in
      try estimateDelay(of: other, from: reference, options: options)
    }
  }
  try check(reference, .reference)
  try check(other, .other)
  if let band = options.band { try band.check(reference, other) }
  let band = SearchBand(reference, other, restriction: options.band)
  let rate = band.rate
  let coarse = try parallelMap(2) { index throws(AlignmentError) -> [Float] in
    index == 0
      ? try decimated(reference, .reference, to: rate) : try decimated(other, .other, to: rate)
  }
  // From here on the order of the signals is one that does not depend on their roles.
  if isOrdered(reference, coarse[0], other, coarse[1]) {
    return try estimate(
      reference, other, coarse[0], coarse[1], band, options, (.reference, .other))
  }
  return try estimate(
    other, reference, coarse[1], coarse[0], band, options, (.other, .reference)
  ).swapped
}

/// How much later the same events come in `other` than in `reference`: two arrays of samples at one
/// rate. See ``estimateDelay(of:from:options:)``.
public func estimateDelay(
  of other: [Float], from reference: [Float], sampleRate: Int,
  options: AlignmentOptions = AlignmentOptions()
) throws(AlignmentError) -> DelayEstimate {
  try estimateDelay(
    of: ArraySource(other, sampleRate: sampleRate),
    from: ArraySource(reference, sampleRate: sampleRate), options: options)
}

/// Throws if the options cannot be followed.
func check(_ options: AlignmentOptions) throws(AlignmentError) {
  if let limit = options.maximumLag, !(limit >= 0) {
    throw .invalidOption(
      "the largest lag must be zero or a positive number of seconds, not \(limit)")
  }
  if let threads = options.threads, threads < 1 {
    throw .invalidOption("the number of threads must be at least 1, not \(threads)")
  }
}

/// Throws if a signal is too short.
func check(_ source: some SampleSource, _ role: SignalRole) throws(AlignmentError) {
  guard source.sampleRate > 0 else { throw .invalidSampleRate(role: role, source.sampleRate) }
  guard source.duration >= AlignmentError.shortestDuration, source.frameCount >= 32 else {
    throw .tooShort(role: role, frameCount: source.frameCount, sampleRate: source.sampleRate)
  }
}

/// The samples of `source` at `rate`.
func decimated(
  _ source: some SampleSource, _ role: SignalRole, to rate: Double
) throws(AlignmentError) -> [Float] {
  let direct = Double(source.sampleRate) == rate
  var result: [Float] = []
  var decimator = Decimator(
    from: source.sampleRate, to: rate, expectedCount: direct ? 0 : source.frameCount)
  if direct { result.reserveCapacity(source.frameCount) }
  // Of the samples' bit patterns, those bits that are not the same in all of them.
  var differences: UInt32 = 0
  var magnitudes: UInt32 = 0
  var firstBits: UInt32?
  try source.forEachBlock(of: 0..<source.frameCount, role) {
    samples, place throws(AlignmentError) in
    var largestBits: UInt32 = 0
    let origin = firstBits ?? samples[0].bitPattern
    firstBits = origin
    // Integers vectorise; NaN and infinity exceed every finite number's magnitude.
    for index in samples.indices {
      let bits = samples[index].bitPattern
      largestBits = max(largestBits, bits & 0x7FFF_FFFF)
      differences |= bits ^ origin
    }
    magnitudes |= largestBits
    if largestBits >= Float.infinity.bitPattern {
      let index = samples.indices.first { !samples[$0].isFinite } ?? 0
      throw .notFinite(role: role, index: place + index)
    }
    if direct {
      for index in samples.indices { result.append(samples[index]) }
    } else {
      decimator.process(samples)
    }
  }
  // Zeros of both signs are equal.
  if differences == 0 || magnitudes == 0 { throw .silent(role: role) }
  return direct ? result : decimator.finish(count: source.frameCount)
}

/// Whether the first signal comes before the second in an order that their contents alone decide.
private func isOrdered(
  _ first: some SampleSource, _ firstSamples: [Float], _ second: some SampleSource,
  _ secondSamples: [Float]
) -> Bool {
  if first.frameCount != second.frameCount { return first.frameCount > second.frameCount }
  if first.sampleRate != second.sampleRate { return first.sampleRate < second.sampleRate }
  for index in firstSamples.indices where firstSamples[index] != secondSamples[index] {
    return firstSamples[index] < secondSamples[index]
  }
  return true
}

/// The lags, in decimated samples, at which signals of these lengths are compared.
func allowedLags(
  _ options: AlignmentOptions, _ first: Int, _ second: Int, rate: Double
) -> ClosedRange<Int> {
  let reach = options.maximumLag.map { Int(min($0 * rate, 1e15).rounded(.up)) } ?? .max
  return max(-reach, -(first - 1))...min(reach, second - 1)
}

private func estimate(
  _ first: some SampleSource, _ second: some SampleSource, _ firstSamples: [Float],
  _ secondSamples: [Float], _ band: SearchBand, _ options: AlignmentOptions,
  _ roles: (first: SignalRole, second: SignalRole)
) throws(AlignmentError) -> DelayEstimate {
  let rate = band.rate
  let lags = allowedLags(options, firstSamples.count, secondSamples.count, rate: rate)
  var match = bestMatch(
    firstSamples, secondSamples, band, lags: lags, weighting: options.weighting)
  var rivalry = PeakRivalry(
    match, firstSamples, secondSamples, band, lagCount: lags.count)
  for _ in 0..<LagSearch.peakCount {
    guard let peak = rivalry.betterPeak,
      let other = match.choosing(peak, firstSamples, secondSamples, band)
    else { break }
    match = other
    rivalry = PeakRivalry(match, firstSamples, secondSamples, band, lagCount: lags.count)
  }
  let best = match.peak
  var line = ClockLine(offset: (Double(best.lag) + best.fraction) / rate)
  var result = DelayEstimate(
    delay: line.offset, standardError: 0.5 / rate, polarity: best.value < 0 ? -1 : 1,
    falseAlarmProbability: match.falseAlarmProbability,
    peakRatio: rivalry.ratio(), overlap: 0)
  var jumps = rivalry.jumps
  var isBest = true
  if match.falseAlarmProbability > conclusiveProbability,
    let found = ClockSearch.search(firstSamples, secondSamples, band, lags: lags)
  {
    // Two ways of searching have two chances of a false alarm.
    let probability = min(1, 2 * found.falseAlarmProbability)
    if probability < result.falseAlarmProbability {
      result.falseAlarmProbability = probability
      result.polarity = found.polarity
      result.peakRatio = found.peakRatio
      line = found.line
      isBest = false
      jumps = []
      if found.line.slope == 0 {
        // Of clocks that run alike, the other peaks have as much to say as of the best peak.
        let own = LagSearch.Peak(at: found.line.offset * rate, found.polarity)
        let others = PeakRivalry(
          match.replacingPeak(by: own, probability, band), firstSamples, secondSamples, band,
          lagCount: lags.count)
        result.peakRatio = min(found.peakRatio, others.ratio { _ in true })
        jumps = rivalry.jumps(from: found.line.offset * rate, best)
      }
    }
  }
  try refineClocks(
    first, second, firstSamples, secondSamples, band, line, jumps: jumps, options, roles, &result)
  if isBest, !jumps.isEmpty, !result.pieces.isEmpty {
    result.peakRatio = rivalry.ratio { peak in
      result.pieces.contains { abs($0.delay - Double(peak.lag) / rate) < LagSearch.peakSpacing }
    }
  }
  return result
}
