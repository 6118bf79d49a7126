// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import FourierTransform
import RealModule

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
  try estimate(of: other, from: reference, options, followsMap: true)
}

/// The same of signals that are taken to have one delay and one clock: what breaks is not looked for,
/// which takes most of the time where signals have nothing in common.
package func estimateOneDelay(
  of other: some SampleSource, from reference: some SampleSource, options: DelaySearchOptions
) throws(AlignmentError) -> DelayEstimate {
  try estimate(of: other, from: reference, options, followsMap: false)
}

private func estimate(
  of other: some SampleSource, from reference: some SampleSource, _ options: DelaySearchOptions,
  followsMap: Bool
) throws(AlignmentError) -> DelayEstimate {
  let stages = WorkStages(count: 5)
  let context = try SearchContext(reference: reference, other: other, options)
  try stages.end()
  // From here on the order of the signals is one that does not depend on their roles.
  return context.isOrdered
    ? try context.estimate(stages, followsMap: followsMap)
    : try context.exchanged.estimate(stages, followsMap: followsMap).swapped
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
    _ stages: borrowing WorkStages, followsMap: Bool
  ) throws(AlignmentError) -> DelayEstimate {
    let match = bestMatch(signals, lags: lags, weighting: options.weighting)
    try stages.end()
    var found = JudgedMap(match, signals, lagCount: lags.count)
    try stages.end()
    if followsMap, let other = map(found, match) { found = other }
    try stages.end()
    let refined = try refine(found.map, polarity: found.polarity)
    try stages.end()
    return estimate(found, refined)
  }

  /// A map with more than one delay, or with one that the correlation of all does not show, if it is
  /// less likely by chance than what was found so far.
  private func map(_ found: JudgedMap, _ match: BestMatch) -> JudgedMap? {
    // Peaks that are no higher than the highest of so many by chance tell nothing of other delays.
    let highest = highestByChance(of: match.chances)
    let others = ([match.peak] + match.rivals + match.nearby).filter { $0.score > highest }
      .map(\.position)
    var best: (map: CoarseMap, polarity: Int, score: Double)?
    var startCount = 0
    func follow(_ start: ProbeSearch.Start) {
      let search = MapSearch(
        signals: signals, polarity: start.polarity, lagCount: lags.count, gain: match.gain)
      startCount += 1
      guard
        let map = search.map(
          from: start.line, candidates: others, threshold: options.largestBreakProbability)
      else { return }
      let score = map.stretches.reduce(0) { $0 + $1.points.reduce(0) { $0 + $1.score } }
      if score > best?.score ?? 0 { best = (map, start.polarity, score) }
    }
    if found.falseAlarmProbability < trackableProbability {
      follow(.init(line: found.map.stretches[0].line, polarity: found.polarity))
    }
    // A map that holds for most of the time leaves nothing for another.
    let most = 0.5 * Double(min(signals.first.count, signals.second.count)) / band.rate
    if match.falseAlarmProbability > conclusiveProbability, (best?.map.coverage ?? 0) < most {
      for start in ProbeSearch.starts(signals, lags: lags, count: probeStartCount) {
        guard (best?.map.coverage ?? 0) < most else { break }
        // A line that is on the map already leads to the same.
        if best.map({ !$0.map.holds(start.line, rate: band.rate) }) ?? true { follow(start) }
      }
    }
    guard let best else { return nil }
    let isKnown =
      best.map.stretches.count == 1 && best.map.skew == 0
      && abs(best.map.stretches[0].line.offset - found.map.stretches[0].line.offset) * band.rate < 4
    guard !isKnown else { return nil }
    let judged = JudgedMap(best.map, polarity: best.polarity, self, candidateCount: startCount)
    // Each of its breaks has been proven against having none; of two answers that are conclusive the
    // smaller probability, which is of the blocks that count, is not the better one.
    return judged.falseAlarmProbability
      <= max(found.falseAlarmProbability, conclusiveProbability) ? judged : nil
  }

  /// What is reported of a map.
  private func estimate(_ found: JudgedMap, _ refined: RefinedMap) -> DelayEstimate {
    let skewError = refined.skewError
    let stretches = refined.stretches.map { stretch in
      let reach = (skewError ?? 0) * (stretch.start - stretch.middle)
      return TimeMap.Stretch(
        start: stretch.start, end: stretch.end, delay: stretch.line.delay(at: stretch.start),
        standardError: (stretch.standardError * stretch.standardError + reach * reach).squareRoot(),
        rate: stretch.line.skew, rateStandardError: skewError ?? 0,
        falseAlarmProbability: found.falseAlarmProbability)
    }
    var breaks = found.map.breaks
    for index in breaks.indices {
      breaks[index].inserted =
        stretches[index + 1].delay - stretches[index].delay(at: stretches[index + 1].start)
    }
    let start = refined.stretches[0]
    let drift = skewError.map { error in
      let lever = error * start.middle
      return ClockDrift(
        rate: start.line.skew, standardError: error, delayAtStart: start.line.offset,
        standardErrorAtStart: (start.standardError * start.standardError + lever * lever)
          .squareRoot(),
        segments: refined.stretches.flatMap(\.points).map {
          ClockDrift.Segment(
            time: $0.time, delay: $0.delay, standardError: 1 / $0.weight.squareRoot())
        })
    }
    var result = DelayEstimate(
      map: TimeMap(stretches, breaks: breaks),
      polarity: start.invertedProbability < leastDoubt ? start.polarity : nil,
      falseAlarmProbability: found.falseAlarmProbability, peakRatio: found.peakRatio,
      overlap: stretches.reduce(0) { $0 + $1.end - $1.start }, drift: drift)
    result.reflectionError = start.ambiguity
    if found.falseAlarmProbability > conclusiveProbability {
      result.heardDuration = signals.heardDuration
    }
    return result
  }
}

/// Of matches that are no surer than this, jumps and skews would be chance. Judged.
private let trackableProbability = 1e-3
/// Short windows from which a map may start, where the correlation of all says little. Judged: each
/// costs a pass over the recordings.
private let probeStartCount = 3
/// A polarity that is wrong with a larger probability is not told: no copy is inverted on a guess.
private let leastDoubt = 0.01
