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
        return PairAlignment(estimate, threshold: threshold)
      }
      let match = try estimateDelay(
        ofBestOf: other.sources, from: reference.sources, options: options)
      return PairAlignment(
        match.estimate, threshold: threshold, channels: (match.reference, match.other))
    } catch {
      throw CommandFailure(error, reference: reference.path, other: other.path)
    }
  }

  /// How the file at `other` lies relative to `reference`, or why that cannot be told.
  func align(pathOf other: String, with reference: Recording) -> PairOutcome {
    PairOutcome { () throws(CommandFailure) in try align(try open(other), with: reference) }
  }
}
