// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import RealModule
import Testing
import TestSupport

/// Convolutions and correlations of signals of which an operand has special values; see
/// SpecialOperands.swift.
@Suite struct DynamicRangeTests {
  private func checkSignals<T: FourierScalar>(
    _ type: T.Type, _ method: ConvolutionMethod?, seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    for special in specialValues(T.self) {
      for _ in 0..<rangeShapes {
        let n = Int.random(in: 1...700, using: &generator)
        let m = Int.random(in: 1...n, using: &generator)
        let place = Int.random(in: 0..<4, using: &generator)
        let signal = operand(n, place == 1 ? nil : special, &generator)
        let kernel = operand(m, place == 0 ? nil : special, &generator)
        let what = "\(T.self), \(special), \(method.map { "\($0)" } ?? "any"), seed \(seed)"
        for mode in [ConvolutionMode.full, .same, .valid] {
          expectConvolution(
            signal, kernel, what, convolve(signal, kernel, mode: mode, method: method),
            mode.range(signalCount: n, kernelCount: m))
        }
        expectConvolution(
          kernel, signal, what, convolve(kernel, signal, method: method), 0..<(n + m - 1))
        let lags = -5...8
        expectConvolution(
          signal, kernel.reversed(), what + ", lags",
          correlate(signal, kernel, mode: .lags(lags), method: method),
          (lags.lowerBound + m - 1)..<(lags.upperBound + m))
      }
    }
  }

  @Test(arguments: ConvolutionMethod.choices) func signals(method: ConvolutionMethod?) {
    checkSignals(Float.self, method, seed: 20)
    checkSignals(Double.self, method, seed: 21)
  }

  @Test(arguments: ConvolutionMethod.choices)
  func tailsThatNoLargeTapReaches(method: ConvolutionMethod?) {
    var generator = SeededGenerator(seed: 22)
    for count in [300, 1000, 3000] {
      for place in [0, count / 2, count - 1] {
        var kernel: [Float] = operand(count, nil, &generator)
        let signal: [Float] = operand(3000, nil, &generator)
        kernel[place] = 1e12
        expectConvolution(
          signal, kernel, "a tap", convolve(signal, kernel, method: method), 0..<2999 + count)
        // So many that they are not taken out one by one.
        for index in 0..<40 { kernel[(place + index) % count] = 1e12 }
        expectConvolution(
          signal, kernel, "taps", convolve(signal, kernel, method: method), 0..<2999 + count)
      }
    }
  }

  @Test func aDecayingResponse() {
    let kernel = (0..<20_000).map { Float.exp(-Float($0) / 700) * Float.cos(Float($0 * $0)) }
    let signal: [Float] = whiteNoise(3000, seed: 23)
    for method in [ConvolutionMethod.fft, .overlapSave] {
      expectConvolution(
        signal, kernel, "\(method)", convolve(signal, kernel, method: method), 0..<22_999)
    }
  }

  @Test(arguments: ConvolutionMethod.choices)
  func valuesOfEveryMagnitudeConvolvedWithThemselves(method: ConvolutionMethod?) {
    var values = [Double](repeating: 0, count: 3000)
    for exponent in 0..<10 { values.append(Double.pow(10, Double(9 * exponent))) }
    let result = convolve(values, values, method: method)
    expectConvolution(values, values, "\(method.map { "\($0)" } ?? "any")", result, 0..<6019)
  }

  @Test func fewLagsOfLongSignals() {
    var signal: [Float] = whiteNoise(20_000, seed: 24)
    let delayed = [Float](repeating: 0, count: 7) + signal.dropLast(7)
    signal[0] = 1e12
    let mode = ConvolutionMode.lags(-50...50)
    expectConvolution(
      delayed, signal.reversed(), "kernel", correlate(delayed, signal, mode: mode),
      (19_999 - 50)..<(19_999 + 51))
    expectConvolution(
      signal, delayed.reversed(), "signal", correlate(signal, delayed, mode: mode),
      (19_999 - 50)..<(19_999 + 51))
  }

  @Test(arguments: ConvolutionMethod.choices) func complexSignals(method: ConvolutionMethod?) {
    var generator = SeededGenerator(seed: 26)
    for special in [1e6, 1e12, 1e30] {
      for _ in 0..<rangeShapes {
        let n = Int.random(in: 1...500, using: &generator)
        let m = Int.random(in: 1...n, using: &generator)
        func complex(_ count: Int, _ special: Double?) -> [Complex<Double>] {
          zip(operand(count, special, &generator), operand(count, nil, &generator)).map {
            Complex($0, $1)
          }
        }
        let signal = complex(n, special)
        let kernel = complex(m, Bool.random(using: &generator) ? special : nil)
        let expected = directConvolution(signal, kernel)
        let magnitudes = directConvolution(
          signal.map { $0.length }, kernel.map { $0.length })
        for (index, result) in convolve(signal, kernel, method: method).enumerated() {
          let error = (result - expected[index]).length
          #expect(error <= Double.exp2(-22) * magnitudes[index], "\(special), result \(index)")
        }
      }
    }
  }
}
