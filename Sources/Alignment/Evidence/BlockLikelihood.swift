// SPDX-License-Identifier: MIT

import RealModule

/// The likelihood ratio of blocks that match against ones that do not, each at most ``largestRatio``.
///
/// A block's value z is normal with a variance of one if nothing matches. If the signals match with a
/// strength λ in a part π of the blocks, its likelihood ratio is 1 - π + π exp(λz - λ²/2). The mean of
/// their products over all λ and π has an expectation of one at most where nothing matches, so that by
/// Markov's inequality its reciprocal bounds the probability of chance. That of one block is censored
/// (Huber 1965): unrelated sounds share a syllable or a stroke more often than a normal variable has
/// such a value, and however exact it is, it says no more.
enum BlockLikelihood {
  /// Unrelated blocks that are alike are taken to be no rarer than this. Runs Unrelated and Related, and
  /// 100 pairs of notes of one scale on one beat: of those 1000 accepts one, and 100 finds fewer clips.
  static var largestRatio: Double { 300 }
  /// λ from that of a thousand blocks that say one standard deviation together to that of copies; in
  /// steps of √2, between which at least 1 - (2^¼ - 1)², 96 %, of the largest exponent is left.
  private static let strengths = (0..<20).map { Double.pow(2, 0.5 * Double($0) - 5) }
  /// π, besides 1: a sound with pauses, or with a few loud moments. Judged.
  private static let parts = [0.5, 0.125]

  /// The logarithm of the ratio, and at least 0; in O(n).
  static func logarithm(_ values: [Double]) -> Double {
    let limit = Double.log(largestRatio)
    var logarithms: [Double] = []
    for strength in strengths {
      let ratios = values.map { min(limit, strength * $0 - strength * strength / 2) }
      logarithms.append(ratios.reduce(0, +))
      let likelihoods = ratios.map { Double.exp($0) }
      for part in parts {
        logarithms.append(
          likelihoods.reduce(0) { $0 + Double.log(1 - part + part * $1) })
      }
    }
    let largest = logarithms.max() ?? 0
    let sum = logarithms.reduce(0) { $0 + Double.exp($1 - largest) }
    return max(0, largest + Double.log(sum / Double(logarithms.count)))
  }
}
