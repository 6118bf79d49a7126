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
  /// The height of the correlation's peak over that of the next one that is not an echo of it.
  public var peakRatio: Double
  /// How long both recordings hold the same, in seconds.
  public var overlap: Double

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
    return result
  }
}
