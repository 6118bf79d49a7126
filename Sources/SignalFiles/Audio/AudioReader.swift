import CSndfile
import Platform

/// Reads an audio file block by block: WAV, FLAC, Ogg Vorbis, Opus, MP3, AIFF, CAF and whatever
/// else libsndfile knows.
///
/// Samples are floating-point numbers with full scale at ±1. Frames, one sample of each channel,
/// lie one after the other. A file that is damaged or cut off is an error and never a shorter
/// recording.
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
  /// The number of frames; nil where the file does not say.
  public let frameCount: Int?
  /// How samples are kept.
  public var sampleFormat: SampleFormat { format.samples }
  /// What the file says about its contents.
  public let tags: [AudioTag: String]
  /// The kind of file, and of samples in it.
  package let format: AudioFormat

  private let handle: SoundFile
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
    let input = try InputFile(path: path)
    let extent = SoundDataChunk(of: input)
    if let extent, let expected = extent.byteCount, let size = input.byteCount,
      size - extent.start < expected
    {
      throw .truncated(
        path: path, expected: expected, actual: max(0, size - extent.start), unit: "bytes of sound")
    }
    if input.isUnendedOggStream {
      throw .damaged(path: path, problem: "its end is missing")
    }
    let handle = try SoundFile(reading: input, unfinishedSizeField: extent?.unfinishedSizeField)
    let info = handle.info
    if info.frameCount == 0 { throw .empty(path: path) }
    guard 1...largestSampleRate ~= info.sampleRate else {
      throw .damaged(path: path, problem: "its sample rate is \(info.sampleRate) Hz")
    }
    self.path = path
    sampleRate = info.sampleRate
    channelCount = info.channelCount
    frameCount = info.frameCount
    format = info.format
    tags = handle.tags
    checksFiniteness = !allowingNonFinite && info.format.samples.isFloatingPoint
    self.handle = handle
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
    let count = handle.read(frames: wanted, into: &block)
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
  /// For files of a known number of frames. In uncompressed and FLAC files it costs next to nothing.
  ///
  /// - Throws: ``SignalFileError/readFailed(path:reason:)`` where the file cannot be read from there.
  public mutating func seek(toFrame frame: Int) throws(SignalFileError) {
    guard frame != framesRead else { return }
    guard handle.seek(toFrame: frame) else {
      throw .readFailed(path: path, reason: handle.failure ?? "it cannot be read from the middle")
    }
    framesRead = frame
  }

  /// Tells the end of the file from a failure.
  private func checkEnd() throws(SignalFileError) {
    if let problem = handle.failure {
      throw .damaged(path: path, problem: problem)
    }
    if let expected = frameCount, framesRead < expected {
      throw .truncated(path: path, expected: expected, actual: framesRead, unit: "frames")
    }
    if framesRead == 0 { throw .empty(path: path) }
  }
}

/// In Hz: ten times what recorders of ultrasound have.
private let largestSampleRate = 10_000_000

/// The position of the first NaN or infinity among the first `count` samples.
private func firstNonFinite(in block: borrowing MutableSpan<Float>, count: Int) -> Int? {
  // The largest magnitude as a bit pattern: an integer maximum vectorises, and NaN and infinity
  // exceed every finite number.
  var largest: UInt32 = 0
  for index in 0..<count { largest = max(largest, block[index].bitPattern & 0x7FFF_FFFF) }
  if largest < Float.infinity.bitPattern { return nil }
  return (0..<count).first { !block[$0].isFinite }
}
