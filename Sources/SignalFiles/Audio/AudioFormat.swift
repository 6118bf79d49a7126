// SPDX-License-Identifier: MIT

import CSndfile

/// How the samples of an audio file are kept.
public enum SampleFormat: Sendable {
  /// Integers of 16, 24 or 32 bits.
  case pcm16, pcm24, pcm32
  /// Floating-point numbers of 32 or 64 bits, which may exceed full scale.
  case float32, float64
  /// Lossily compressed.
  case vorbis, opus, mp3
  /// One that is read and not written.
  case other

  /// Whether NaN and infinity can be kept.
  package var isFloatingPoint: Bool { self == .float32 || self == .float64 }

  /// Whether each sample has its own place in the file.
  package var isUncompressed: Bool { isFloatingPoint || bits != nil }

  /// The number of bits of integer samples.
  var bits: Int? {
    switch self {
    case .pcm16: 16
    case .pcm24: 24
    case .pcm32: 32
    case .float32, .float64, .vorbis, .opus, .mp3, .other: nil
    }
  }

  /// libsndfile's numbers.
  fileprivate static var codes: [(samples: SampleFormat, code: CInt)] {
    [
      (.pcm16, CInt(SF_FORMAT_PCM_16)), (.pcm24, CInt(SF_FORMAT_PCM_24)),
      (.pcm32, CInt(SF_FORMAT_PCM_32)), (.float32, CInt(SF_FORMAT_FLOAT)),
      (.float64, CInt(SF_FORMAT_DOUBLE)), (.vorbis, CInt(SF_FORMAT_VORBIS)),
      (.opus, CInt(SF_FORMAT_OPUS)), (.mp3, CInt(SF_FORMAT_MPEG_LAYER_III)),
    ]
  }
}

/// The kind of an audio file: its container and how the samples in it are kept.
package struct AudioFormat: Equatable {
  /// The kind of file, with libsndfile's number for it (`SF_FORMAT_WAV` and so on); `other` is one
  /// that is read and not written.
  package enum Container: CInt {
    case wav = 0x01_0000, aiff = 0x02_0000, au = 0x03_0000, caf = 0x18_0000, w64 = 0x0B_0000
    case flac = 0x17_0000, ogg = 0x20_0000, mp3 = 0x23_0000
    case other = 0
  }

  package var container: Container
  package var samples: SampleFormat

  package init(_ container: Container, _ samples: SampleFormat) {
    self.container = container
    self.samples = samples
  }

  /// The format for an output file, by its extension and, where that leaves a choice, by the kind
  /// of samples wished for; nil if the extension is not that of an audio file which can be written.
  ///
  /// A wish that the container cannot fulfil becomes its nearest: FLAC keeps 24 bits at most, and
  /// Ogg, Opus and MP3 only their own compression.
  package init?(path: String, samples wish: SampleFormat = .float32) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    let uncompressed = wish.isUncompressed ? wish : .float32
    switch path[path.index(after: dot)...].lowercased() {
    case "wav", "wave": self.init(.wav, uncompressed)
    case "aif", "aiff", "aifc": self.init(.aiff, uncompressed)
    case "au", "snd": self.init(.au, uncompressed)
    case "caf": self.init(.caf, uncompressed)
    case "w64": self.init(.w64, uncompressed)
    case "flac": self.init(.flac, wish == .pcm16 ? .pcm16 : .pcm24)
    case "ogg", "oga": self.init(.ogg, wish == .opus ? .opus : .vorbis)
    case "opus": self.init(.ogg, .opus)
    case "mp3": self.init(.mp3, .mp3)
    default: return nil
    }
  }

  init(code: CInt) {
    let type = code & CInt(SF_FORMAT_TYPEMASK)
    let subtype = code & CInt(SF_FORMAT_SUBMASK)
    let isWave = type == CInt(SF_FORMAT_WAVEX) || type == CInt(SF_FORMAT_RF64)
    container = isWave ? .wav : Container(rawValue: type) ?? .other
    samples = SampleFormat.codes.first { $0.code == subtype }?.samples ?? .other
  }

  /// The number of bytes that a sample takes; nil where that is not the same for all.
  package var bytesPerSample: Int? {
    guard container != .flac else { return nil }
    return switch samples {
    case .float32: 4
    case .float64: 8
    case .pcm16, .pcm24, .pcm32, .vorbis, .opus, .mp3, .other: samples.bits.map { $0 / 8 }
    }
  }

  /// libsndfile's number; nil for what cannot be written.
  var code: CInt? {
    guard container != .other else { return nil }
    return SampleFormat.codes.first { $0.samples == samples }.map { container.rawValue | $0.code }
  }
}
