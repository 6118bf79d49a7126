import Alignment
import SignalFiles

/// Compares two files as the options say.
struct PairAligner {
  var channel: ChannelChoice
  var options: DelaySearchOptions
  /// The largest probability of a false alarm that is accepted.
  var threshold: Double

  /// Opens a file.
  func open(_ path: String) throws(CommandFailure) -> Recording {
    do throws(SignalFileError) {
      return try Recording(path: path, channel: channel)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// How `other` lies relative to `reference`.
  func align(
    _ other: Recording, with reference: Recording
  ) throws(CommandFailure) -> PairAlignment {
    do throws(AlignmentError) {
      guard channel == .best else {
        let estimate = try estimateDelay(
          of: other.sources[0], from: reference.sources[0], options: options)
        return PairAlignment(estimate: estimate, threshold: threshold)
      }
      let match = try estimateDelay(
        ofBestOf: other.sources, from: reference.sources, options: options)
      return PairAlignment(
        estimate: match.estimate, threshold: threshold, channels: (match.reference, match.other))
    } catch {
      throw CommandFailure(error, reference: reference.path, other: other.path)
    }
  }

  /// How the file at `other` lies relative to `reference`, or why that cannot be told.
  func align(pathOf other: String, with reference: Recording) -> PairOutcome {
    PairOutcome { () throws(CommandFailure) in try align(try open(other), with: reference) }
  }
}

/// What comparing two files gave, or why they could not be compared.
typealias PairOutcome = Result<PairAlignment, CommandFailure>

/// What was found out about two files.
struct PairAlignment {
  var estimate: DelayEstimate
  /// Whether both belong together, and in one way only.
  var isReliable: Bool { estimate.isReliable(atMost: threshold) }
  /// The largest probability of a false alarm that is accepted.
  var threshold: Double
  /// The indices of the channels that were compared, of the reference and of the other.
  var channels: (reference: Int, other: Int) = (0, 0)
  /// The files over which the two are linked, if they could not be compared directly.
  var route: [String] = []
}

extension PairOutcome {
  /// Whether the two were compared and are aligned reliably.
  var isReliable: Bool { (try? get())?.isReliable ?? false }

  /// Whether they could not be compared.
  var isFailed: Bool { if case .failure = self { true } else { false } }
}
