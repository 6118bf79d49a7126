// SPDX-License-Identifier: MIT

import Alignment
import SignalFiles
import Synchronization

/// A file as it takes part in alignment.
struct Recording: Sendable {
  /// A sound track of it.
  struct Track: Sendable {
    var file: SoundFile.Track
    /// What may be compared: the mix of all channels first, or one of them.
    var parts: [Part]
    /// The number of channels.
    var channelCount: Int
  }

  /// The mix of all channels or one of them.
  struct Part: Sendable {
    var source: RecordingSource
    /// From 1 on; nil for the mix.
    var channel: Int?
  }

  var path: String
  /// Of those in the file; `tracks` are those that are compared.
  var trackCount: Int
  var tracks: [Track]

  var sampleRate: Int { tracks[0].parts[0].source.wholeSampleRate }

  /// Of the memory that its samples take, and of the disk where they were decoded.
  var byteCount: Int {
    tracks.reduce(0) { sum, track in
      sum
        + track.parts.reduce(0) {
          $0 + $1.source.byteCount(isDecoded: track.file.audioPath != path)
        }
    }
  }

  /// In seconds.
  var duration: Double { Double(tracks[0].parts[0].source.frameCount) / Double(sampleRate) }

  init(
    path: String, track: TrackChoice, channel: ChannelChoice, arrayRate: Int? = nil
  ) throws(SignalFileError) {
    let file = try SoundFile(path: path, tracks: track, arrayRate: arrayRate)
    do throws(SignalFileError) {
      self = try Recording(file, channel)
    } catch {
      guard case .damaged = error, let more = SoundFile.behindDamage(in: path, at: 0, track)
      else { throw error }
      self = try Recording(more, channel)
    }
    if tracks.contains(where: { $0.file.shortfall != nil }),
      let more = SoundFile.behindDamage(in: path, at: duration, track)
    {
      self = try Recording(more, channel)
    }
  }

  private init(_ file: SoundFile, _ channel: ChannelChoice) throws(SignalFileError) {
    path = file.path
    trackCount = file.trackCount
    tracks = []
    do throws(SignalFileError) {
      for track in file.tracks {
        tracks.append(try Track(track, of: path, channel, oneOf: file.tracks.count))
      }
    } catch {
      // Not about what was decoded of it.
      throw error.about(path)
    }
  }
}

extension Recording.Track {
  init(
    _ file: SoundFile.Track, of path: String, _ choice: ChannelChoice, oneOf trackCount: Int
  ) throws(SignalFileError) {
    self.file = file
    let reader = try file.reader()
    channelCount = reader.channelCount
    let channels: [Int?] =
      switch choice {
      case .mix: [nil]
      case .number(let number): [number]
      case .best: Array(1...channelCount)
      case .auto: [nil] + (try overlookedChannels(of: file, channelCount))
      }
    parts = []
    defer { self.file.shortfall = parts.lazy.compactMap(\.source.shortfall).first }
    for channel in channels {
      parts.append(
        Recording.Part(
          source: try RecordingSource(
            file.reader(), path: path,
            channels: channel.map { .channel($0) } ?? .mix, oneOf: trackCount * channels.count),
          channel: channel))
    }
  }
}

/// The channels, from 1 on, of which the mix says little.
func overlookedChannels(
  of track: SoundFile.Track, _ channelCount: Int
) throws(SignalFileError) -> [Int?] {
  // Judged: twice the channels of ambisonics of the fourth order.
  guard 2...64 ~= channelCount else { return [] }
  var reader = try track.reader()
  var coherence = ChannelCoherence(channelCount: channelCount)
  let (length, count) = (ChannelCoherence.segmentLength, ChannelCoherence.segmentCount)
  var block = [Float](repeating: 0, count: length * channelCount)
  for segment in 0..<count {
    // Along the whole file, where its length is known.
    if let frameCount = reader.frameCount {
      try reader.seek(toFrame: max(0, frameCount - length) * segment / (count - 1))
    }
    var target = block.mutableSpan
    let frames = try reader.read(into: &target)
    for index in frames * channelCount..<block.count { block[index] = 0 }
    if frames > 0 { coherence.add(block.span) }
    if frames < length { break }
  }
  return coherence.overlooked().map { $0 + 1 }
}

/// One channel, or the mix, of an audio file: in memory, or read where it is needed if it is long.
final class RecordingSource: DecimationKeeper {
  /// What the file says.
  let wholeSampleRate: Int
  var sampleRate: Double { Double(wholeSampleRate) }
  let frameCount: Int
  /// What is missing of a file that breaks off: a part of a sentence.
  let shortfall: String?
  private let samples: [Float]
  private let reader: Mutex<ChannelReader?>
  private let path: String
  /// The samples at the rates of searches so far.
  private let decimated = Mutex<[Double: [Float]]>([:])

  /// 32 MB a file: three minutes at 44.1 kHz.
  private static var memoryLimit: Int { 1 << 23 }

  /// Reads from an open file; errors are about `path`. `count` such sources share the memory of a file.
  init(
    _ reader: consuming sending AudioReader, path: String, channels: ChannelSelection,
    oneOf count: Int
  ) throws(SignalFileError) {
    self.path = path
    var reader = try ChannelReader(reader, channels: channels)
    wholeSampleRate = reader.sampleRate
    if let frameCount = reader.frameCount, frameCount > Self.memoryLimit / count,
      reader.sampleFormat.isUncompressed
    {
      self.frameCount = frameCount
      samples = []
      shortfall = reader.shortfall
      self.reader = Mutex(reader)
    } else {
      samples = try reader.readAll()
      shortfall = reader.shortfall
      frameCount = samples.count
      self.reader = Mutex(nil)
    }
  }

  func decimated(
    to rate: Double, _ make: () throws(AlignmentError) -> [Float]
  ) throws(AlignmentError) -> [Float] {
    try decimated.withLock { decimated throws(AlignmentError) in
      if let known = decimated[rate] { return known }
      let made = try make()
      // Recordings at several rates, each compared with others at several, are rare.
      if decimated.count >= 4 { decimated = [:] }
      decimated[rate] = rate == sampleRate && !samples.isEmpty ? samples : made
      return made
    }
  }

  /// - Parameter isDecoded: Whether it was decoded into a file, which is there while it is open.
  func byteCount(isDecoded: Bool) -> Int {
    let own = samples.isEmpty && !isDecoded ? 0 : frameCount
    let atOtherRates = decimated.withLock {
      $0.reduce(0) { $0 + ($1.key == sampleRate && !samples.isEmpty ? 0 : $1.value.count) }
    }
    return (own + atOtherRates) * MemoryLayout<Float>.size
  }

  func read(at start: Int, into block: inout MutableSpan<Float>) throws {
    if !samples.isEmpty {
      for index in 0..<block.count { block[index] = samples[start + index] }
      return
    }
    let wanted = block.count
    let count = try reader.withLock { reader in
      guard reader != nil else { return 0 }
      return try reader?.read(from: start, into: &block) ?? 0
    }
    guard count == wanted else {
      throw SignalFileError.truncated(
        path: path, expected: frameCount, actual: start + count, unit: "frames")
    }
  }
}
