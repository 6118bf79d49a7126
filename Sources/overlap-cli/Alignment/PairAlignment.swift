import Alignment

/// What comparing two files gave, or why they could not be compared.
typealias PairOutcome = Result<PairAlignment, CommandFailure>

/// What was found out about two files.
struct PairAlignment {
  var estimate: DelayEstimate
  /// Whether both belong together, and in one way only.
  var isReliable: Bool { estimate.isReliable(atMost: threshold) }
  /// The largest probability of a false alarm that is accepted.
  let threshold: Double
  /// The indices of the channels that were compared, of the reference and of the other.
  let channels: (reference: Int, other: Int)
  /// The files over which the two are linked, if they could not be compared directly.
  var route: [String] = []

  init(
    _ estimate: DelayEstimate, threshold: Double, channels: (reference: Int, other: Int) = (0, 0)
  ) {
    (self.estimate, self.threshold, self.channels) = (estimate, threshold, channels)
  }
}

extension PairOutcome {
  /// Whether the two were compared and are aligned reliably.
  var isReliable: Bool { (try? get())?.isReliable ?? false }

  /// Whether they could not be compared.
  var isFailed: Bool { if case .failure = self { true } else { false } }
}
