// SPDX-License-Identifier: MIT

/// Where the one of two recordings lies relative to the other, and how sure that is.
public struct DelayEstimate: Sendable, Equatable, Codable, CustomStringConvertible {
  /// How the other signal's time follows from the reference's: one stretch where nothing breaks.
  public var map: TimeMap
  /// 1, or -1 where the other signal is upside down; nil where reflections of both signs are nearly as
  /// loud as the direct sound, so that it cannot be told.
  public var polarity: Int?
  /// The part of ``standardError`` that reflections have which may be the direct sound, in seconds.
  public var reflectionError = 0.0
  /// At most this is the probability that two unrelated recordings of these lengths would look as
  /// much alike at any of the lags that were searched.
  public var falseAlarmProbability: Double
  /// The best peak over the next one that is not an echo of it: by how much of the recordings is
  /// alike, and where that is nearly the same, by the evidence that sets the two lags apart.
  public var peakRatio: Double
  /// How long both recordings hold the same, in seconds.
  public var overlap: Double
  /// For how long, in seconds, one of the signals is about as loud as at its loudest; nil where the
  /// evidence is conclusive.
  package var heardDuration: Double?
  /// The difference of the clocks, where it was asked for or is evident.
  public var drift: ClockDrift?

  /// How much later, in seconds, the same event comes in the other signal than in the reference, at
  /// the first moment that both share.
  public var delay: Double { map.stretches[0].delay }
  /// The standard deviation of the error of ``delay``, in seconds.
  public var standardError: Double { map.stretches[0].standardError }

  /// Creates an estimate from its parts.
  package init(
    map: TimeMap, polarity: Int? = 1, falseAlarmProbability: Double, peakRatio: Double,
    overlap: Double, drift: ClockDrift? = nil
  ) {
    (self.map, self.polarity, self.overlap) = (map, polarity, overlap)
    (self.falseAlarmProbability, self.peakRatio) = (falseAlarmProbability, peakRatio)
    self.drift = drift
  }

  /// Creates an estimate of one delay from its parts.
  package init(
    delay: Double, standardError: Double, polarity: Int = 1, falseAlarmProbability: Double,
    peakRatio: Double, overlap: Double, drift: ClockDrift? = nil
  ) {
    let start = max(0, -delay)
    self.init(
      map: TimeMap([
        TimeMap.Stretch(
          start: start, end: start + overlap, delay: delay, standardError: standardError,
          rate: drift?.rate ?? 0, rateStandardError: drift?.standardError ?? 0,
          falseAlarmProbability: falseAlarmProbability)
      ]), polarity: polarity, falseAlarmProbability: falseAlarmProbability, peakRatio: peakRatio,
      overlap: overlap, drift: drift)
  }

  /// Below this ratio of the peaks a second alignment fits nearly as well. Judged.
  static var smallestPeakRatio: Double { 1.1 }

  /// Whether two alignments fit nearly alike.
  public var isAmbiguous: Bool { peakRatio < Self.smallestPeakRatio }

  /// Whether the recordings belong together, with a false alarm no more probable than `threshold`,
  /// and in one way only.
  public func isReliable(atMost threshold: Double) -> Bool {
    falseAlarmProbability <= threshold && !isAmbiguous
  }

  /// The delay, in seconds, at the reference's first sample: what to report, and what to trim from
  /// the start. Where the clocks do not differ it is ``delay``.
  public var delayAtStart: Double { drift?.delayAtStart ?? delay }

  /// The standard deviation of the error of ``delayAtStart``.
  public var standardErrorAtStart: Double { drift?.standardErrorAtStart ?? standardError }

  /// ``delayAtStart`` as a number of samples, fractions included.
  public func delayInSamples(at sampleRate: Double) -> Double { delayAtStart * sampleRate }

  /// The delay, its error, and how sure it is, in one line.
  public var description: String {
    var text =
      "delay \(rounded(delay, 1e9)) s, standard error \(rounded(standardError * 1e6, 1e3)) µs"
    if let drift { text += ", clock \(drift)" }
    if polarity == -1 { text += ", upside down" }
    if map.stretches.count > 1 { text += ", in \(map.stretches.count) stretches" }
    return text + ", false-alarm probability \(falseAlarmProbability), peak ratio "
      + "\(rounded(peakRatio, 1e3)), overlap \(rounded(overlap, 1e3)) s"
  }

  /// Of two estimates, the one with the smaller is the surer.
  var weakness: (Double, Double) { (falseAlarmProbability, standardError) }

  /// How the other signal's time follows from the reference's.
  package var clock: ClockModel { ClockModel(offset: delayAtStart, skew: drift?.rate ?? 0) }

  /// The estimate on time lines on which the signals start at these times, in seconds, and not at 0.
  package func shifted(reference: Double, other: Double) -> DelayEstimate {
    var result = self
    let step = other - reference
    result.map = map.shifted(reference: reference, other: other)
    guard let drift else { return result }
    // Where the line of the clocks is surest, and how sure it is elsewhere.
    let atStart = drift.standardErrorAtStart
    let atMiddle = min(standardError, atStart)
    let reach =
      drift.standardError > 0
      ? (atStart * atStart - atMiddle * atMiddle).squareRoot() / drift.standardError : 0
    let lever = drift.standardError * (reach + reference)
    result.drift?.delayAtStart += step - drift.rate * reference
    result.drift?.standardErrorAtStart = (atMiddle * atMiddle + lever * lever).squareRoot()
    result.drift?.segments = drift.segments.map {
      ClockDrift.Segment(
        time: $0.time + reference, delay: $0.delay + step, standardError: $0.standardError)
    }
    return result
  }

  /// The estimate with the roles of the two signals exchanged.
  var swapped: DelayEstimate {
    var result = self
    result.map = map.inverse
    result.drift = drift?.swapped
    return result
  }
}

/// How much faster or slower one clock runs than another.
///
/// An event at the reference's time t is at `t + delayAtStart + rate * t` in the other signal, with
/// ``DelayEstimate/delayAtStart``.
public struct ClockDrift: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The delay of one segment of a second or two, measured by itself.
  package struct Segment: Sendable, Equatable, Codable {
    /// The middle of the segment, in seconds of the reference.
    package var time: Double
    /// In seconds.
    package var delay: Double
    /// The standard deviation of the error of ``delay``.
    package var standardError: Double

    /// Creates a segment's delay.
    package init(time: Double, delay: Double, standardError: Double) {
      (self.time, self.delay, self.standardError) = (time, delay, standardError)
    }
  }

  /// By how many seconds a second events come ever later in the other signal; a millionth is 1 ppm.
  public var rate: Double
  /// The standard deviation of the error of ``rate``.
  public var standardError: Double
  /// The delay, in seconds, at the reference's first sample.
  package var delayAtStart: Double
  /// The standard deviation of the error of ``delayAtStart``.
  package var standardErrorAtStart: Double
  /// The delays of segments along the overlap.
  package var segments: [Segment]

  /// Creates a drift from its parts.
  package init(
    rate: Double, standardError: Double, delayAtStart: Double, standardErrorAtStart: Double,
    segments: [Segment] = []
  ) {
    (self.rate, self.standardError) = (rate, standardError)
    (self.delayAtStart, self.standardErrorAtStart) = (delayAtStart, standardErrorAtStart)
    self.segments = segments
  }

  /// Whether the difference is more than what the measurement's error explains. Judged.
  public var isSignificant: Bool { abs(rate) > 6 * standardError }

  /// The rate and its error in parts per million.
  public var description: String {
    "\(rounded(rate * 1e6, 1e3)) ppm, standard error \(rounded(standardError * 1e6, 1e3)) ppm"
  }

  /// The drift with the roles of the two signals exchanged.
  var swapped: ClockDrift {
    let line = ClockModel(offset: delayAtStart, skew: rate).swapped
    return ClockDrift(
      rate: line.skew, standardError: standardError, delayAtStart: line.offset,
      standardErrorAtStart: standardErrorAtStart,
      segments: segments.map {
        Segment(time: $0.time + $0.delay, delay: -$0.delay, standardError: $0.standardError)
      })
  }
}

/// The value to a whole number of parts of which `parts` are 1.
private func rounded(_ value: Double, _ parts: Double) -> Double {
  (value * parts).rounded() / parts
}
