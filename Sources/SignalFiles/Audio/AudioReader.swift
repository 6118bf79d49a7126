// SPDX-License-Identifier: MIT

import CSndfile
import Platform

/// Reads an audio file block by block: WAV, FLAC, Ogg Vorbis, Opus, MP3, AIFF, CAF and whatever
/// else libsndfile knows.
///
/// Samples are floating-point numbers with full scale at ±1. Frames, one sample of each channel,
/// lie one after the other. A file that is damaged or cut off is an error and never a shorter
/// recording. What the header says about the length is believed when the last frame is there.
///
/// ```swift
/// var reader = try AudioReader(path: "talk.flac")
/// var block = [Float](repeating: 0, count: 4096 * reader.channelCount)
/// var count = 0
/// repeat {
///   var frames = block.mutableSpan
///   count = try reader.read(into: &frames)
///   …   // `count` frames are in `block`
/// } while count > 0
/// ```
public struct AudioReader: ~Copyable {
  /// The file's path, as it was given.
  package let path: String
  /// The number of frames in a second.
  public let sampleRate: Int
  /// The number of samples in a frame.
  public let channelCount: Int
  /// The number of frames; nil where the file does not say, or says more than it holds.
  public let frameCount: Int?
  /// How samples are kept.
  public var sampleFormat: SampleFormat { format.samples }
  /// The kind of file, and of samples in it.
  package let format: AudioFormat

  /// What is missing of a file that may break off, as far as that is known: a part of a sentence.
  package var shortfall: String?

  private let sound: SoundHandle
  private let input: InputFile
  /// What libsndfile reads by way of, where the file's header is unfinished.
  private let unfinished: VirtualSoundFile?
  /// The number of frames that the header announces.
  private let announcedCount: Int?
  private let allowsPartial: Bool
  private let checksFiniteness: Bool
  private var framesRead = 0

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - allowingNonFinite: Whether NaN and infinity, which only files of floating-point samples
  ///     can hold, are read as they are. Otherwise they are an error.
  /// - Throws: ``SignalFileError``: no such file, not one that libsndfile reads, or an empty, damaged
  ///   or truncated one.
  public init(path: String, allowingNonFinite: Bool = false) throws(SignalFileError) {
    try self.init(path: path, allowingNonFinite: allowingNonFinite, allowingPartial: false)
  }

  /// - Parameter allowingPartial: Whether a file that breaks off, by a header that announces more than
  ///   is there or by damage, ends there; ``shortfall`` says so. Otherwise it is an error.
  package init(
    path: String, allowingNonFinite: Bool = false, allowingPartial: Bool
  ) throws(SignalFileError) {
    let input = try InputFile(path: path)
    let chunk = SoundDataChunk(of: input)
    var shortfall: String?
    if let chunk, let expected = chunk.byteCount, let size = input.byteCount,
      size - chunk.start < expected
    {
      let error = SignalFileError.truncated(
        path: path, expected: expected, actual: max(0, size - chunk.start), unit: "bytes of sound")
      guard allowingPartial, size > chunk.start else { throw error }
      shortfall = error.problem
    }
    if let problem = input.oggProblem?.rawValue {
      guard allowingPartial else { throw .damaged(path: path, problem: problem) }
      shortfall = problem
    }
    var correction = chunk?.correction ?? [:]
    correction.merge(input.chunkCorrection(besides: chunk)) { first, _ in first }
    let unfinished =
      correction.isEmpty
      ? nil
      : VirtualSoundFile(
        descriptor: input.descriptor, byteCount: input.byteCount ?? 0, correction: correction)
    var info = SF_INFO()
    var sound = try SoundHandle(input, by: unfinished, &info)
    if info.frames == 0 { throw .empty(path: path) }
    guard 1...largestSampleRate ~= info.samplerate else {
      throw .damaged(path: path, problem: "its sample rate is \(info.samplerate) Hz")
    }
    let format = AudioFormat(code: info.format)
    let announced = announcedFrames(info, format, input)
    var isThere = false
    if let announced, let byteCount = input.byteCount {
      if let size = format.bytesPerSample {
        isThere = announced <= byteCount / size / Int(info.channels)
      } else {
        isThere =
          announced / densestFrames <= byteCount
          && sound.hasFrame(announced - 1, channelCount: Int(info.channels))
        // Decoded from the start, as if nobody had looked at the end.
        lseek(input.descriptor, 0, SEEK_SET)
        sound = try SoundHandle(input, by: unfinished, &info)
      }
    }
    self.path = path
    sampleRate = Int(info.samplerate)
    channelCount = Int(info.channels)
    frameCount = isThere ? announced : nil
    announcedCount = announced
    self.format = format
    self.shortfall = shortfall
    allowsPartial = allowingPartial
    checksFiniteness = !allowingNonFinite && format.samples.isFloatingPoint
    self.sound = sound
    self.input = input
    self.unfinished = unfinished
  }

  /// What the file says about its contents.
  public var tags: [AudioTag: String] {
    var tags: [AudioTag: String] = [:]
    for (tag, code) in AudioTag.codes {
      if let text = unsafe sf_get_string(sound.handle, code) {
        tags[tag] = unsafe String(cString: text)
      }
    }
    return tags
  }

  /// What it keeps for production beside its samples.
  package var productionChunks: ProductionChunks {
    unsafe ProductionChunks(of: sound.handle, byteCount: input.byteCount ?? 0)
  }

  /// Reads the next frames.
  ///
  /// - Parameter block: Receives the frames, interleaved. Its size need not be a multiple of
  ///   ``channelCount``; only whole frames are read.
  /// - Returns: The number of frames, which is smaller than what fits only at the end, and 0 after
  ///   it.
  /// - Throws: ``SignalFileError/notFinite(path:channel:index:)``,
  ///   ``SignalFileError/damaged(path:problem:)``, or
  ///   ``SignalFileError/truncated(path:expected:actual:unit:)`` where the file ends too soon.
  public mutating func read(
    into block: inout MutableSpan<Float>
  ) throws(SignalFileError) -> Int {
    let wanted = block.count / channelCount
    precondition(wanted > 0, "a block of \(block.count) cannot hold a frame of \(channelCount)")
    let count = unsafe block.withUnsafeMutableBufferPointer {
      Int(unsafe sf_readf_float(sound.handle, $0.baseAddress, sf_count_t(wanted)))
    }
    if checksFiniteness, let index = firstNonFinite(in: block, count: count * channelCount) {
      throw .notFinite(
        path: path, channel: index % channelCount + 1, index: framesRead + index / channelCount)
    }
    framesRead += count
    if count < wanted { try checkEnd() }
    return count
  }

  /// Makes `frame`, counted from 0, the next one to be read.
  ///
  /// For files of a known number of frames. In uncompressed and FLAC files it costs next to nothing; files
  /// whose library knows no places, as GSM's, are read up to there.
  ///
  /// - Throws: ``SignalFileError/readFailed(path:reason:)`` where the file cannot be read from there.
  public mutating func seek(toFrame frame: Int) throws(SignalFileError) {
    guard frame != framesRead else { return }
    if unsafe sf_seek(sound.handle, sf_count_t(frame), CInt(SEEK_SET)) == sf_count_t(frame) {
      framesRead = frame
    } else {
      try readAnew(toFrame: frame)
    }
  }

  private mutating func readAnew(toFrame frame: Int) throws(SignalFileError) {
    let shortfall = shortfall
    self = try AudioReader(
      path: path, allowingNonFinite: !checksFiniteness, allowingPartial: allowsPartial)
    self.shortfall = shortfall ?? self.shortfall
    var block = [Float](repeating: 0, count: max(1, blockSamples / channelCount) * channelCount)
    while framesRead < frame {
      var target = block.mutableSpan
      var part = target._mutatingExtracting(
        0..<min(target.count, (frame - framesRead) * channelCount))
      guard try read(into: &part) > 0 else {
        throw .readFailed(path: path, reason: "it cannot be read from the middle")
      }
    }
  }

  /// The number of frames, for which a file that does not say it is read once more.
  package mutating func countFrames() throws(SignalFileError) -> Int {
    if let frameCount { return frameCount }
    var reader = try AudioReader(
      path: path, allowingNonFinite: !checksFiniteness, allowingPartial: allowsPartial)
    var block = [Float](repeating: 0, count: max(1, blockSamples / channelCount) * channelCount)
    var (total, count) = (0, 0)
    repeat {
      var target = block.mutableSpan
      count = try reader.read(into: &target)
      total += count
    } while count > 0
    shortfall = shortfall ?? reader.shortfall
    return total
  }

  /// Tells the end of the file from a failure.
  private mutating func checkEnd() throws(SignalFileError) {
    var error: SignalFileError?
    if let problem = failure {
      error = .damaged(path: path, problem: problem)
    } else if let expected = announcedCount, framesRead < expected {
      error = .truncated(path: path, expected: expected, actual: framesRead, unit: "frames")
    }
    if let error {
      guard allowsPartial, framesRead > 0 else { throw error }
      shortfall = shortfall ?? error.problem
    }
    if framesRead == 0 { throw .empty(path: path) }
  }

  /// What stopped the last reading, unless that was the end of the file.
  private var failure: String? {
    guard unsafe sf_error(sound.handle) != 0 else { return nil }
    return unsafe SoundLibrary.message(String(cString: sf_strerror(sound.handle)))
  }
}

/// The number of frames that a header announces; nil where it does not, or estimates.
private func announcedFrames(
  _ info: SF_INFO, _ format: AudioFormat, _ input: borrowing InputFile
) -> Int? {
  // The largest number is libsndfile's own sign that it does not know.
  guard info.frames > 0, info.frames != sf_count_t.max else { return nil }
  let isEstimate =
    format.samples == .mp3 && !(format.container == .mp3 && input.hasMPEGFrameCount)
  return isEstimate ? nil : Int(info.frames)
}

/// No sound takes less than a byte for so many frames: FLAC's largest blocks are of 65,535 frames,
/// and one of silence takes 12 bytes (RFC 9639, section 9).
private let densestFrames = 65_535 / 12 + 1

/// In Hz: ten times what recorders of ultrasound have.
private let largestSampleRate: CInt = 10_000_000

/// The position of the first NaN or infinity among the first `count` samples.
private func firstNonFinite(in block: borrowing MutableSpan<Float>, count: Int) -> Int? {
  // The largest magnitude as a bit pattern: an integer maximum vectorises, and NaN and infinity
  // exceed every finite number.
  var largest: UInt32 = 0
  for index in 0..<count { largest = max(largest, block[index].bitPattern & 0x7FFF_FFFF) }
  if largest < Float.infinity.bitPattern { return nil }
  return (0..<count).first { !block[$0].isFinite }
}
