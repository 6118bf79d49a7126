// SPDX-License-Identifier: MIT

import ArgumentParser

/// What shells offer where a file is to be named: files by their extension, and directories.
///
/// What is not offered can be typed: commands look at what a file holds.
extension CompletionKind {
  /// Recordings: what libsndfile reads, and what cameras, phones and editors write.
  static var recording: CompletionKind { files(sound + media) }

  /// The same, and signals in arrays.
  static var recordingOrArray: CompletionKind { files(sound + media + ["npy"]) }

  /// Sound to convolve, arrays and pictures.
  static var signal: CompletionKind { files(sound + media + ["npy", "png"]) }

  /// What is written of these.
  static var signalOutput: CompletionKind { files(sound + ["npy", "png"]) }

  /// Arrays and pictures.
  static var raster: CompletionKind { files(["npy", "png"]) }

  static var array: CompletionKind { files(["npy"]) }

  private static var sound: [String] {
    [
      "wav", "wave", "w64", "aif", "aiff", "aifc", "au", "snd", "caf", "flac", "ogg", "oga", "opus",
      "mp3",
    ]
  }

  private static var media: [String] {
    [
      "m4a", "aac", "ac3", "wma", "mka", "amr", "mp4", "m4v", "mov", "mkv", "webm", "avi", "mxf",
      "mts", "m2ts", "ts", "mpg", "mpeg", "vob", "3gp", "dv",
    ]
  }

  /// Shells tell letters apart, and cards have names in capitals.
  private static func files(_ extensions: [String]) -> CompletionKind {
    .file(extensions: extensions + extensions.map { $0.uppercased() })
  }
}
