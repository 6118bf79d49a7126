import CSndfile

/// The kind of an audio file: its container and how the samples in it are kept.
public struct AudioFormat: Sendable, Equatable {
  /// The kind of file. Those that can be written have an extension.
  public enum Container: Sendable, CaseIterable {
    /// By their usual extensions: Microsoft's WAVE, Apple's AIFF, Sun's AU, Apple's CAF, Sony's
    /// Wave64, FLAC, Ogg (with Vorbis or Opus in it), and MPEG layer III.
    case wav, aiff, au, caf, w64, flac, ogg, mp3
    /// One that is read and not written.
    case other
  }

  /// How samples are kept.
  public enum Samples: Sendable, CaseIterable {
    /// Integers of 16, 24 or 32 bits.
    case pcm16, pcm24, pcm32
    /// Floating-point numbers of 32 or 64 bits, which may exceed full scale.
    case float32, float64
    /// Lossily compressed.
    case vorbis, opus, mp3
    /// One that is read and not written.
    case other

    /// Whether NaN and infinity can be kept.
    public var isFloatingPoint: Bool { self == .float32 || self == .float64 }

    /// Whether each sample has its own place in the file.
    public var isUncompressed: Bool {
      switch self {
      case .pcm16, .pcm24, .pcm32, .float32, .float64: true
      case .vorbis, .opus, .mp3, .other: false
      }
    }
  }

  /// The kind of file.
  public var container: Container
  /// How samples are kept.
  public var samples: Samples

  /// Creates a format.
  public init(_ container: Container, _ samples: Samples) {
    self.container = container
    self.samples = samples
  }

  /// The format for an output file, by its extension and, where that leaves a choice, by the kind
  /// of samples wished for; nil if the extension is not that of an audio file which can be written.
  ///
  /// A wish that the container cannot fulfil becomes its nearest: FLAC keeps 24 bits at most, and
  /// Ogg, Opus and MP3 only their own compression.
  public init?(path: String, samples wish: Samples = .float32) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    switch path[path.index(after: dot)...].lowercased() {
    case "wav", "wave": self.init(.wav, wish.uncompressed)
    case "aif", "aiff", "aifc": self.init(.aiff, wish.uncompressed)
    case "au", "snd": self.init(.au, wish.uncompressed)
    case "caf": self.init(.caf, wish.uncompressed)
    case "w64": self.init(.w64, wish.uncompressed)
    case "flac": self.init(.flac, wish == .pcm16 ? .pcm16 : .pcm24)
    case "ogg", "oga": self.init(.ogg, wish == .opus ? .opus : .vorbis)
    case "opus": self.init(.ogg, .opus)
    case "mp3": self.init(.mp3, .mp3)
    default: return nil
    }
  }

  /// The format of libsndfile's number.
  init(code: CInt) {
    let type = code & CInt(SF_FORMAT_TYPEMASK)
    let subtype = code & CInt(SF_FORMAT_SUBMASK)
    container =
      type == CInt(SF_FORMAT_WAVEX) || type == CInt(SF_FORMAT_RF64)
      ? .wav : Container.allCases.first { $0.code == type } ?? .other
    samples = Samples.allCases.first { $0.code == subtype } ?? .other
  }

  /// libsndfile's number; nil for what cannot be written.
  var code: CInt? {
    guard let type = container.code, let subtype = samples.code else { return nil }
    return type | subtype
  }
}

extension AudioFormat.Container {
  fileprivate var code: CInt? {
    switch self {
    case .wav: CInt(SF_FORMAT_WAV)
    case .aiff: CInt(SF_FORMAT_AIFF)
    case .au: CInt(SF_FORMAT_AU)
    case .caf: CInt(SF_FORMAT_CAF)
    case .w64: CInt(SF_FORMAT_W64)
    case .flac: CInt(SF_FORMAT_FLAC)
    case .ogg: CInt(SF_FORMAT_OGG)
    case .mp3: CInt(SF_FORMAT_MPEG)
    case .other: nil
    }
  }
}

extension AudioFormat.Samples {
  fileprivate var code: CInt? {
    switch self {
    case .pcm16: CInt(SF_FORMAT_PCM_16)
    case .pcm24: CInt(SF_FORMAT_PCM_24)
    case .pcm32: CInt(SF_FORMAT_PCM_32)
    case .float32: CInt(SF_FORMAT_FLOAT)
    case .float64: CInt(SF_FORMAT_DOUBLE)
    case .vorbis: CInt(SF_FORMAT_VORBIS)
    case .opus: CInt(SF_FORMAT_OPUS)
    case .mp3: CInt(SF_FORMAT_MPEG_LAYER_III)
    case .other: nil
    }
  }

  fileprivate var uncompressed: Self {
    switch self {
    case .pcm16, .pcm24, .pcm32, .float32, .float64: self
    case .vorbis, .opus, .mp3, .other: .float32
    }
  }
}
