// SPDX-License-Identifier: MIT

import ComplexModule
import RealModule

/// How far both signals' spectra rise above their weakest part in a band. Powers are geometric means,
/// so that a hum counts as the single frequencies that it is.
struct BandProfile {
  private let gains: [Float]

  /// In each part, about a hundred frequencies are looked at. Judged.
  private static var partCount: Int { 96 }
  /// Parts up to this far above the weakest are noise: four standard deviations of 13 %. Judged.
  private static var margin: Double { 1.5 }

  /// Compares what ``powers(_:)`` says of both signals.
  init(_ first: [Double], _ second: [Double], _ band: SearchBand) {
    let powers = [first, second]
    let parts = first.count
    // Not the band's edge, where what is left is a decimator's doing.
    let low = min(parts - 1, Int(2 * band.low / band.rate * Double(parts)))
    let high = max(low + 1, Int(2 * (8.0 / 9) * band.high / band.rate * Double(parts)))
    let floors = powers.map { $0[low..<min(parts, high)].min() ?? 0 }
    gains = (0..<parts).map { part in
      let shares = zip(powers, floors).map { powers, floor in
        max(0, 1 - Self.margin * floor / powers[part])
      }
      return Float((shares[0] * shares[1]).squareRoot())
    }
  }

  /// The powers of the parts of a band.
  static func powers(_ spectrum: Span<Complex<Float>>) -> [Double] {
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

  /// The coherence γ above a noise as strong as the weakest part, at a fraction of half the rate.
  func coherence(at fraction: Double) -> Float {
    gains[max(0, min(gains.count - 1, Int(fraction * Double(gains.count))))]
  }
}
