// SPDX-License-Identifier: MIT

import FourierTransform

/// The library of transforms that the loader found, and where its plans are from.
struct TransformLibrary {
  /// What it knows of the fastest ways to do a transform.
  enum WisdomSource: String {
    /// What `overlap tune` measured here.
    case measured
    /// What the package ships.
    case shipped
    /// Nothing: it refuses what ships, which is of other codelets.
    case refused
    /// It has no such thing: Intel's interface of FFTW makes plans in its own way.
    case none
  }

  /// What it calls itself, without FFTW's own name: "3.3.10-sse2-avx".
  let version = fftwVersion.replacing("fftw-", with: "").split(separator: " ").joined(
    separator: " ")
  let wisdom: WisdomSource

  /// - Parameter isTuned: Whether what `overlap tune` measured is in use.
  init(isTuned: Bool) {
    wisdom =
      if !Wisdom.isKept {
        .none
      } else if isTuned {
        .measured
      } else if Wisdom.takesShipped(for: Float.self), Wisdom.takesShipped(for: Double.self) {
        .shipped
      } else {
        .refused
      }
  }

  /// For people, in a line.
  var sentence: String {
    let plans =
      switch wisdom {
      case .measured: "plans as `overlap tune` measured them"
      case .shipped: "plans by the wisdom that ships"
      case .refused: "it refuses the wisdom that ships, so plans are estimated: run `overlap tune`"
      case .none: "it keeps no wisdom, and makes plans in its own way"
      }
    return "transforms by FFTW \(version); \(plans)".replacing("FFTW FFTW", with: "FFTW")
  }
}
