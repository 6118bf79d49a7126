// SPDX-License-Identifier: MIT

import CSndfile
import Platform

/// Writes an audio file block by block.
///
/// The file appears under its name only when ``finish()`` has succeeded: until then it is written
/// next to its place, and a writer that ends without finishing leaves nothing behind.
@safe public struct AudioWriter: ~Copyable {
  /// The number of samples in a frame.
  public let channelCount: Int
  /// How samples are kept.
  public var sampleFormat: SampleFormat { format.samples }
  /// The number of samples so far that exceeded full scale and were limited to it, or were NaN and
  /// became 0. Always 0 for floating-point samples, which are kept as they are; compressed ones
  /// are not, because encoders may fail on what is far beyond full scale.
  public private(set) var clippedSampleCount = 0

  private let format: AudioFormat
  private var file: AtomicFile
  private let output: VirtualSoundFile
  /// libsndfile's; nil when the file is complete, or has failed to become so.
  private var handle: OpaquePointer?
  private var converted: [Int32]
  private var limited: [Float]

  /// Creates a file.
  ///
  /// - Parameters:
  ///   - path: The file; its extension tells its kind.
  ///   - sampleRate: The number of frames in a second.
  ///   - channelCount: The number of samples in a frame.
  ///   - samples: How samples are to be kept, where the kind of file leaves a choice. A wish that
  ///     it cannot fulfil becomes its nearest: FLAC keeps 24 bits at most, and Ogg, Opus and MP3
  ///     only their own compression.
  ///   - tags: The texts to store next to the samples.
  ///   - frameCount: The number of frames to come, if it is known: WAV files that might exceed
  ///     their limit of 4 GB are written as RF64.
  /// - Throws: ``SignalFileError/cannotCreate(path:reason:)``, also for an extension or a number of
  ///   channels that cannot be written.
  public init(
    path: String, sampleRate: Int, channelCount: Int, samples: SampleFormat = .float32,
    tags: [AudioTag: String] = [:], frameCount: Int? = nil
  ) throws(SignalFileError) {
    guard let format = AudioFormat(path: path, samples: samples), var code = format.code else {
      throw .cannotCreate(
        path: path,
        reason: "its extension is none of wav, aiff, caf, au, w64, flac, ogg, opus and mp3")
    }
    let file = try AtomicFile(path: path)
    if format.container == .wav,
      frameCount.map({ $0 > largeWaveSamples / max(1, channelCount) }) ?? true
    {
      // RF64, which becomes a plain WAV file when it turns out to be small enough for that.
      code = code & CInt(SF_FORMAT_SUBMASK) | CInt(SF_FORMAT_RF64)
    }
    var info = SF_INFO()
    info.format = code
    info.samplerate = CInt(clamping: sampleRate)
    info.channels = CInt(clamping: channelCount)
    guard unsafe sf_format_check(&info) != 0 else {
      throw .cannotCreate(
        path: path,
        reason: "this kind of file cannot hold \(channelCount) channels at \(sampleRate) Hz")
    }
    let output = VirtualSoundFile(descriptor: file.descriptor)
    let handle: OpaquePointer
    do {
      unsafe handle = try output.open(&info, mode: SFM_WRITE)
    } catch {
      if let reason = output.failure { throw .writeFailed(path: path, reason: reason) }
      throw .cannotCreate(path: path, reason: error.reason)
    }
    unsafe sf_command(handle, CInt(SFC_RF64_AUTO_DOWNGRADE), nil, CInt(SF_TRUE))
    // The chunk of peaks has the time of day in it: the same samples would not give the same file.
    unsafe sf_command(handle, CInt(SFC_SET_ADD_PEAK_CHUNK), nil, CInt(SF_FALSE))
    // Texts that the kind of file has no place for are left out.
    for (tag, code) in AudioTag.codes {
      if let text = tags[tag] { _ = unsafe sf_set_string(handle, code, text) }
    }
    self.file = file
    self.output = output
    unsafe self.handle = handle
    self.channelCount = channelCount
    self.format = format
    converted = [Int32](repeating: 0, count: format.samples.bits == nil ? 0 : conversionBlock)
    limited = [Float](repeating: 0, count: format.samples.isUncompressed ? 0 : conversionBlock)
  }

  /// Keeps what the kind of file has a place for; to be called before anything is written.
  package mutating func add(_ chunks: ProductionChunks) {
    if let handle = unsafe handle { unsafe chunks.add(to: handle) }
  }

  /// Appends interleaved frames.
  ///
  /// Integer samples are rounded to the nearest, and those beyond full scale are limited to it and
  /// counted in ``clippedSampleCount``. A recording that is read and written with the same integer
  /// format keeps its bits.
  ///
  /// - Precondition: `block` consists of whole frames.
  /// - Throws: ``SignalFileError/writeFailed(path:reason:)``, also after ``finish()``.
  public mutating func write(_ block: Span<Float>) throws(SignalFileError) {
    guard unsafe handle != nil else {
      throw .writeFailed(path: file.path, reason: "it is finished already")
    }
    precondition(block.count % channelCount == 0, "a block consists of whole frames")
    if format.samples.isFloatingPoint {
      return try unsafe append(block, sf_write_float)
    }
    var rest = block
    // libsndfile takes whole frames only.
    let blockLength = max(1, conversionBlock / channelCount) * channelCount
    while !rest.isEmpty {
      let part = rest.extracting(first: blockLength)
      if let bits = format.samples.bits {
        var target = converted.mutableSpan
        clippedSampleCount += quantize(part, bits: bits, into: &target)
        try unsafe append(converted.span.extracting(first: part.count), sf_write_int)
      } else {
        var target = limited.mutableSpan
        clippedSampleCount += limit(part, into: &target)
        try unsafe append(limited.span.extracting(first: part.count), sf_write_float)
      }
      rest = rest.extracting(droppingFirst: part.count)
    }
  }

  /// Completes the file and gives it its name. Once more, it does nothing.
  ///
  /// - Throws: ``SignalFileError/writeFailed(path:reason:)``,
  ///   ``SignalFileError/cannotCreate(path:reason:)``.
  public mutating func finish() throws(SignalFileError) {
    guard let handle = unsafe handle else { return }
    let code = unsafe sf_close(handle)
    unsafe self.handle = nil
    if let reason = output.failure { throw .writeFailed(path: file.path, reason: reason) }
    guard code == 0 else {
      let reason = unsafe String(cString: sf_error_number(code))
      throw .writeFailed(path: file.path, reason: SoundLibrary.message(reason))
    }
    try file.commit()
  }

  /// Appends samples by one of libsndfile's functions; integers are left-justified in 32 bits.
  @unsafe private func append<Sample>(
    _ samples: Span<Sample>,
    _ write: (OpaquePointer?, UnsafePointer<Sample>?, sf_count_t) -> sf_count_t
  ) throws(SignalFileError) {
    let count = unsafe samples.withUnsafeBufferPointer {
      unsafe write(handle, $0.baseAddress, sf_count_t($0.count))
    }
    if count == samples.count { return }
    let reason = unsafe SoundLibrary.message(String(cString: sf_strerror(handle)))
    throw .writeFailed(path: file.path, reason: output.failure ?? reason)
  }

  deinit {
    if let handle = unsafe handle { unsafe sf_close(handle) }
  }
}

/// WAV counts bytes in 32 bits; at 8 bytes a sample this many fit with room for the header.
private let largeWaveSamples = 500_000_000

/// 32 KB of converted samples at a time, which the first-level cache holds.
private let conversionBlock = 8192

/// Writes samples as integers of `bits` bits in the upper bits of 32, and tells how many had to be
/// limited. Full scale is 2^(bits-1), the factor by which libsndfile reads.
private func quantize(
  _ samples: Span<Float>, bits: Int, into target: inout MutableSpan<Int32>
) -> Int {
  let scale = Double(sign: .plus, exponent: bits - 1, significand: 1)
  let shift = Int32(32 - bits)
  var limited = 0
  for index in samples.indices {
    let scaled = (Double(samples[index]) * scale).rounded(.toNearestOrEven)
    // NaN fails every comparison.
    let valid = scaled >= -scale && scaled <= scale - 1
    if !valid { limited += 1 }
    let bounded = valid ? scaled : scaled.isNaN ? 0 : scaled < 0 ? -scale : scale - 1
    target[index] = Int32(bounded) << shift
  }
  return limited
}

/// Writes samples within full scale, and tells how many had to be limited to it.
private func limit(_ samples: Span<Float>, into target: inout MutableSpan<Float>) -> Int {
  var limited = 0
  for index in samples.indices {
    let sample = samples[index]
    // NaN fails every comparison.
    let valid = abs(sample) <= 1
    if !valid { limited += 1 }
    target[index] = valid ? sample : sample.isNaN ? 0 : sample < 0 ? -1 : 1
  }
  return limited
}
