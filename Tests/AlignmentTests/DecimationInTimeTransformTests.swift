// SPDX-License-Identifier: MIT

import ComputeSupport
import Alignment
import ComplexModule
import FourierTransform
import TestSupport
import Testing

@Suite("A transform in parts")
struct DecimationInTimeTransformTests {
  @Test(
    "is that of the whole, forward and inverse", arguments: [0, 12_345],
    [1000, 1_048_576, 1_048_577, 2_200_000, 5_000_001])
  func isTheWhole(offset: Int, minimum: Int) {
    let values = whiteNoise(minimum - min(offset, minimum - 100), seed: 61).map { $0 + 3 }
    let divided = DecimationInTimeTransform(atLeast: minimum)
    #expect(divided.length >= minimum && divided.length <= minimum + max(64, minimum / 16))
    let start = min(offset, minimum - 100)
    var spectrum = AlignedBuffer<Complex<Float>>(repeating: .zero, count: divided.spectrumCount)
    divided.forward(values, at: start, &spectrum)
    let whole: RealTransform<Float> = realTransform(divided.length)
    var samples = AlignedBuffer<Float>(repeating: 0, count: divided.length)
    var expected = AlignedBuffer<Complex<Float>>(repeating: .zero, count: divided.spectrumCount)
    samples.load(values.span, at: start, ends: SoftEnds(count: min(values.count / 16, 1024)))
    whole.forward(samples, &expected)
    var (error, power): (Float, Float) = (0, 0)
    for bin in 0..<divided.spectrumCount {
      error = max(error, (spectrum.span[bin] - expected.span[bin]).length)
      power = max(power, expected.span[bin].length)
    }
    // White noise: all frequencies have about the same power.
    #expect(error < 16 * Float.ulpOfOne * power)
    var back = AlignedBuffer<Float>(repeating: 0, count: divided.length)
    divided.inverse(&spectrum, &back)
    let scale = Float(divided.length)
    let largest = back.span.indices.reduce(Float(0)) {
      max($0, abs(back.span[$1] / scale - samples.span[$1]))
    }
    #expect(largest < 32 * Float.ulpOfOne)
  }
}
