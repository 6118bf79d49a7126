// SPDX-License-Identifier: MIT

import ComplexModule
import ComputeSupport
import RealModule
import TestSupport
import Testing

import Alignment

/// Whitening goes over a spectrum piece by piece; the oracle looks at all neighbours of each frequency.
@Suite("Whitening")
struct WhiteningTests {
  private static let cases = [
    (1, 0), (1, 3), (2, 1), (5, 7), (300, 2), (4095, 16), (4096, 16), (4097, 0), (8193, 1024),
    (9000, 1025), (20_000, 3000), (2500, 3000),
  ]

  @Test("divides by the level of the neighbours within reach, at any length", arguments: cases)
  func equalsTheOracle(count: Int, reach: Int) {
    let noise = whiteNoise(2 * count, seed: UInt64(count))
    let values = (0..<count).map { Complex<Float>(noise[2 * $0], noise[2 * $0 + 1]) }
    let powers = values.map { Double($0.lengthSquared) }
    let gains = (0..<count).map { 0.5 + Float($0 % 3) }
    for level in [SpectralLevel.neighboursOrOwn, .own, .power] {
      var spectrum = AlignedBuffer<Complex<Float>>(repeating: .zero, count: count)
      do {
        var bins = spectrum.mutableSpan
        for bin in bins.indices { bins[bin] = values[bin] }
      }
      whiten(&spectrum, reach: reach, by: level, gains: gains)
      // Sums of the measures up to each frequency.
      let measures = level == .power ? powers : powers.map { $0.squareRoot() }
      let sums = measures.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) }
      for bin in 0..<count {
        let (low, high) = (max(0, bin - reach), min(count, bin + reach + 1))
        let mean = (sums[high] - sums[low]) / Double(high - low)
        let divisor =
          switch level {
          case .neighboursOrOwn: max(measures[bin], 1.5 * mean)
          case .own: measures[bin]
          case .power: mean.squareRoot()
          }
        let expected = values[bin].multiplied(by: gains[bin] / Float(divisor))
        let error = (spectrum.span[bin] - expected).length
        // Sums in double precision; a division and two products round in single precision.
        #expect(error <= 8 * .ulpOfOne * expected.length, "\(level) at \(bin)")
      }
    }
  }
}
