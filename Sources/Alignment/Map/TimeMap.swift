// SPDX-License-Identifier: MIT

/// How the time of one recording follows from that of another: a sequence of stretches of the
/// reference, each with a delay and a clock rate, and breaks between them.
///
/// In a stretch an event at the reference's time t is at t + delay + rate · (t - start) of the other
/// recording. One delay is a map of one stretch. At a break something was cut out of, or inserted into,
/// one of the two. Times are in seconds.
public struct TimeMap: Sendable, Equatable, Codable {
  /// A part of the reference in which one line gives the delay.
  public struct Stretch: Sendable, Equatable, Codable {
    /// Where it starts, on the reference's time line.
    public var start: Double
    /// Where it ends.
    public var end: Double
    /// The delay at ``start``.
    public var delay: Double
    /// The standard deviation of the error of ``delay``.
    public var standardError: Double
    /// By how many seconds a second events come ever later in the other recording.
    public var rate: Double
    /// The standard deviation of the error of ``rate``; 0 where clocks were not compared.
    public var rateStandardError: Double
    /// At most this is the probability that unrelated sounds of this length would look as much alike.
    public var falseAlarmProbability: Double

    /// Creates a stretch.
    public init(
      start: Double, end: Double, delay: Double, standardError: Double = 0, rate: Double = 0,
      rateStandardError: Double = 0, falseAlarmProbability: Double = 0
    ) {
      (self.start, self.end, self.delay, self.rate) = (start, end, delay, rate)
      (self.standardError, self.rateStandardError) = (standardError, rateStandardError)
      self.falseAlarmProbability = falseAlarmProbability
    }

    /// The delay at a time of the reference.
    public func delay(at time: Double) -> Double { delay + rate * (time - start) }

    /// The reference's time of a time of the other recording.
    package func time(ofOther time: Double) -> Double {
      start + (time - start - delay) / (1 + rate)
    }

    /// Where the stretch ends in the other recording.
    package var otherEnd: Double { end + delay(at: end) }

    /// The stretch with the roles of the recordings exchanged.
    var inverse: Stretch {
      Stretch(
        start: start + delay, end: otherEnd, delay: -delay,
        standardError: standardError, rate: rate == 0 ? 0 : -rate / (1 + rate),
        rateStandardError: rateStandardError, falseAlarmProbability: falseAlarmProbability)
    }
  }

  /// Where the delay jumps.
  public struct Break: Sendable, Equatable, Codable {
    /// It is not before this time of the reference: until here the earlier stretch holds.
    public var from: Double
    /// It is not after this time: from here on the later stretch holds.
    public var to: Double
    /// By how much the delay grows: what was inserted into the other recording, or, where it is
    /// negative, cut out of it.
    public var inserted: Double
    /// At most this is the probability that the delay would seem to jump there if it did not.
    public var falseAlarmProbability: Double

    /// Creates a break.
    public init(from: Double, to: Double, inserted: Double, falseAlarmProbability: Double = 0) {
      (self.from, self.to, self.inserted) = (from, to, inserted)
      self.falseAlarmProbability = falseAlarmProbability
    }
  }

  /// The stretches, in the order of time; they do not overlap.
  public private(set) var stretches: [Stretch]
  /// The breaks between them: one fewer.
  public private(set) var breaks: [Break]

  /// A map of stretches, of which the later are later in both recordings.
  ///
  /// - Parameters:
  ///   - stretches: At least one, in the order of time.
  ///   - breaks: One between every two; nil for what follows from the stretches.
  public init(_ stretches: [Stretch], breaks: [Break]? = nil) {
    precondition(!stretches.isEmpty, "a map has at least one stretch")
    self.stretches = stretches
    self.breaks =
      breaks
      ?? zip(stretches, stretches.dropFirst()).map { earlier, later in
        Break(
          from: earlier.end, to: later.start, inserted: later.delay - earlier.delay(at: later.start)
        )
      }
    precondition(self.breaks.count == stretches.count - 1, "a break is between two stretches")
  }

  /// The delay at a time of the reference; nil within a break, where nothing corresponds. The first
  /// stretch is continued before its start, and the last after its end.
  public func delay(at time: Double) -> Double? {
    let index = stretches.lastIndex { $0.start <= time } ?? 0
    let stretch = stretches[index]
    return time <= stretch.end || index == stretches.count - 1 ? stretch.delay(at: time) : nil
  }

  /// The time in the other recording of a time of the reference; nil where nothing corresponds.
  public func otherTime(at time: Double) -> Double? { delay(at: time).map { time + $0 } }

  /// The time in the reference of a time of the other recording; nil where nothing corresponds.
  public func referenceTime(at time: Double) -> Double? { inverse.otherTime(at: time) }

  /// The map with the roles of the recordings exchanged.
  public var inverse: TimeMap {
    TimeMap(
      stretches.map(\.inverse),
      breaks: breaks.indices.map { index in
        let place = breaks[index]
        return Break(
          from: place.from + stretches[index].delay(at: place.from),
          to: place.to + stretches[index + 1].delay(at: place.to), inserted: -place.inserted,
          falseAlarmProbability: place.falseAlarmProbability)
      })
  }

  /// This map from a first to a second recording, and then `next` from the second to a third; nil
  /// where no time of the first has one in the third. The variances of the errors add up.
  public func followed(by next: TimeMap) -> TimeMap? {
    let parts = stretches.flatMap { first -> [Stretch] in
      next.stretches.compactMap { second in
        // The part of the first stretch whose times lie in the second.
        let isFirst = second == next.stretches.first
        let isLast = second == next.stretches.last
        let start = isFirst ? first.start : max(first.start, first.time(ofOther: second.start))
        let end = isLast ? first.end : min(first.end, first.time(ofOther: second.end))
        // Where stretches meet, rounding leaves no part between them.
        guard end - start > 1e-9 else { return nil }
        let middle = start + first.delay(at: start)
        func root(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
        return Stretch(
          start: start, end: end,
          delay: first.delay(at: start) + second.delay(at: middle),
          standardError: root(first.standardError, second.standardError),
          rate: first.rate + second.rate + first.rate * second.rate,
          rateStandardError: root(first.rateStandardError, second.rateStandardError),
          falseAlarmProbability: min(
            1, first.falseAlarmProbability + second.falseAlarmProbability))
      }
    }
    return parts.isEmpty ? nil : TimeMap(parts)
  }

  /// The map without the breaks at which the delay changes by no more than `limit`, in seconds: the
  /// earlier stretch goes on.
  package func joined(upTo limit: Double) -> TimeMap {
    var result = TimeMap([stretches[0]])
    for (stretch, place) in zip(stretches.dropFirst(), breaks) {
      if abs(place.inserted) <= limit {
        result.stretches[result.stretches.count - 1].end = stretch.end
      } else {
        result.stretches.append(stretch)
        result.breaks.append(place)
      }
    }
    return result
  }

  /// The map on time lines on which the recordings start at these times and not at 0.
  package func shifted(reference: Double, other: Double) -> TimeMap {
    TimeMap(
      stretches.map {
        var stretch = $0
        stretch.start += reference
        stretch.end += reference
        stretch.delay += other - reference
        return stretch
      },
      breaks: breaks.map {
        var place = $0
        place.from += reference
        place.to += reference
        return place
      })
  }
}
