// SPDX-License-Identifier: MIT

import ComplexModule
import ComputeSupport
import RealModule

/// The maximum-likelihood weights of the frequencies of all segments, found from the signals.
///
/// The weight is γ² / (|G₁₂| · (1 - γ²)) (Hannan & Thomson 1973), with the coherence γ of the
/// neighbouring frequencies without the own group, whose noise is not to choose its weight. Where a
/// segment's own estimate is mostly noise, it gives way to that of all segments (James & Stein 1961),
/// in terms of artanh γ, whose variance does not depend on γ (Fisher 1921).
package struct CoherenceWeights {
  /// By segment and group of frequencies, to be multiplied with the raw cross-spectrum.
  private let weights: [[Float]]
  /// The Cramér–Rao bound of the delay's standard error, in seconds,
  /// 1 / sqrt(2 Σ (2πf)² γ² / (1 - γ²)), times what is lost by weights that are estimates.
  let bound: Double
  /// artanh of the coherence, by segment and group of frequencies.
  private let coherence: [[Float]]
  /// The number of frequencies in a group.
  private let groupSize: Int
  /// 1 / √(G₁₁ · G₂₂): the weights of the smoothed coherence transform.
  private let smoothedCoherence: [[Float]]

  /// Groups on each side that a group's coherence is estimated from, at the least: 170 Hz at 44.1 kHz,
  /// finer than speech's formants, and enough to tell a coherence of 0.05 from none.
  private static var leastReach: Int { 16 }
  /// Of short segments, this many frequencies on each side, within ``widestPart`` of the frequency. At
  /// 4096 samples of speech-shaped noise, 0 dB, the error is 1.06 times the bound, not 1.09 (run
  /// Accuracy).
  private static var wantedFrequencies: Int { 128 }
  private static var widestPart: Double { 1.0 / 6 }
  /// Times as many groups tell whether a segment's own estimate is more than noise. Judged.
  private static var trustFactor: Int { 4 }
  /// Values that all segments together are averaged over, within an eighth of the band. Judged.
  private static var pooledValues: Int { 4096 }

  package init(_ spectra: CrossSpectra, offset: Double, polarity: Float) {
    let segments = spectra.segmentCount
    // Judged: a thousand groups at least, of frequencies that are alike.
    let size = max(1, min(8, spectra.binCount / 1024))
    let groups = (spectra.binCount + size - 1) / size
    let angle = 2 * Double.pi * spectra.binWidth * offset
    let sums = parallelMap(segments, threads: spectra.threads) { segment in
      GroupSums(spectra, segment: segment, size: size, count: groups, angle: angle, polarity)
    }
    let near = (0..<groups).map { group in
      max(
        Self.leastReach,
        min(Self.wantedFrequencies / size, Int(Double(group) * Self.widestPart)))
    }
    let trustReaches = near.map { Self.trustFactor * $0 }
    let scales = parallelMap(segments, threads: spectra.threads) {
      sums[$0].scaleAndNeighbours(near, size: size)
    }
    let wide = max(
      Self.leastReach, min(Self.pooledValues / (2 * size * segments), groups / 8))
    var pooled = GroupSums(count: groups)
    for segment in 0..<segments { pooled.add(sums[segment], scales[segment]) }
    // artanh γ of n values has the variance 1 / 2n.
    let noises = near.map { 1 / Float(4 * $0 * size) }
    let expected = neighbourMeans(noises, trustReaches)
    let commonNoise = 1 / Float(4 * wide * size * segments)
    // A coherence that is not clear of all segments is taken for none: its weights would be noise.
    let common = pooled.neighbours([Int](repeating: wide, count: groups)).correlation.map {
      $0 > 3 * commonNoise.squareRoot() ? $0 : 0
    }
    groupSize = size
    let found = parallelMap(segments, threads: spectra.threads) {
      segment -> (weights: [Float], coherence: [Float], sum: Double, excess: Double) in
      let own = scales[segment].neighbours.correlation
      let squares = own.indices.map { group in
        let deviation = own[group] - common[group]
        return deviation * deviation
      }
      let spread = neighbourMeans(squares, trustReaches)
      var sum = 0.0
      var excess = 0.0
      var coherence = [Float](repeating: 0, count: groups)
      let weights = (0..<groups).map { group -> Float in
        let noise = noises[group]
        let trust = max(0, 1 - 1.5 * expected[group] / max(spread[group], .leastNormalMagnitude))
        let mixed = max(0, trust * own[group] + (1 - trust) * common[group])
        // γ / (1 - γ²) for γ = tanh(mixed).
        let frequency = spectra.binWidth * (Double(group) + 0.5) * Double(size)
        // By e^x - 1: sinh x = (m + m / (1 + m)) / 2, cosh x - 1 = m² / (2 + 2m).
        let grown = Float.expMinusOne(mixed)
        let odds = Double(0.5 * (grown + grown / (1 + grown)))
        let excessCosine = 0.5 * grown * grown / (1 + grown)
        // The square of an estimate is larger by its variance, unless it was cut off.
        let variance = trust * trust * noise + (1 - trust) * (1 - trust) * commonNoise
        sum += Double(size) * frequency * frequency * odds * odds
        coherence[group] = mixed
        if mixed > 0 { excess += Double(size) * frequency * frequency * Double(variance) }
        return Float(odds) * (1 + excessCosine) * scales[segment].scale[group]
      }
      return (weights, coherence, sum, excess)
    }
    // Where nothing is coherent, the smoothed coherence transform, 1 / sqrt(G₁₁ · G₂₂), has to do.
    let isEmpty = found.allSatisfy { $0.weights.allSatisfy { $0 == 0 } }
    smoothedCoherence = scales.map(\.scale)
    weights = isEmpty ? smoothedCoherence : found.map(\.weights)
    coherence = found.map(\.coherence)
    // Independent errors δ of the weights add δ² to the slope's variance and nothing to its curvature.
    let sum = found.reduce(0) { $0 + $1.sum }
    let information = max(sum - found.reduce(0) { $0 + $1.excess }, sum / 4)
    bound = sum > 0 ? (sum / 2).squareRoot() / (2 * Double.pi * information) : 0
  }

  /// The logarithm, but for a factor, of how much likelier the signals are with this coherence:
  /// -log(1 - γ²) / 2 of each value.
  var strength: Double {
    coherence.reduce(0) { $1.reduce($0) { $0 + Double(Float.log(Float.cosh($1))) } }
  }

  /// The weights of a weighting; for the phase transform those of phases.
  package func weights(of weighting: Weighting?) -> GroupWeights {
    let values =
      switch weighting {
      case nil, .maximumLikelihood: weights
      case .smoothedCoherence: smoothedCoherence
      case .phaseTransform, .unweighted: weights.map { $0.map { _ in Float(1) } }
      }
    return GroupWeights(values: values, groupSize: groupSize)
  }
}

extension CoherenceWeights {
  /// Frequencies as far apart as this, in Hz, are weighted nearly alike: within it a room's reflections
  /// after more than a millisecond turn the phase by more than once.
  private static var evenReach: Double { 500 }

  /// The weights of a weighting, with the coherence's part in them smoothed, so that frequencies at
  /// which reflections happen to be in phase at the delay count no more than others: for comparing
  /// delays.
  func evenWeights(of weighting: Weighting?, binWidth: Double) -> GroupWeights {
    guard weighting == nil || weighting == .maximumLikelihood else {
      return weights(of: weighting)
    }
    let reach = max(1, Int(Self.evenReach / (binWidth * Double(groupSize))))
    return GroupWeights(
      values: zip(weights, smoothedCoherence).map { own, scale in
        let ratios = zip(own, scale).map { $1 > 0 ? $0 / $1 : 0 }
        let even = neighbourMeans(ratios, [Int](repeating: reach, count: ratios.count))
        return zip(even, scale).map { $0 * $1 }
      }, groupSize: groupSize)
  }
}

/// Factors of cross-spectra, by segment and group of frequencies.
package struct GroupWeights: Sendable {
  package let values: [[Float]]
  /// The number of frequencies in a group.
  let groupSize: Int
}
