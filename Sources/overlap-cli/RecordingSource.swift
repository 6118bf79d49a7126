import Alignment
import SignalFiles

/// The mix of an audio file's channels, for alignment.
struct RecordingSource: SampleSource {
  let sampleRate: Int
  private let samples: [Float]
  var frameCount: Int { samples.count }

  init(path: String) throws(SignalFileError) {
    let recording = try AudioRecording(path: path, channels: .mix)
    sampleRate = recording.sampleRate
    samples = recording.channels[0]
  }

  func read(at start: Int, into block: inout MutableSpan<Float>) {
    let source = samples.span.extracting(start..<start + block.count)
    for index in source.indices { block[index] = source[index] }
  }
}
