// SPDX-License-Identifier: MIT

import ComplexModule
import FourierTransform
import RealModule
import TestSupport

/// A sound that is known at every time, not only at samples: a band-limited periodic function.
///
/// Devices that "record" it from different starting times and at different rates have delays that
/// are exact to rounding.
struct Scene {
  /// In seconds; a recording is to be shorter than this.
  let period: Int
  private let coefficients: [Complex<Double>]

  /// White noise up to `band` Hz, times `shape` of the frequency.
  init(period: Int, band: Double, seed: UInt64, shape: (Double) -> Double = { _ in 1 }) {
    self.period = period
    var generator = SeededGenerator(seed: seed)
    coefficients = (0..<Int(band * Double(period))).map { bin in
      let gain = shape(Double(bin) / Double(period))
      return Complex(generator.normal() * gain, generator.normal() * gain)
    }
  }

  /// What a device records that starts at the time `start`, with power 1.
  func recording(from start: Double, seconds: Double, rate: Double) -> [Float] {
    let length = Int(Double(period) * rate)
    precondition(Double(length) == Double(period) * rate, "the period is not whole")
    var spectrum = [Complex<Double>](repeating: .zero, count: length / 2 + 1)
    var power = 0.0
    for bin in 1..<min(coefficients.count, spectrum.count - 1) {
      let angle =
        2 * Double.pi * (Double(bin) * start / Double(period)).truncatingRemainder(dividingBy: 1)
      let (c, s) = (Double.cos(angle), Double.sin(angle))
      let (a, b) = coefficients[bin].rawStorage
      spectrum[bin] = Complex(a * c - b * s, a * s + b * c)
      power += 2 * (a * a + b * b)
    }
    let scale = Double(length) / power.squareRoot()
    do {
      let signal = try RealTransform<Double>(length: length).inverse(spectrum)
      return signal.prefix(Int(seconds * rate)).map { Float($0 * scale) }
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
