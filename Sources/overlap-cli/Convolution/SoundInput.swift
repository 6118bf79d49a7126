import ComputeSupport
import Convolution
import SignalFiles

/// An input of a convolution in which sound takes part: an audio file, or the samples of a
/// one-dimensional `.npy` file, which count as one channel of the other input's sample rate.
struct SoundInput {
  let path: String
  let channelCount: Int
  let frameCount: Int
  /// nil for an array.
  let sampleRate: Int?
  let tags: [AudioTag: String]
  /// The audio file to read; the path itself unless ffmpeg had to decode it.
  let audioPath: String
  private let samples: [Float]?

  init(path: String) throws(SignalFileError) {
    self.path = path
    if path.namesArray {
      let array = try NumPyArray(vector: path)
      guard let samples = [Float](array) else {
        throw .wrongShape(
          path: path, expected: "real numbers, to go with sound", actual: "complex ones")
      }
      if let index = samples.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(path: path, channel: 1, index: index)
      }
      channelCount = 1
      frameCount = samples.count
      sampleRate = nil
      tags = [:]
      audioPath = path
      self.samples = samples
    } else {
      let reader = try openSound(path)
      audioPath = reader.path
      channelCount = reader.channelCount
      sampleRate = reader.sampleRate
      tags = reader.tags
      samples = nil
      frameCount = try reader.countFrames()
    }
  }

  /// Whether the samples are in a file that can be read block by block.
  var isFile: Bool { samples == nil }

  /// The samples of each channel at a sample rate; with `keepingGain` those of a filter, whose gain
  /// at each frequency remains, and not those of a signal, whose level does.
  func channels(at rate: Int, keepingGain: Bool = false) throws(SignalFileError) -> [[Float]] {
    if let samples { return [samples] }
    if let sampleRate {
      // At a far higher rate a short sound is a long one, kept beside its spectrum and the result.
      let count = Double(frameCount) / Double(sampleRate) * Double(rate) * Double(channelCount)
      guard 4 * count * Double(MemoryLayout<Float>.size) < Double(physicalMemory) else {
        throw .wrongShape(
          path: path, expected: "a sound that fits into memory at \(rate) Hz",
          actual: "\(count) samples")
      }
    }
    var channels = try AudioRecording(path: audioPath).channels
    guard let sampleRate, sampleRate != rate else { return channels }
    let factor = keepingGain ? Float(sampleRate) / Float(rate) : 1
    for index in channels.indices {
      do throws(ResamplingError) {
        channels[index] =
          try resample(channels[index], from: Double(sampleRate), to: Double(rate))
          .map { factor * $0 }
      } catch {
        throw .damaged(path: path, problem: error.description)
      }
      // Less than half a sample is left of it at so low a rate.
      if channels[index].isEmpty { throw .empty(path: path) }
    }
    return channels
  }

  /// The sum of squares of each channel of a file.
  func energies() throws(SignalFileError) -> [Double] {
    var reader = try AudioReader(path: audioPath)
    var energies = [Double](repeating: 0, count: channelCount)
    var block = [Float](repeating: 0, count: channelCount << 14)
    var lane = [Float](repeating: 0, count: 1 << 14)
    while true {
      var target = block.mutableSpan
      let count = try reader.read(into: &target)
      for channel in 0..<channelCount {
        for index in 0..<count { lane[index] = block[index * channelCount + channel] }
        energies[channel] += sumOfSquares(lane.span.extracting(first: count))
      }
      if count < lane.count { return energies }
    }
  }
}
