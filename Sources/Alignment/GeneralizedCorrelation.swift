import ComplexModule
import FourierTransform
import RealModule

/// The generalised cross-correlation of two decimated signals over every lag (Knapp & Carter 1976).
///
/// The automatic weighting is close to the phase transform over the whole of both signals: each
/// frequency, as finely as the length resolves it, counts about the same or what its neighbourhood
/// counts (see ``whiten(_:reach:by:gain:)``). A hum, which is a few of millions of frequencies, is
/// therefore of no weight.
struct GeneralizedCorrelation: ~Copyable {
  /// How much the parts of the band count.
  enum Emphasis: Sendable {
    /// All the same: sharpest, and best where the noise follows the signal.
    case flat
    /// As far as they rise above the weakest: best where the noise is white and the signal is not.
    case aboveFloor
  }

  private let band: SearchBand
  private let weighting: Weighting
  private let origin: Int
  private let transform: RealTransform<Float>
  private let profile: BandProfile
  private var samples: AlignedBuffer<Float>
  /// The cross-spectrum of the whitened signals.
  private var phases: AlignedBuffer<Complex<Float>>
  private var product: AlignedBuffer<Complex<Float>>

  /// Transforms both signals.
  ///
  /// - Complexity: O(n log n) for n samples in both signals together.
  init(
    _ first: borrowing [Float], _ second: borrowing [Float], _ band: SearchBand,
    weighting: Weighting
  ) {
    self.band = band
    self.weighting = weighting
    origin = first.count - 1
    let length = fastTransformLength(atLeast: first.count + second.count)
    let transform = realTransform(length)
    var samples = AlignedBuffer<Float>(repeating: 0, count: length)
    var phases = AlignedBuffer<Complex<Float>>(repeating: .zero, count: transform.spectrumCount)
    var product = AlignedBuffer<Complex<Float>>(repeating: .zero, count: transform.spectrumCount)
    samples.load(first, at: 0)
    transform.forward(samples, &phases)
    samples.load(second, at: origin)
    transform.forward(samples, &product)
    profile = BandProfile(phases.span, product.span, band)
    if let level = weighting.level {
      let reach =
        level == .own ? 0 : max(2, Int(whiteningReach * Double(length) / band.rate))
      whiten(&phases, reach: reach, by: level)
      whiten(&product, reach: reach, by: level)
    }
    do {
      let y = product.span
      var c = phases.mutableSpan
      for bin in c.indices {
        let (a, b) = c[bin].rawStorage
        let (u, v) = y[bin].rawStorage
        c[bin] = Complex(a * u + b * v, a * v - b * u)
      }
    }
    self.transform = transform
    self.samples = samples
    self.phases = phases
    self.product = product
  }

  /// How much `frequency` (in Hz) counts.
  func gain(_ frequency: Double, _ emphasis: Emphasis) -> Float {
    let mask = band.gain(frequency)
    let coherence = profile.coherence(at: 2 * frequency / band.rate)
    switch emphasis {
    case .flat: return mask
    case .aboveFloor: return mask * coherence
    }
  }

  /// The highest peaks of Σ over t of first[t] · second[t + lag], both weighted.
  mutating func search(_ emphasis: Emphasis, lags: ClosedRange<Int>) -> LagSearch {
    let binWidth = band.rate / Double(transform.length)
    // The gains change slowly: one for every few frequencies.
    let stride = max(1, phases.count >> 12)
    let gains = (0...phases.count / stride).map { gain(Double($0 * stride) * binWidth, emphasis) }
    multiply(phases, by: gains, each: stride, into: &product)
    let transform = transform
    transform.inverse(&product, &samples)
    return LagSearch(
      samples.span, origin: origin, lags: lags, rate: band.rate,
      isLocal: weighting != .none)
  }

  /// Calls `body` with the correlation of the last search and the index of lag 0 in it.
  func withCorrelation<Result>(_ body: (Span<Float>, _ origin: Int) -> Result) -> Result {
    body(samples.span, origin)
  }
}

/// Writes `phases` times `gains`, each of which is for `stride` frequencies, to `product`.
private func multiply(
  _ phases: borrowing AlignedBuffer<Complex<Float>>, by gains: [Float], each stride: Int,
  into product: inout AlignedBuffer<Complex<Float>>
) {
  let x = phases.span
  var c = product.mutableSpan
  for bin in c.indices {
    let (a, b) = x[bin].rawStorage
    let gain = gains[bin / stride]
    c[bin] = Complex(a * gain, b * gain)
  }
}

extension Weighting {
  /// What each frequency's magnitude is divided by in a search; nil for nothing.
  fileprivate var level: SpectralLevel? {
    switch self {
    case .automatic: .neighboursOrOwn
    case .phaseTransform: .own
    case .smoothedCoherence, .maximumLikelihood: .power
    case .none: nil
    }
  }

  /// The ways in which the parts of the band count, one search each.
  var emphases: [GeneralizedCorrelation.Emphasis] {
    switch self {
    case .automatic: [.flat, .aboveFloor]
    case .phaseTransform, .smoothedCoherence, .maximumLikelihood, .none: [.flat]
    }
  }
}
