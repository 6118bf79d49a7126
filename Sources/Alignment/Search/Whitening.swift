// SPDX-License-Identifier: MIT

package import ComplexModule
package import ComputeSupport
import FourierTransform

/// What a frequency's magnitude is divided by to make a spectrum white.
package enum SpectralLevel {
  /// The mean magnitude of its neighbourhood, or its own if that is much larger: hum counts no more
  /// than the rest, and frequencies that noise happened to cancel less.
  case neighboursOrOwn
  /// Its own magnitude: what is left is the phase.
  case own
  /// The root of its neighbourhood's mean power.
  case power
}

/// Divides each frequency by the level around it; `gain` is a further factor.
///
/// - Parameter reach: The number of neighbours on each side.
package func whiten(
  _ spectrum: inout AlignedBuffer<Complex<Float>>, reach: Int,
  by level: SpectralLevel = .neighboursOrOwn, gain: (Int) -> Float = { _ in 1 }
) {
  let count = spectrum.count
  var bins = spectrum.mutableSpan
  let isPower = level == .power
  func measure(_ value: Complex<Float>) -> Float {
    let (a, b) = value.rawStorage
    let power = a * a + b * b
    return isPower ? power : power.squareRoot()
  }
  // The measures within reach, as a ring: the bins behind have been overwritten.
  let width = 2 * reach + 1
  var ring = [Float](repeating: 0, count: width)
  var sum = 0.0
  for ahead in 0..<min(reach, count) {
    let value = measure(bins[ahead])
    ring[ahead] = value
    sum += Double(value)
  }
  var slot = min(reach, count) % width
  var own = 0
  for bin in 0..<count {
    let arriving = bin + reach < count ? measure(bins[bin + reach]) : 0
    sum += Double(arriving) - Double(ring[slot])
    ring[slot] = arriving
    slot = slot + 1 == width ? 0 : slot + 1
    let present = min(bin, reach) + min(count - 1 - bin, reach) + 1
    let mean = Float(max(0, sum) / Double(present))
    let divisor =
      switch level {
      case .neighboursOrOwn: max(ring[own], standsOut * mean)
      case .own: ring[own]
      case .power: mean.squareRoot()
      }
    own = own + 1 == width ? 0 : own + 1
    let weight = divisor > .leastNormalMagnitude ? gain(bin) / divisor : 0
    let (a, b) = bins[bin].rawStorage
    bins[bin] = Complex(a * weight, b * weight)
  }
}

/// Times the mean magnitude: what noise exceeds with a probability of 17 %
/// (Rayleigh: exp(-π/4 · 1.5²)). Judged.
private let standsOut: Float = 1.5

/// In Hz on each side: narrower than speech's harmonics are apart. Judged.
let whiteningReach = 10.0

extension RealTransform<Float> {
  /// Writes the whitened spectrum of `samples`, weighted by a band.
  func whitenedSpectrum(
    of samples: borrowing AlignedBuffer<Float>, _ band: SearchBand,
    into spectrum: inout AlignedBuffer<Complex<Float>>
  ) {
    forward(samples, &spectrum)
    let binWidth = band.rate / Double(length)
    whiten(&spectrum, reach: max(2, Int(whiteningReach / binWidth))) {
      band.gain(Double($0) * binWidth)
    }
  }

  /// Makes `samples` white within a band, times ``length``.
  func makeWhite(_ samples: inout AlignedBuffer<Float>, _ band: SearchBand) {
    var spectrum = AlignedBuffer<Complex<Float>>(repeating: .zero, count: spectrumCount)
    whitenedSpectrum(of: samples, band, into: &spectrum)
    inverse(&spectrum, &samples)
  }
}
