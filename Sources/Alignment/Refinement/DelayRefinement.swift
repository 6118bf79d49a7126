// SPDX-License-Identifier: MIT

import ComplexModule
import ComputeSupport
import FourierTransform

/// The delay to a fraction of a sample, from pairs of segments at the full rates.
///
/// The maximum of the weighted cross-correlation is found by Newton's method on the cross-spectrum; a
/// parabola would be biased. With maximum-likelihood weights the error reaches the Cramér–Rao bound
/// (Knapp & Carter 1976).
package struct DelayRefinement {
  /// By how many seconds the delay exceeds that of the cross-spectra's line.
  package let offset: Double
  /// The standard deviation of its error, in seconds.
  let standardError: Double
  /// The part of it that other arrivals have which may be the direct sound's, in seconds.
  let ambiguity: Double
  /// The probability that the direct sound is at an arrival of the other sign.
  let invertedProbability: Double
  /// 1, or -1 where the one signal is the negative of the other.
  package let polarity: Int
  private let weighting: Weighting?
  private let weights: GroupWeights
  private let likelihood: GroupWeights

  /// The number of groups of frequencies whose scatter gives the standard error. Judged.
  private static var clusterCount: Int { 64 }
  /// Another delay has to be more coherent by this: at a ripple, half of the band is not. Judged, by
  /// one of 400 pairs (run Accuracy).
  private static var clearlyStronger: Double { 1.5 }

  /// Refines the delay within `range` seconds of the line that the cross-spectra were cut along, and
  /// the sign of the correlation, `polarity`.
  package init(
    _ spectra: CrossSpectra, polarity: Int, range: Double, _ weighting: Weighting?
  ) {
    let weighted = weighting == .phaseTransform ? spectra.phases : spectra
    func peak(_ weights: GroupWeights) -> (offset: Double, sign: Float) {
      let sum = WeightedSum(weighted, weights, segments: 0..<spectra.segmentCount)
      let peak = sum.highest(around: offset, range: range)
      return (sum.maximum(sign: peak.sign, near: peak.offset), peak.sign)
    }
    var offset = 0.0
    var sign: Float = polarity < 0 ? -1 : 1
    var coherence = CoherenceWeights(spectra, offset: offset, polarity: sign)
    let unbiased = peak(coherence.weights(of: .smoothedCoherence))
    (offset, sign) = peak(coherence.weights(of: weighting))
    // The coherence at a better delay, above all that of high frequencies, is higher.
    coherence = CoherenceWeights(spectra, offset: offset, polarity: sign)
    if weighting == nil || weighting == .maximumLikelihood,
      sign != unbiased.sign || abs(offset - unbiased.offset) * spectra.bandwidth > 0.5
    {
      // A ripple beside the peak has frequencies that are coherent there, and they alone would count.
      let other = CoherenceWeights(spectra, offset: unbiased.offset, polarity: unbiased.sign)
      if other.strength > Self.clearlyStronger * coherence.strength {
        (offset, sign) = unbiased
        coherence = other
      }
    }
    let weights = coherence.weights(of: weighting)
    (offset, sign) = peak(weights)
    self.offset = offset
    self.polarity = sign > 0 ? 1 : -1
    self.weighting = weighting
    self.weights = weights
    likelihood = coherence.weights(of: .maximumLikelihood)
    // In much noise the highest of several peaks looks sharper than it is.
    let evenWeights = coherence.evenWeights(of: weighting, binWidth: spectra.binWidth)
    // Noise is another one in each segment, reflections are the same: it is what alternate ones differ by.
    let halves = [0, 1].map { first in
      WeightedSum(
        weighted, evenWeights, segments: stride(from: first, to: spectra.segmentCount, by: 2))
    }
    let trace = (halves[0] + halves[1]).correlation(around: offset, range: ArrivalAmbiguity.reach)
    let noise = (halves[0] - halves[1]).correlation(around: offset, range: ArrivalAmbiguity.reach)
    let rivals = ArrivalAmbiguity(
      trace.values, noise: spectra.segmentCount > 1 ? noise.values : nil, step: trace.step)
    let local = max(
      coherence.bound, rivals.localDeviation,
      scatter(weighted, weights, offset: offset, sign: sign, clusters: Self.clusterCount))
    ambiguity = rivals.deviation
    invertedProbability = rivals.invertedProbability
    standardError = (local * local + ambiguity * ambiguity).squareRoot()
  }

  /// The offset of each segment by itself, within `range` seconds of the common one, and its
  /// information, 1 / variance; segments that tell nothing have none.
  func segmentOffsets(
    _ spectra: CrossSpectra, range: Double
  ) -> [(offset: Double, information: Double)] {
    let weighted = weighting == .phaseTransform ? spectra.phases : spectra
    return parallelMap(spectra.segmentCount, threads: spectra.threads) { segment in
      let sum = WeightedSum(weighted, weights, segments: segment..<segment + 1)
      let peak = sum.highest(around: offset, range: range)
      guard peak.sign == Float(polarity) else { return (offset, 0) }
      let found = sum.maximum(sign: peak.sign, near: peak.offset)
      // With maximum-likelihood weights, minus twice the curvature is the information.
      let best = WeightedSum(spectra, likelihood, segments: segment..<segment + 1)
      return (found, max(0, -2 * best.derivatives(at: found, sign: peak.sign).curvature))
    }
  }
}

/// The standard error of the maximum, from how much groups of frequencies, and segments, disagree.
///
/// The variance of the slope divided by the squared curvature (the "sandwich" of White 1982), with
/// the errors of a group added before they are squared: what neighbours have in common counts in full.
private func scatter(
  _ spectra: CrossSpectra, _ weights: GroupWeights, offset: Double, sign: Float, clusters: Int
) -> Double {
  let angle = 2 * Double.pi * spectra.binWidth
  var byBin = [Double](repeating: 0, count: spectra.binCount)
  var information = byBin
  var bySegment = [Double](repeating: 0, count: spectra.segmentCount)
  for segment in 0..<spectra.segmentCount {
    let own = weights.values[segment]
    var rotor = Rotor(step: angle * offset)
    for bin in 0..<spectra.binCount {
      let (a, b) = spectra.segments[segment].cross[bin].rawStorage
      let (c, s): (Double, Double) = rotor.next()
      let frequency = angle * Double(bin)
      let weight = Double(own[bin / weights.groupSize]) * frequency
      let slope = weight * (Double(a) * s + Double(b) * c)
      byBin[bin] += slope
      bySegment[segment] += slope
      information[bin] += weight * frequency * (Double(a) * c - Double(b) * s)
    }
  }
  let curvature = abs(information.reduce(0, +))
  guard curvature > 0 else { return 0 }
  // Groups that carry the same information each.
  let share = information.reduce(0) { $0 + abs($1) } / Double(clusters)
  var squares = 0.0
  var fourthPowers = 0.0
  var group = 0.0
  var filled = 0.0
  var groups = 0.0
  for bin in byBin.indices {
    group += byBin[bin]
    filled += abs(information[bin])
    if filled >= share || bin == byBin.count - 1 {
      squares += group * group
      fourthPowers += group * group * group * group
      groups += 1
      group = 0
      filled = 0
    }
  }
  // One degree of freedom went into the delay. By the fourth moment, 3 of a normal variable, so many
  // groups have most of the scatter, and the delay the variance of Student's t.
  let freedom = fourthPowers > 0 ? 3 * squares * squares / fourthPowers : groups
  var variance = squares * groups / max(1, groups - 1) * freedom / max(freedom - 2, 1)
  let segments = Double(spectra.segmentCount)
  if spectra.segmentCount >= 8 {
    variance = max(
      variance, bySegment.reduce(0) { $0 + $1 * $1 } * segments / (segments - 1))
  }
  return variance.squareRoot() / curvature
}
