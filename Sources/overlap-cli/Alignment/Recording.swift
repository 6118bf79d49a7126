import SignalFiles

/// A file as it takes part in alignment: its mix or one channel, or each of its channels, of which
/// the best is wanted.
struct Recording {
  var path: String
  /// At least one; more only where the best is wanted.
  var sources: [RecordingSource]

  var sampleRate: Int { sources[0].wholeSampleRate }

  /// In seconds.
  var duration: Double { Double(sources[0].frameCount) / Double(sampleRate) }

  init(path: String, channel: ChannelChoice) throws(SignalFileError) {
    self.path = path
    let reader = try openSound(path)
    let count = reader.channelCount
    switch channel {
    case .mix: sources = [try RecordingSource(reader, path: path, channels: .mix)]
    case .number(let number):
      sources = [try RecordingSource(reader, path: path, channels: .channel(number))]
    case .best:
      sources = [try RecordingSource(reader, path: path, channels: .channel(1))]
      for number in 1..<count {
        sources.append(
          try RecordingSource(openSound(path), path: path, channels: .channel(number + 1)))
      }
    }
  }
}
