// SPDX-License-Identifier: MIT

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
  /// What there is to know about it, in sentences.
  let notes: [String]
  /// The audio file to read; the path itself unless ffmpeg had to decode it.
  private let audioPath: String
  private let allowsPartial: Bool
  private let samples: [Float]?

  /// - Parameters:
  ///   - track: Which of a file's sound tracks; of several the first.
  ///   - allowingPartial: Whether sound may break off.
  init(path: String, track: TrackChoice, allowingPartial: Bool) throws(SignalFileError) {
    self.path = path
    allowsPartial = allowingPartial
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
      notes = []
      audioPath = path
      self.samples = samples
    } else {
      do throws(SignalFileError) {
        var sound = try SoundFile(path: path, tracks: track)
        var reader = try sound.tracks[0].reader(allowingPartial: allowingPartial)
        var count = try reader.countFrames()
        let end = Double(count) / Double(reader.sampleRate)
        if reader.shortfall != nil,
          let more = SoundFile.behindDamage(in: path, at: end, track)
        {
          sound = more
          reader = try sound.tracks[0].reader(allowingPartial: allowingPartial)
          count = try reader.countFrames()
        }
        // What reads the file itself has better words for what is missing, and had its turn.
        if !allowingPartial, let shortfall = sound.tracks[0].shortfall {
          throw .damaged(path: path, problem: shortfall)
        }
        audioPath = reader.path
        channelCount = reader.channelCount
        sampleRate = reader.sampleRate
        tags = reader.tags
        samples = nil
        frameCount = count
        sound.tracks[0].shortfall = reader.shortfall
        notes = sound.tracks[0].sentences(oneOf: sound.trackCount)
      } catch {
        throw error.about(path)
      }
    }
  }

  /// Whether the samples are in a file that can be read block by block.
  var isFile: Bool { samples == nil }

  /// Its frames from the first one on.
  func reader() throws(SignalFileError) -> AudioReader {
    try AudioReader(path: audioPath, allowingPartial: allowsPartial)
  }

  /// The samples of each channel.
  func channels() throws(SignalFileError) -> [[Float]] {
    if let samples { return [samples] }
    return try AudioRecording(reading: reader()).channels
  }

  /// The samples of each channel at a sample rate, and how many of them come before its time 0. They
  /// are those of a filter, whose gain at each frequency remains, or, with `keepingLevel`, what a signal
  /// is correlated with, whose level does.
  func filter(
    at rate: Int, keepingLevel: Bool
  ) throws(SignalFileError) -> (channels: [[Float]], lead: Int) {
    if let sampleRate {
      // At a far higher rate a short sound is a long one, kept beside its spectrum and the result.
      let count = Double(frameCount) / Double(sampleRate) * Double(rate) * Double(channelCount)
      let byteCount = 4 * count * Double(MemoryLayout<Float>.size)
      guard byteCount < Double(availableMemory()) else {
        throw .tooLarge(
          path: path, byteCount: Int(min(byteCount, 1e18)), available: availableMemory())
      }
    }
    var channels = try channels()
    guard let sampleRate, sampleRate != rate else { return (channels, 0) }
    let factor = keepingLevel ? Float(rate) / Float(sampleRate) : 1
    var lead = 0
    for index in channels.indices {
      do throws(ResamplingError) {
        let filter = try resampleFilter(channels[index], from: sampleRate, to: rate)
        (channels[index], lead) = (filter.taps.map { factor * $0 }, filter.lead)
      } catch {
        throw .damaged(path: path, problem: error.description)
      }
    }
    return (channels, lead)
  }

  /// The sum of squares of each channel of a file.
  func energies() throws(SignalFileError) -> [Double] {
    var reader = try reader()
    var energies = [Double](repeating: 0, count: channelCount)
    var lane = [Float](repeating: 0, count: max(1, (1 << 16) / channelCount))
    var block = [Float](repeating: 0, count: channelCount * lane.count)
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
