// SPDX-License-Identifier: MIT

import ComputeSupport
import ComplexModule
import FourierTransform
import RealModule

/// The generalised cross-correlation of two decimated signals over every lag (Knapp & Carter 1976).
struct GeneralizedCorrelation: ~Copyable {
  /// How much the parts of the band count.
  enum Emphasis: Sendable {
    /// All the same: best where the noise follows the signal.
    case flat
    /// As far as they rise above the weakest: best in white noise.
    case aboveFloor
  }

  private let band: SearchBand
  private let weighting: Weighting?
  /// The index of lag 0 in ``samples``.
  let origin: Int
  private let transform: DecimationInTimeTransform
  private let profile: BandProfile
  /// The correlation of the last search.
  private(set) var samples: AlignedBuffer<Float>
  /// The cross-spectrum of the whitened signals.
  private var phases: AlignedBuffer<Complex<Float>>
  private var product: AlignedBuffer<Complex<Float>>

  /// Transforms both signals, in O(n log n) for n samples in both together.
  init(_ signals: DecimatedPair, weighting: Weighting?) {
    let (first, second, band) = (signals.first, signals.second, signals.band)
    self.band = band
    self.weighting = weighting
    let origin = first.count - 1
    let transform = DecimationInTimeTransform(atLeast: first.count + second.count)
    (self.origin, self.transform) = (origin, transform)
    let reach = max(2, Int(whiteningReach * Double(transform.length) / band.rate))
    // Both at a time, in no more memory than the search takes.
    let spectra = parallelPair(threads: signals.threads) { index in
      var spectrum = AlignedBuffer<Complex<Float>>(
        repeating: .zero, count: transform.spectrumCount)
      transform.forward(index == 0 ? first : second, at: index == 0 ? 0 : origin, &spectrum)
      let powers = BandProfile.powers(spectrum.span)
      if let level = weighting.level {
        whiten(&spectrum, reach: level == .own ? 0 : reach, by: level)
      }
      return Whitened(spectrum: spectrum, powers: powers)
    }
    profile = BandProfile(spectra.first.powers, spectra.second.powers, band)
    var cross = spectra.first.spectrum
    let other = spectra.second.spectrum
    cross.conjugateAndMultiply(with: other)
    phases = cross
    product = other
    samples = AlignedBuffer<Float>(repeating: 0, count: 0)
  }

  private struct Whitened: ~Copyable, Sendable {
    var spectrum: AlignedBuffer<Complex<Float>>
    /// Before whitening.
    var powers: [Double]
  }

  /// How much a frequency, in Hz, counts.
  func gain(_ emphasis: Emphasis) -> @Sendable (Double) -> Float {
    let (band, profile) = (band, profile)
    return { frequency in
      let mask = band.gain(frequency)
      switch emphasis {
      case .flat: return mask
      case .aboveFloor: return mask * profile.coherence(at: 2 * frequency / band.rate)
      }
    }
  }

  /// The highest peaks of Σ over t of first[t] · second[t + lag], both weighted.
  mutating func search(_ emphasis: Emphasis, lags: ClosedRange<Int>) -> LagSearch {
    let binWidth = band.rate / Double(transform.length)
    // The gains change slowly: one for every few frequencies.
    let stride = max(1, phases.count >> 12)
    let gain = gain(emphasis)
    let gains = (0...phases.count / stride).map { gain(Double($0 * stride) * binWidth) }
    multiply(phases, by: gains, each: stride, into: &product)
    if samples.count == 0 { samples = AlignedBuffer<Float>(repeating: 0, count: transform.length) }
    let transform = transform
    transform.inverse(&product, &samples)
    return LagSearch(
      samples.span, origin: origin, lags: lags, rate: band.rate,
      isLocal: weighting != .unweighted)
  }

  /// The highest values of the last search at lags beyond ``LagSearch/reverberation`` on either side of
  /// a peak, whether they were allowed or not, with their distances as lags. They reach
  /// twice as far: a sound that repeats itself at less has one of its periods there.
  func repeats(of peak: LagSearch.Peak) -> [LagSearch.Peak] {
    let values = samples.span
    let near = Int(LagSearch.reverberation * band.rate)
    let far = 2 * near
    return [-far ... -near, near...far].compactMap { distances in
      let middle = peak.lag + origin
      let indices = middle + distances.lowerBound..<middle + distances.upperBound + 1
      let places = indices.clamped(to: values.indices)
      guard let place = places.max(by: { abs(values[$0]) < abs(values[$1]) }) else { return nil }
      let lag = Double(place - origin) + parabolicOffset(values, at: place)
      var repetition = LagSearch.Peak(at: lag - peak.position, 1)
      repetition.value = values[place]
      return repetition
    }
  }
}

/// Writes `phases` times `gains`, each of which is for `stride` frequencies, to `product`.
private func multiply(
  _ phases: borrowing AlignedBuffer<Complex<Float>>, by gains: [Float], each stride: Int,
  into product: inout AlignedBuffer<Complex<Float>>
) {
  let x = phases.span
  var c = product.mutableSpan
  precondition(x.count == c.count)
  for (place, gain) in gains.enumerated() {
    let piece = (place * stride..<(place + 1) * stride).clamped(to: 0..<x.count)
    for bin in piece {
      let (a, b) = x[bin].rawStorage
      c[bin] = Complex(a * gain, b * gain)
    }
  }
}

extension Weighting? {
  /// What each frequency's magnitude is divided by in a search; nil for nothing.
  fileprivate var level: SpectralLevel? {
    switch self {
    case nil: .neighboursOrOwn
    case .phaseTransform: .own
    case .smoothedCoherence, .maximumLikelihood: .power
    case .unweighted: nil
    }
  }

  /// The ways in which the parts of the band count, one search each.
  var emphases: [GeneralizedCorrelation.Emphasis] {
    switch self {
    case nil: [.flat, .aboveFloor]
    case .phaseTransform, .smoothedCoherence, .maximumLikelihood, .unweighted: [.flat]
    }
  }
}
