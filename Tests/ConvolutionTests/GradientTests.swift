// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import TestSupport
import Testing

/// The gradients of convolutions and correlations against the sums that define them.
@Suite struct GradientTests {
  @Test func theWorkedExampleHasItsKnownForm() throws {
    // ∂J/∂a = [δ1w1, δ1w2 + δ2w1, δ1w3 + δ2w2, δ2w3], ∂J/∂w = a ⋆ δ.
    let gradients = try correlationGradients(
      [1, 2, 3, 4] as [Double], [5, 6, 7], outputGradient: [10, 1], mode: .valid, method: .direct)
    #expect(gradients.signal == [50, 65, 76, 7])
    #expect(gradients.kernel == [12, 23, 34])
  }

  @Test(arguments: [ConvolutionMode.full, .same, .valid])
  func everySmallCaseAgreesWithTheDefinition(_ mode: ConvolutionMode) throws {
    var generator = SeededGenerator(seed: 1)
    func numbers(_ count: Int) -> [Complex<Double>] {
      (0..<count).map { _ in
        Complex(Double(generator.smallInteger()), Double(generator.smallInteger()))
      }
    }
    for n in 1...7 {
      for m in 1...7 {
        let (signal, kernel) = (numbers(n), numbers(m))
        let lags = mode.lags(signalCount: n, kernelCount: m)
        let delta = numbers(lags.count)
        var forSignal = [Complex<Double>](repeating: .zero, count: n)
        var forKernel = [Complex<Double>](repeating: .zero, count: m)
        for (k, delta) in zip(lags, delta) {
          for t in 0..<m where 0..<n ~= t + k {
            forSignal[t + k] += delta * kernel[t]
            forKernel[t] += signal[t + k] * delta.conjugate
          }
        }
        let correlation = try correlationGradients(
          signal, kernel, outputGradient: delta, mode: mode, method: .direct)
        #expect(correlation.signal == forSignal && correlation.kernel == forKernel)

        forSignal = forSignal.map { _ in .zero }
        forKernel = forKernel.map { _ in .zero }
        let range = mode.range(signalCount: n, kernelCount: m)
        for (i, delta) in zip(range, delta) {
          for t in 0..<m where 0..<n ~= i - t {
            forSignal[i - t] += delta * kernel[t].conjugate
            forKernel[t] += delta * signal[i - t].conjugate
          }
        }
        let convolution = try convolutionGradients(
          signal, kernel, outputGradient: delta, mode: mode, method: .direct)
        #expect(convolution.signal == forSignal && convolution.kernel == forKernel)
      }
    }
  }

  /// <f(a), δ> = <a, gradient>, for either input, by whatever method.
  @Test func gradientsAreAdjoint() throws {
    var generator = SeededGenerator(seed: 2)
    let signal = (0..<3000).map { _ in generator.normal() }
    let kernel = (0..<700).map { _ in generator.normal() }
    func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for mode in [ConvolutionMode.full, .same, .valid] {
      let correlation = correlate(signal, kernel, mode: mode)
      let delta = correlation.map { _ in generator.normal() }
      let gradients = try correlationGradients(signal, kernel, outputGradient: delta, mode: mode)
      let scale = abs(inner(correlation, delta)) + 1000
      #expect(abs(inner(correlation, delta) - inner(signal, gradients.signal)) < 1e-11 * scale)
      #expect(abs(inner(correlation, delta) - inner(kernel, gradients.kernel)) < 1e-11 * scale)
      let convolution = convolve(signal, kernel, mode: mode)
      let others = try convolutionGradients(signal, kernel, outputGradient: delta, mode: mode)
      #expect(abs(inner(convolution, delta) - inner(signal, others.signal)) < 1e-11 * scale)
      #expect(abs(inner(convolution, delta) - inner(kernel, others.kernel)) < 1e-11 * scale)
    }
  }

  @Test func countsAreChecked() throws {
    #expect(throws: ConvolutionError.wrongGradientCount(expected: 2, actual: 3)) {
      try correlationGradients(
        [1, 2, 3] as [Float], [1, 2], outputGradient: [1, 2, 3], mode: .valid)
    }
    let empty = try convolutionGradients([] as [Float], [1, 2], outputGradient: [])
    #expect(empty.signal == [] && empty.kernel == [0, 0])
  }
}
