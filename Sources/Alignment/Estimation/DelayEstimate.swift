/// Where the one of two recordings lies relative to the other, and how sure that is.
public struct DelayEstimate: Sendable, Equatable {
  /// How much later, in seconds, the same event comes in the other signal than in the reference.
  public var delay: Double
  /// The standard deviation of the error of ``delay``, in seconds.
  public var standardError: Double
  /// 1, or -1 where the other signal is upside down.
  public var polarity: Int
  /// At most this is the probability that two unrelated recordings of these lengths would look as
  /// much alike at any of the lags that were searched.
  public var falseAlarmProbability: Double
  /// The best peak over the next one that is not an echo of it: by how much of the recordings is
  /// alike, and where that is nearly the same, by the evidence that sets the two lags apart.
  public var peakRatio: Double
  /// How long both recordings hold the same, in seconds.
  public var overlap: Double
  /// The difference of the clocks, where it was asked for or is evident; ``delay`` is then that in
  /// the middle of the overlap.
  public var drift: ClockDrift?
  /// Where the delay jumps, the pieces in between; else empty. ``delay`` is that of the longest.
  public var pieces: [AlignedPiece] = []

  /// Creates an estimate from its parts.
  public init(
    delay: Double, standardError: Double, polarity: Int = 1, falseAlarmProbability: Double,
    peakRatio: Double, overlap: Double, drift: ClockDrift? = nil, pieces: [AlignedPiece] = []
  ) {
    (self.delay, self.standardError, self.polarity) = (delay, standardError, polarity)
    (self.falseAlarmProbability, self.peakRatio) = (falseAlarmProbability, peakRatio)
    (self.overlap, self.drift, self.pieces) = (overlap, drift, pieces)
  }

  /// Below this ratio of the peaks a second alignment fits nearly as well: the material repeats
  /// itself, and how much of it overlaps is no longer a reason to prefer one of them.
  public static var smallestPeakRatio: Double { 1.1 }

  /// Whether two alignments fit nearly alike.
  public var isAmbiguous: Bool { peakRatio < Self.smallestPeakRatio }

  /// Whether the recordings belong together, with a false alarm no more probable than `threshold`,
  /// and in one way only.
  public func isReliable(atMost threshold: Double) -> Bool {
    falseAlarmProbability <= threshold && !isAmbiguous
  }

  /// The estimate with the roles of the two signals exchanged.
  var swapped: DelayEstimate {
    var result = self
    result.delay = -delay
    result.drift = drift?.swapped
    result.pieces = pieces.map {
      AlignedPiece(
        start: max(0, $0.start + $0.delay), end: max(0, $0.end + $0.delay), delay: -$0.delay)
    }
    return result
  }
}

/// How much faster or slower one clock runs than another.
public struct ClockDrift: Sendable, Equatable {
  /// By how many seconds a second events come ever later in the other signal; a millionth is 1 ppm.
  public var rate: Double
  /// The standard deviation of the error of ``rate``.
  public var standardError: Double
  /// The delay, in seconds, at the reference's first sample: an event at the reference's time t is
  /// at `t + delayAtStart + rate * t` in the other signal.
  public var delayAtStart: Double
  /// The standard deviation of the error of ``delayAtStart``.
  public var standardErrorAtStart: Double
  /// The delays of windows along the overlap.
  public var windows: [WindowDelay]

  /// Creates a drift from its parts.
  public init(
    rate: Double, standardError: Double, delayAtStart: Double, standardErrorAtStart: Double,
    windows: [WindowDelay] = []
  ) {
    (self.rate, self.standardError) = (rate, standardError)
    (self.delayAtStart, self.standardErrorAtStart) = (delayAtStart, standardErrorAtStart)
    self.windows = windows
  }

  /// Whether the difference is more than what the measurement's error explains.
  public var isSignificant: Bool { abs(rate) > 6 * standardError }

  /// The drift with the roles of the two signals exchanged.
  var swapped: ClockDrift {
    let line = ClockLine(offset: delayAtStart, slope: rate).swapped
    return ClockDrift(
      rate: line.slope, standardError: standardError, delayAtStart: line.offset,
      standardErrorAtStart: standardErrorAtStart,
      windows: windows.map {
        WindowDelay(
          time: $0.time + $0.delay, delay: -$0.delay, standardError: $0.standardError)
      })
  }
}

/// The delay of one window of a few seconds.
public struct WindowDelay: Sendable, Equatable {
  /// The middle of the window, in seconds of the reference.
  public var time: Double
  /// In seconds.
  public var delay: Double
  /// The standard deviation of the error of ``delay``.
  public var standardError: Double

  /// Creates a window's delay.
  public init(time: Double, delay: Double, standardError: Double) {
    (self.time, self.delay, self.standardError) = (time, delay, standardError)
  }
}

/// A part of the overlap in which the delay is one.
public struct AlignedPiece: Sendable, Equatable {
  /// About where it starts, in seconds of the reference.
  public var start: Double
  /// About where it ends.
  public var end: Double
  /// In seconds.
  public var delay: Double

  /// Creates a piece.
  public init(start: Double, end: Double, delay: Double) {
    (self.start, self.end, self.delay) = (start, end, delay)
  }
}
