import CSndfile

/// A file that libsndfile has opened for writing: the one place where its handle is used for that.
@safe struct SoundSink: ~Copyable {
  private var file: AtomicFile
  private let output: VirtualSoundFile
  /// nil when the file is complete.
  private var handle: OpaquePointer?

  /// Starts a sound file in `file`.
  init(
    writing file: consuming AtomicFile, format: AudioFormat, sampleRate: Int, channelCount: Int,
    frameCount: Int?
  ) throws(SignalFileError) {
    guard var code = format.code else {
      throw .cannotCreate(path: file.path, reason: "this kind of audio file is not written")
    }
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
        path: file.path,
        reason: "this kind of file cannot hold \(channelCount) channels at \(sampleRate) Hz")
    }
    let handle: OpaquePointer
    let output = VirtualSoundFile(descriptor: file.descriptor)
    do {
      unsafe handle = try output.open(&info, mode: SFM_WRITE)
    } catch {
      if let reason = output.failure { throw .writeFailed(path: file.path, reason: reason) }
      throw .cannotCreate(path: file.path, reason: error.reason)
    }
    self.file = file
    self.output = output
    unsafe self.handle = handle
    unsafe sf_command(handle, CInt(SFC_RF64_AUTO_DOWNGRADE), nil, CInt(SF_TRUE))
    // The chunk of peaks has the time of day in it: the same samples would not give the same file.
    unsafe sf_command(handle, CInt(SFC_SET_ADD_PEAK_CHUNK), nil, CInt(SF_FALSE))
  }

  /// Stores texts; those that the kind of file has no place for are left out.
  func set(_ tags: [AudioTag: String]) {
    for (tag, code) in AudioTag.codes {
      if let text = tags[tag] { _ = unsafe sf_set_string(handle, code, text) }
    }
  }

  /// Appends samples.
  func write(_ samples: Span<Float>) throws(SignalFileError) {
    let count = unsafe samples.withUnsafeBufferPointer {
      unsafe sf_write_float(handle, $0.baseAddress, sf_count_t($0.count))
    }
    if count != samples.count { throw failure() }
  }

  /// Appends integer samples, left-justified in 32 bits.
  func write(_ samples: Span<Int32>) throws(SignalFileError) {
    let count = unsafe samples.withUnsafeBufferPointer { source in
      unsafe sf_write_int(handle, source.baseAddress, sf_count_t(source.count))
    }
    if count != samples.count { throw failure() }
  }

  /// Whether the file is complete, or has failed to become so.
  var isFinished: Bool { unsafe handle == nil }

  /// Writes what is held back and the header, and gives the file its name, the first time.
  mutating func finish() throws(SignalFileError) {
    if isFinished { return }
    let code = unsafe sf_close(handle)
    unsafe handle = nil
    if let reason = output.failure { throw .writeFailed(path: file.path, reason: reason) }
    guard code == 0 else {
      throw .writeFailed(
        path: file.path, reason: unsafe SoundLibrary.message(String(cString: sf_error_number(code)))
      )
    }
    try file.commit()
  }

  private func failure() -> SignalFileError {
    unsafe .writeFailed(
      path: file.path,
      reason: output.failure ?? SoundLibrary.message(String(cString: sf_strerror(handle))))
  }

  deinit {
    if let handle = unsafe handle { unsafe sf_close(handle) }
  }
}

/// WAV counts bytes in 32 bits; at 8 bytes a sample this many fit with room for the header.
private let largeWaveSamples = 500_000_000
