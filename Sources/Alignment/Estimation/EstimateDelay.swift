internal import ComputeSupport
public import FourierTransform

/// How much later the same events come in `other` than in `reference`, to a fraction of a sample.
///
/// Every lag is searched, on the phase transform of both signals brought to a low rate; the best is
/// refined on many segments at the full rates with maximum-likelihood weights. Exchanging the signals
/// negates the delay exactly.
///
/// - Parameters:
///   - other: The signal to be aligned; its sample rate may differ.
///   - reference: The signal that stays where it is.
///   - options: Where to search.
/// - Returns: The best delay, whether it is reliable or not.
/// - Throws: ``AlignmentError``
/// - Complexity: O(n log n) time and O(n) memory at the low rate, for n samples in both. Inside of
///   `runCancellable(progress:_:)` it ends after the stage of its work in which it is cancelled.
public func estimateDelay(
  of other: some SampleSource, from reference: some SampleSource,
  options: DelaySearchOptions = DelaySearchOptions()
) throws(AlignmentError) -> DelayEstimate {
  let stages = WorkStages(count: 5)
  let context = try SearchContext(reference: reference, other: other, options)
  try stages.end()
  // From here on the order of the signals is one that does not depend on their roles.
  return context.isOrdered
    ? try context.estimate(stages) : try context.exchanged.estimate(stages).swapped
}

/// How much later the same events come in `other` than in `reference`: two arrays, or slices or
/// spans, of samples at one rate. See ``estimateDelay(of:from:options:)``.
public func estimateDelay<Other, Reference, Scalar: FourierScalar>(
  of other: borrowing Other, from reference: borrowing Reference, sampleRate: Double,
  options: DelaySearchOptions = DelaySearchOptions()
) throws(AlignmentError) -> DelayEstimate
where
  Other: ContiguousSamples & ~Copyable & ~Escapable, Other.Element == Scalar,
  Reference: ContiguousSamples & ~Copyable & ~Escapable, Reference.Element == Scalar
{
  try estimateDelay(
    of: ArraySource(other, sampleRate: sampleRate),
    from: ArraySource(reference, sampleRate: sampleRate), options: options)
}

extension WorkStages {
  /// Ends a stage; throws if the work has been cancelled.
  fileprivate func end() throws(AlignmentError) {
    if endStage() { throw .cancelled }
  }
}

extension SearchContext {
  /// The delay of the second signal to the first: see the article Evidence.
  fileprivate func estimate(
    _ stages: borrowing WorkStages
  ) throws(AlignmentError) -> DelayEstimate {
    let rate = band.rate
    var match = bestMatch(signals, lags: lags, weighting: options.weighting)
    try stages.end()
    var peaks = PeakDisambiguation(match, signals, lagCount: lags.count)
    for _ in 0..<LagSearch.peakCount {
      guard let peak = peaks.betterPeak, let other = match.choosing(peak, signals) else { break }
      match = other
      peaks = PeakDisambiguation(match, signals, lagCount: lags.count)
    }
    try stages.end()
    let best = match.peak
    var line = ClockModel(offset: best.position / rate)
    var result = DelayEstimate(
      delay: line.offset, standardError: 0.5 / rate, polarity: best.polarity,
      falseAlarmProbability: match.falseAlarmProbability, peakRatio: peaks.ratio(), overlap: 0)
    var jumps = peaks.jumps
    var isBest = true
    if match.falseAlarmProbability > conclusiveProbability,
      let found = SkewSearch.search(signals, lags: lags)
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
        if found.line.skew == 0 {
          // Of clocks that run alike, the other peaks have as much to say as of the best peak.
          let own = LagSearch.Peak(at: found.line.offset * rate, found.polarity)
          let others = PeakDisambiguation(
            match.replacingPeak(by: own, probability, rate), signals, lagCount: lags.count)
          result.peakRatio = min(found.peakRatio, others.ratio { _ in true })
          jumps = peaks.jumps(from: found.line.offset * rate, best)
        }
      }
    }
    try stages.end()
    try refine(line, jumps: jumps, &result)
    try stages.end()
    if isBest, !jumps.isEmpty, !result.pieces.isEmpty {
      result.peakRatio = peaks.ratio { peak in
        result.pieces.contains { abs($0.delay - Double(peak.lag) / rate) < LagSearch.peakSpacing }
      }
    }
    return result
  }
}
