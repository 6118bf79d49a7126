// SPDX-License-Identifier: MIT

import ComplexModule
import ComputeSupport
import FourierTransform
import RealModule

/// Which channels of a recording its mix says little of.
///
/// Of what channel c holds at a frequency, the part γ² is in the mean M of all channels, with their
/// magnitude-squared coherence γ² = |S_cM|² / (S_cc S_MM): a whitened correlation of M has that part of
/// the evidence that one of c has (Carter 1987, "Coherence and time delay estimation"). In the mean over
/// frequencies it is 1 where all channels hold the same, 1/C for C independent channels of one power,
/// and next to nothing for a channel that another cancels or drowns.
package struct ChannelCoherence {
  /// The number of frames that are looked at together: beside it, the delay of one channel to another,
  /// of some metres of sound, is small.
  package static var segmentLength: Int { 4096 }
  /// As many segments as tell a coherence of 1/32 from none, whose estimate is 1 over their number.
  package static var segmentCount: Int { 32 }

  private let channelCount: Int
  private let transform: RealTransform<Float> = realTransform(segmentLength)
  private let window: [Float]
  /// The spectra of all segments, one after another, for each channel.
  private var spectra: [[Complex<Float>]]

  /// - Parameter channelCount: At least one.
  package init(channelCount: Int) {
    self.channelCount = channelCount
    let step = 2 * Float.pi / Float(Self.segmentLength)
    // Hann's.
    window = (0..<Self.segmentLength).map { 0.5 - 0.5 * Float.cos(step * Float($0)) }
    spectra = [[Complex<Float>]](repeating: [], count: channelCount)
  }

  /// Takes a segment of interleaved frames.
  package mutating func add(_ frames: Span<Float>) {
    let count = transform.spectrumCount
    var signal = AlignedBuffer<Float>(repeating: 0, count: Self.segmentLength)
    var spectrum = AlignedBuffer<Complex<Float>>(repeating: 0, count: count)
    for channel in 0..<channelCount {
      var target = signal.mutableSpan
      for index in window.indices {
        target[index] = window[index] * frames[index * channelCount + channel]
      }
      transform.forward(signal, &spectrum)
      for bin in 0..<count { spectra[channel].append(spectrum.span[bin]) }
    }
  }

  /// Channels, by their indices, that together with the mix say something of each channel: none where
  /// the mix does so alone.
  package func overlooked() -> [Int] {
    let powers = spectra.map { power($0) }
    let energies = powers.map { $0.reduce(0, +) }
    // As good as dead.
    let faintest = (energies.max() ?? 0) * 1e-6
    var mix = spectra[0]
    for other in spectra.dropFirst() {
      for index in mix.indices { mix[index] += other[index] }
    }
    // Half of what is left of each of as many independent channels, and what chance leaves.
    let enough = 0.5 / Double(channelCount) + 1 / Double(Self.segmentCount)
    var known = spectra.indices.map { channel in
      energies[channel] > faintest ? coherence(channel, mix, powers) : 1
    }
    var chosen: [Int] = []
    while let channel = known.indices.min(by: { known[$0] < known[$1] }), known[channel] < enough {
      chosen.append(channel)
      for other in known.indices {
        known[other] =
          other == channel ? 1 : max(known[other], coherence(other, spectra[channel], powers))
      }
    }
    return chosen.sorted()
  }

  /// The mean coherence of a channel with a signal, over frequencies at which the channel holds
  /// anything.
  private func coherence(
    _ channel: Int, _ signal: [Complex<Float>], _ powers: [[Double]]
  ) -> Double {
    let count = transform.spectrumCount
    let own = powers[channel]
    let others = power(signal)
    var cross = [Complex<Double>](repeating: 0, count: count)
    for index in signal.indices {
      let product = spectra[channel][index].crossProduct(signal[index])
      cross[index % count] += Complex(Double(product.real), Double(product.imaginary))
    }
    // 50 dB below the strongest is what compression and converters leave of nothing. Judged.
    let least = (own.max() ?? 0) * 1e-5
    var (sum, weight) = (0.0, 0.0)
    for bin in own.indices where own[bin] > least {
      weight += 1
      if others[bin] > 0 { sum += cross[bin].lengthSquared / (own[bin] * others[bin]) }
    }
    return weight > 0 ? sum / weight : 1
  }

  private func power(_ spectra: [Complex<Float>]) -> [Double] {
    var power = [Double](repeating: 0, count: transform.spectrumCount)
    for index in spectra.indices {
      power[index % power.count] += Double(spectra[index].lengthSquared)
    }
    return power
  }
}
