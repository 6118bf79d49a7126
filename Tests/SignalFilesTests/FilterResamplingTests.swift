// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import Testing

@Suite("A filter of another sample rate has the same gain and phase at each frequency")
struct FilterResamplingTests {
  /// The frequency response of taps at a sample rate, of which `lead` come before time 0.
  private func response(
    _ taps: [Float], at frequency: Double, rate: Int, lead: Int = 0
  ) -> (real: Double, imaginary: Double) {
    let step = -2 * Double.pi * frequency / Double(rate)
    return taps.enumerated().reduce((0.0, 0.0)) { sum, tap in
      let angle = step * Double(tap.offset - lead)
      return (sum.0 + Double(tap.element) * cos(angle), sum.1 + Double(tap.element) * sin(angle))
    }
  }

  private func impulse(at place: Int) -> [Float] { (0..<64).map { $0 == place ? 1 : 0 } }

  /// An equaliser of minimum phase: 6 dB more at a fifth of the rate, 3 dB less at a twelfth.
  private func minimumPhase() -> [Float] {
    var taps = [Float](impulse(at: 0)) + [Float](repeating: 0, count: 192)
    for (place, decibels) in [(0.2, 6.0), (1.0 / 12, -3.0)] {
      let (amplitude, angle) = (pow(10, decibels / 40), 2 * Double.pi * place)
      let alpha = sin(angle) / 2
      let b = [1 + alpha * amplitude, -2 * cos(angle), 1 - alpha * amplitude]
      let a = [1 + alpha / amplitude, -2 * cos(angle), 1 - alpha / amplitude]
      var (x, y) = ([0.0, 0.0], [0.0, 0.0])
      for index in taps.indices {
        let input = Double(taps[index])
        let output = (b[0] * input + b[1] * x[0] + b[2] * x[1] - a[1] * y[0] - a[2] * y[1]) / a[0]
        (x, y) = ([input, x[0]], [output, y[0]])
        taps[index] = Float(output)
      }
    }
    return taps
  }

  /// A low pass of linear phase at 0.4 of the rate: a sinc under a Hann window.
  private func linearPhase() -> [Float] {
    (0..<129).map { index in
      let (time, window) = (Double(index - 64), pow(cos(.pi * Double(index - 64) / 130), 2))
      return Float(time == 0 ? 0.8 : window * sin(0.8 * .pi * time) / (.pi * time))
    }
  }

  @Test(
    "to 0.01 dB, up to 0.9 of the lower Nyquist frequency",
    arguments: [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000],
    [44_100, 48_000])
  func gain(source: Int, target: Int) throws {
    for (name, taps) in [
      ("first", impulse(at: 0)), ("second", impulse(at: 1)), ("middle", impulse(at: 32)),
      ("last", impulse(at: 63)), ("a single tap", [1]), ("minimum phase", minimumPhase()),
      ("linear phase", linearPhase()),
    ] {
      let filter = try resampleFilter(taps, from: source, to: target)
      let limit = 0.9 * Double(min(source, target)) / 2
      for step in 0...12 {
        let frequency = limit * Double(step) / 12
        let wanted = response(taps, at: frequency, rate: source)
        let actual = response(filter.taps, at: frequency, rate: target, lead: filter.lead)
        // As a distance in the complex plane it bounds the gain's error and the phase's.
        // What a filter all but stops has no gain to compare.
        let size = max(0.1, hypot(wanted.real, wanted.imaginary))
        let distance = hypot(actual.real - wanted.real, actual.imaginary - wanted.imaginary)
        #expect(
          20 * log10(1 + distance / size) < 0.01, "\(name), \(source) to \(target), \(frequency) Hz"
        )
      }
    }
  }

  @Test("for rates without a common divisor, and far apart", arguments: [44_101, 7919, 1000, 7])
  func oddRates(source: Int) throws {
    let taps: [Float] = [0.5, 0, -1, 0.25]
    let filter = try resampleFilter(taps, from: source, to: 48_000)
    for share in [0, 0.3, 0.9] {
      let frequency = share * Double(source) / 2
      let wanted = response(taps, at: frequency, rate: source)
      let actual = response(filter.taps, at: frequency, rate: 48_000, lead: filter.lead)
      #expect(hypot(actual.real - wanted.real, actual.imaginary - wanted.imaginary) < 1e-3)
    }
  }
}
