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
  /// The kind of file, and of samples in it.
  package let format: AudioFormat

  private let sound: SoundHandle
  private let input: InputFile
  /// What libsndfile reads by way of, where the file's header is unfinished.
  private let unfinished: VirtualSoundFile?
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
    let chunk = SoundDataChunk(of: input)
    if let chunk, let expected = chunk.byteCount, let size = input.byteCount,
      size - chunk.start < expected
    {
      throw .truncated(
        path: path, expected: expected, actual: max(0, size - chunk.start), unit: "bytes of sound")
    }
    if input.isUnendedOggStream {
      throw .damaged(path: path, problem: "its end is missing")
    }
    let unfinished = chunk?.unfinishedSizeField.map {
      VirtualSoundFile(
        descriptor: input.descriptor, byteCount: input.byteCount ?? 0, unfinishedSizeField: $0)
    }
    var info = SF_INFO()
    let sound = try SoundHandle(input, by: unfinished, &info)
    if info.frames == 0 { throw .empty(path: path) }
    guard 1...largestSampleRate ~= info.samplerate else {
      throw .damaged(path: path, problem: "its sample rate is \(info.samplerate) Hz")
    }
    self.path = path
    sampleRate = Int(info.samplerate)
    channelCount = Int(info.channels)
    // libsndfile's own sign that it does not know.
    frameCount = info.frames < 0 || info.frames == sf_count_t.max ? nil : Int(info.frames)
    let format = AudioFormat(code: info.format)
    self.format = format
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
  /// For files of a known number of frames. In uncompressed and FLAC files it costs next to nothing.
  ///
  /// - Throws: ``SignalFileError/readFailed(path:reason:)`` where the file cannot be read from there.
  public mutating func seek(toFrame frame: Int) throws(SignalFileError) {
    guard frame != framesRead else { return }
    let reached = unsafe sf_seek(sound.handle, sf_count_t(frame), CInt(SEEK_SET))
    guard reached == sf_count_t(frame) else {
      throw .readFailed(path: path, reason: failure ?? "it cannot be read from the middle")
    }
    framesRead = frame
  }

  /// The number of frames, for which a file that does not say it is read once more.
  package func countFrames() throws(SignalFileError) -> Int {
    if let frameCount { return frameCount }
    return try AudioRecording(path: path, channels: .mix).frameCount
  }

  /// Tells the end of the file from a failure.
  private func checkEnd() throws(SignalFileError) {
    if let problem = failure { throw .damaged(path: path, problem: problem) }
    if let expected = frameCount, framesRead < expected {
      throw .truncated(path: path, expected: expected, actual: framesRead, unit: "frames")
    }
    if framesRead == 0 { throw .empty(path: path) }
  }

  /// What stopped the last reading, unless that was the end of the file.
  private var failure: String? {
    guard unsafe sf_error(sound.handle) != 0 else { return nil }
    return unsafe SoundLibrary.message(String(cString: sf_strerror(sound.handle)))
  }
}

/// A file that libsndfile has opened for reading: closed when the value ends.
@safe struct SoundHandle: ~Copyable {
  let handle: OpaquePointer

  /// Opens a file, by way of `unfinished` where that is needed.
  init(
    _ input: borrowing InputFile, by unfinished: VirtualSoundFile?, _ info: inout SF_INFO
  ) throws(SignalFileError) {
    do {
      if let unfinished {
        unsafe handle = try unfinished.open(&info, mode: SFM_READ)
      } else {
        unsafe handle = try SoundLibrary.open(input.descriptor, mode: SFM_READ, &info)
      }
    } catch {
      switch error.code {
      case SF_ERR_UNRECOGNISED_FORMAT:
        throw .unrecognized(path: input.path, expected: "an audio file of a known format")
      case SF_ERR_SYSTEM: throw .readFailed(path: input.path, reason: error.reason)
      default: throw .damaged(path: input.path, problem: error.reason)
      }
    }
  }

  deinit { unsafe sf_close(handle) }
}

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
