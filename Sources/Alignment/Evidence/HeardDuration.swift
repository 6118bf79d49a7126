// SPDX-License-Identifier: MIT

import RealModule

extension DecimatedPair {
  /// Shorter than a syllable: a clap with its echoes is one block or two. Judged.
  private static var blockDuration: Double { 0.05 }

  /// For how long, in seconds, the signal in which that is shorter is about as loud as at its loudest:
  /// (Σp)² / Σp² blocks, of the powers p of all (the inverse participation ratio, Bell & Dean 1970).
  ///
  /// All of a noise of one level, some seconds of ten seconds of speech, and 0.1 s of a clap in a
  /// quiet room.
  var heardDuration: Double { min(heardDuration(of: first), heardDuration(of: second)) }

  private func heardDuration(of signal: [Float]) -> Double {
    let length = max(1, Int(Self.blockDuration * rate))
    var (sum, squares) = (0.0, 0.0)
    for start in stride(from: 0, to: signal.count, by: length) {
      let block = signal.span.extracting(start..<min(signal.count, start + length))
      let power = Double(dot(block, block))
      sum += power
      squares += power * power
    }
    return squares > 0 ? sum * sum / squares * Double(length) / rate : 0
  }
}

extension DelayEstimate {
  /// What has a probability of 10⁻⁶ at all lags of some minutes takes five blocks of a tenth of a second
  /// that are alike, each of which says at most ``BlockLikelihood/largestRatio``:
  /// ln(10⁶ · 10⁶) / ln 300 = 4.8.
  private static var leastHeardDuration: Double { 0.5 }

  /// Whether so little is heard in one of the signals that even one event in both would be no proof.
  package var isOfOneEvent: Bool { heardDuration.map { $0 < Self.leastHeardDuration } ?? false }
}
