import ComplexModule
import FourierTransform
import RealModule

/// The generalised cross-correlation of two decimated signals over every lag.
///
/// The weighting is close to the phase transform (Knapp & Carter 1976) over the whole of both
/// signals: each frequency, as finely as the length resolves it, counts about the same or what its
/// neighbourhood counts (see ``whiten(_:reach:gain:)``). A hum, which is a few of millions of
/// frequencies, is therefore of no weight.
struct PhaseTransform: ~Copyable {
  /// How much the parts of the band count.
  enum Emphasis: CaseIterable, Sendable {
    /// All the same: sharpest, and best where the noise follows the signal.
    case flat
    /// As far as they rise above the weakest: best where the noise is white and the signal is not.
    case aboveFloor
  }

  private let rate: Double
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
  init(_ first: borrowing [Float], _ second: borrowing [Float], rate: Double) {
    self.rate = rate
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
    profile = BandProfile(phases.span, product.span, usable: 0.8)
    let reach = max(2, Int(whiteningReach * Double(length) / rate))
    whiten(&phases, reach: reach)
    whiten(&product, reach: reach)
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
    let mask = bandMask(frequency, rate: rate)
    return emphasis == .flat ? mask : mask * profile.gain(at: 2 * frequency / rate)
  }

  /// The highest peaks of Σ over t of first[t] · second[t + lag], both whitened.
  mutating func search(_ emphasis: Emphasis, lags: ClosedRange<Int>) -> LagSearch {
    let binWidth = rate / Double(transform.length)
    // The gains change slowly: one for every few frequencies.
    let stride = max(1, phases.count >> 12)
    let gains = (0...phases.count / stride).map { gain(Double($0 * stride) * binWidth, emphasis) }
    multiply(phases, by: gains, each: stride, into: &product)
    let transform = transform
    transform.inverse(&product, &samples)
    return LagSearch(samples.span, origin: origin, lags: lags, rate: rate)
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

/// Below this frequency, in Hz, recordings hold wind, handling and mains.
let lowestFrequency = 60.0

/// Full weight from 1.5 times the lowest frequency to 0.4 of the rate, none outside the lowest
/// frequency and 0.45 of the rate.
func bandMask(_ frequency: Double, rate: Double) -> Float {
  let low = min(lowestFrequency, 0.01 * rate)
  let rise = (frequency - low) / (0.5 * low)
  let fall = (0.45 * rate - frequency) / (0.05 * rate)
  return Float(max(0, min(1, rise, fall)))
}

/// How far both signals' spectra rise above their weakest part.
///
/// Powers are geometric means, so that a hum counts as the single frequencies that it is.
private struct BandProfile {
  private let gains: [Float]

  /// In each part, about a hundred frequencies are looked at.
  private static var partCount: Int { 96 }
  /// Parts up to this far above the weakest are taken for noise: their geometric means have a
  /// standard deviation of 13 %.
  private static var margin: Double { 1.5 }

  init(_ first: Span<Complex<Float>>, _ second: Span<Complex<Float>>, usable: Double) {
    let powers = [Self.powers(first), Self.powers(second)]
    let parts = powers[0].count
    let floors = powers.map { $0.prefix(max(1, Int(usable * Double(parts)))).min() ?? 0 }
    gains = (0..<parts).map { part in
      let shares = zip(powers, floors).map { powers, floor in
        max(0, 1 - Self.margin * floor / powers[part])
      }
      return Float((shares[0] * shares[1]).squareRoot())
    }
  }

  /// The powers of the parts of a band.
  private static func powers(_ spectrum: Span<Complex<Float>>) -> [Double] {
    let count = spectrum.count
    let parts = min(partCount, max(1, count / 16))
    return (0..<parts).map { part in
      let low = part * count / parts
      let high = max(low + 1, (part + 1) * count / parts)
      let step = max(1, (high - low) / 100)
      var sum = 0.0
      var terms = 0
      for bin in stride(from: low, to: high, by: step) {
        let (a, b) = spectrum[bin].rawStorage
        sum += Double.log(max(Double(a * a + b * b), 1e-30))
        terms += 1
      }
      return Double.exp(sum / Double(terms))
    }
  }

  /// At a fraction of the band, from 0 to 1.
  func gain(at fraction: Double) -> Float {
    gains[max(0, min(gains.count - 1, Int(fraction * Double(gains.count))))]
  }
}
