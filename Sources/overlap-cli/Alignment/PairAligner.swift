import Alignment
import SignalFiles

/// A file as it takes part in alignment: its mix or one channel, or each of its channels, of which
/// the best is wanted.
struct Recording {
  var path: String
  /// At least one; more only where the best is wanted.
  var sources: [RecordingSource]

  var sampleRate: Int { sources[0].wholeSampleRate }

  init(path: String, channel: ChannelChoice) throws(SignalFileError) {
    self.path = path
    switch channel {
    case .mix: sources = [try RecordingSource(path: path, channels: .mix)]
    case .number(let number):
      sources = [try RecordingSource(path: path, channels: .channel(number))]
    case .best:
      let count = try MediaFile(path: path).reader().channelCount
      sources = []
      for number in 1...count {
        sources.append(try RecordingSource(path: path, channels: .channel(number)))
      }
    }
  }
}

/// What was found out about two files.
struct PairAlignment {
  var estimate: DelayEstimate
  /// The indices of the channels that were compared, of the reference and of the other.
  var channels = (reference: 0, other: 0)
  /// The files over which the two are linked, if they could not be compared directly.
  var route: [String] = []
}

/// Compares two files as the options say.
struct PairAligner {
  var channel: ChannelChoice
  var options: AlignmentOptions

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
        return PairAlignment(
          estimate: try estimateDelay(
            of: other.sources[0], from: reference.sources[0], options: options))
      }
      let match = try estimateDelay(
        ofBestOf: other.sources, from: reference.sources, options: options)
      return PairAlignment(
        estimate: match.estimate, channels: (reference: match.reference, other: match.other))
    } catch {
      throw CommandFailure(error, reference: reference.path, other: other.path)
    }
  }

  /// How the file at `other` lies relative to `reference`, or why that cannot be told.
  func align(
    pathOf other: String, with reference: Recording
  ) -> Result<PairAlignment, CommandFailure> {
    Result { () throws(CommandFailure) in try align(try open(other), with: reference) }
  }
}
