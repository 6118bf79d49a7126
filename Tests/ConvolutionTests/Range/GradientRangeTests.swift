// SPDX-License-Identifier: MIT

import Convolution
import FourierTransform
import TestSupport
import Testing

/// The gradients of convolutions and correlations, of which any operand has special values.
@Suite struct GradientRangeTests {
  private func check<T: FourierScalar>(
    _ type: T.Type, _ method: ConvolutionMethod?, seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    for special in specialValues(type) {
      for _ in 0..<rangeShapes {
        let n = Int.random(in: 1...300, using: &generator)
        let m = Int.random(in: 1...n, using: &generator)
        let mode = [ConvolutionMode.full, .same, .valid][Int.random(in: 0..<3, using: &generator)]
        let place = Int.random(in: 0..<6, using: &generator)
        let signal: [T] = operand(n, [0, 3, 4].contains(place) ? special : nil, &generator)
        let kernel: [T] = operand(m, [1, 3, 5].contains(place) ? special : nil, &generator)
        let range = mode.range(signalCount: n, kernelCount: m)
        let delta: [T] = operand(
          range.count, [2, 4, 5].contains(place) ? special : nil, &generator)
        let what =
          "\(T.self), \(special) in \(place), \(mode), \(method.map { "\($0)" } ?? "any"), "
          + "\(n) by \(m), seed \(seed)"
        var (forSignal, forKernel) = (ProductSums(count: n), ProductSums(count: m))
        for (i, delta) in zip(range, delta) {
          for t in 0..<m where 0..<n ~= i - t {
            forSignal.add(delta, kernel[t], to: i - t)
            forKernel.add(delta, signal[i - t], to: t)
          }
        }
        let convolution = try convolutionGradients(
          signal, kernel, outputGradient: delta, mode: mode, method: method)
        forSignal.expect(convolution.signal, 0..<n, "signal, " + what)
        forKernel.expect(convolution.kernel, 0..<m, "kernel, " + what)

        (forSignal, forKernel) = (ProductSums(count: n), ProductSums(count: m))
        for (k, delta) in zip(mode.lags(signalCount: n, kernelCount: m), delta) {
          for t in 0..<m where 0..<n ~= t + k {
            forSignal.add(delta, kernel[t], to: t + k)
            forKernel.add(delta, signal[t + k], to: t)
          }
        }
        let correlation = try correlationGradients(
          signal, kernel, outputGradient: delta, mode: mode, method: method)
        forSignal.expect(correlation.signal, 0..<n, "signal of a correlation, " + what)
        forKernel.expect(correlation.kernel, 0..<m, "kernel of a correlation, " + what)
      }
    }
  }

  @Test(arguments: ConvolutionMethod.choices) func inSinglePrecision(method: ConvolutionMethod?)
    throws
  { try check(Float.self, method, seed: 31) }

  @Test(arguments: ConvolutionMethod.choices) func inDoublePrecision(method: ConvolutionMethod?)
    throws
  { try check(Double.self, method, seed: 32) }
}
