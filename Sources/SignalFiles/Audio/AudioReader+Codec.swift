// SPDX-License-Identifier: MIT

extension AudioReader {
  /// How samples are kept, by ffmpeg's names.
  package var codecName: String {
    if format.container == .flac { return "flac" }
    return switch sampleFormat {
    case .pcm16: "pcm_s16"
    case .pcm24: "pcm_s24"
    case .pcm32: "pcm_s32"
    case .float32: "pcm_f32"
    case .float64: "pcm_f64"
    case .vorbis: "vorbis"
    case .opus: "opus"
    case .mp3: "mp3"
    case .other: "other"
    }
  }
}
