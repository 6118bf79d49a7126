import CSndfile
import Platform

/// A file that libsndfile has opened for reading: the one place where its handle is used for that.
@safe struct SoundFile: ~Copyable {
  /// What libsndfile found in the header.
  struct Info {
    var sampleRate: Int
    var channelCount: Int
    var frameCount: Int?
    var format: AudioFormat
  }

  let info: Info
  private let input: InputFile
  private let handle: OpaquePointer
  private let unfinished: VirtualSoundFile?

  /// Opens a file.
  ///
  /// - Parameter unfinishedSizeField: see ``SoundDataChunk``.
  init(
    reading input: consuming InputFile, unfinishedSizeField: Int?
  ) throws(SignalFileError) {
    var raw = SF_INFO()
    let handle: OpaquePointer
    do {
      if let unfinishedSizeField, let byteCount = input.byteCount {
        let file = VirtualSoundFile(
          descriptor: input.descriptor, byteCount: byteCount,
          unfinishedSizeField: unfinishedSizeField)
        unsafe handle = try file.open(&raw, mode: SFM_READ)
        unfinished = file
      } else {
        unsafe handle = try SoundLibrary.open(input.descriptor, mode: SFM_READ, &raw)
        unfinished = nil
      }
    } catch {
      switch error.code {
      case SF_ERR_UNRECOGNISED_FORMAT:
        throw .unrecognized(path: input.path, expected: "an audio file of a known format")
      case SF_ERR_SYSTEM:
        throw .readFailed(path: input.path, reason: error.reason)
      default:
        throw .damaged(path: input.path, problem: error.reason)
      }
    }
    self.input = input
    unsafe self.handle = handle
    info = Info(
      sampleRate: Int(raw.samplerate), channelCount: Int(raw.channels),
      // libsndfile's own sign that it does not know.
      frameCount: raw.frames < 0 || raw.frames == sf_count_t.max ? nil : Int(raw.frames),
      format: AudioFormat(code: raw.format))
  }

  /// Reads up to `frames` frames.
  func read(frames: Int, into block: inout MutableSpan<Float>) -> Int {
    unsafe block.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return Int(unsafe sf_readf_float(handle, start, sf_count_t(frames)))
    }
  }

  /// Makes `frame` the next one to be read, and tells whether that worked.
  func seek(toFrame frame: Int) -> Bool {
    unsafe sf_seek(handle, sf_count_t(frame), CInt(SEEK_SET)) == sf_count_t(frame)
  }

  /// What stopped the last reading, unless that was the end of the file.
  var failure: String? {
    guard unsafe sf_error(handle) != 0 else { return nil }
    return unsafe SoundLibrary.message(String(cString: sf_strerror(handle)))
  }

  /// The texts in the file.
  var tags: [AudioTag: String] {
    var tags: [AudioTag: String] = [:]
    for (tag, code) in AudioTag.codes {
      if let text = unsafe sf_get_string(handle, code) {
        tags[tag] = unsafe String(cString: text)
      }
    }
    return tags
  }

  deinit { unsafe sf_close(handle) }
}
