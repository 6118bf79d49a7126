// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import Testing
import TestSupport

/// NaN, infinities and huge samples reach the results they are a part of, whatever the method.
@Suite struct SpecialValueTests {
  static let methods = ConvolutionMethod.choices

  /// The same class of number: NaN, the same infinity, or finite and near.
  private func agrees(_ actual: Double, _ expected: Double, within bound: Double) -> Bool {
    if expected.isNaN { return actual.isNaN }
    if expected.isInfinite { return actual == expected }
    return abs(actual - expected) <= bound
  }

  private func compare(_ signal: [Double], _ kernel: [Double], _ method: ConvolutionMethod?) {
    let expected = directConvolution(signal, kernel)
    let finite = signal.filter(\.isFinite), taps = kernel.filter(\.isFinite)
    let bound = 16 * Double.ulpOfOne * norm(finite) * norm(taps)
    for mode in [ConvolutionMode.full, .same, .valid] {
      let range = mode.range(signalCount: signal.count, kernelCount: kernel.count)
      let actual = convolve(signal, kernel, mode: mode, method: method)
      for (index, (a, e)) in zip(actual, expected[range]).enumerated()
      where !agrees(a, e, within: bound) {
        Issue.record("\(signal) * \(kernel), \(mode), \(method), result \(index): \(a), not \(e)")
        return
      }
    }
  }

  @Test(arguments: methods) func atEveryPositionOfAShortSignal(method: ConvolutionMethod?) {
    for special in [Double.nan, .infinity, -.infinity] {
      for position in 0..<24 {
        for kernel in [[1.0], [2, -1, 0, 3], [0, 1, 0, 0, -5, 1, 2]] {
          var signal = (1...24).map { Double($0 % 7 - 3) }
          signal[position] = special
          compare(signal, kernel, method)
          compare(kernel, signal, method)
          signal[(position + 5) % 24] = .infinity
          compare(signal, kernel, method)
        }
      }
    }
  }

  @Test(arguments: methods) func atEveryPositionOfTheKernel(method: ConvolutionMethod?) {
    let signal = (1...30).map { Double($0 % 5 - 2) }
    for special in [Double.nan, .infinity] {
      for position in 0..<9 {
        var kernel = (1...9).map(Double.init)
        kernel[position] = special
        compare(signal, kernel, method)
        var both = signal
        both[11] = -.infinity
        compare(both, kernel, method)
      }
    }
  }

  @Test(arguments: methods) func nothingButInfinities(method: ConvolutionMethod?) {
    compare([Double](repeating: .infinity, count: 300), [1, 2, 3], method)
    compare([Double](repeating: .infinity, count: 300), [1, -2, 3], method)
    compare([Double](repeating: .nan, count: 300), [1, 2, 3], method)
  }

  @Test(arguments: methods) func oneOfALongSignalSpoilsAsManyResultsAsTheKernelHasTaps(
    method: ConvolutionMethod?
  ) {
    for special in [Float.nan, .infinity] {
      var signal = [Float](repeating: 1, count: 20000)
      signal[7777] = special
      let kernel = [Float](repeating: 0.5, count: 200)
      let result = convolve(signal, kernel, method: method)
      #expect(result.indices.filter { !result[$0].isFinite } == Array(7777..<7977))
    }
  }

  @Test(arguments: methods) func complexOnesToo(method: ConvolutionMethod?) {
    for special in [Complex<Double>(.nan, 1), Complex(1, .nan), Complex(.infinity, 0)] {
      for position in [0, 7, 19] {
        var signal = (0..<20).map { Complex(Double($0 % 5), Double($0 % 3)) }
        signal[position] = special
        let kernel = [Complex(1.0, 2), Complex(0, -1), Complex(3, 0.5)]
        let expected = directConvolution(signal, kernel)
        let actual = convolve(signal, kernel, method: method)
        for (a, e) in zip(components(actual), components(expected)) {
          #expect(agrees(a, e, within: 1e-12), "\(special) at \(position): \(a), not \(e)")
        }
      }
    }
  }

  /// One sample of 1e30 among ones: the results without it are as good as without it.
  @Test(arguments: methods) func aHugeSampleSpoilsOnlyItsOwnResults(method: ConvolutionMethod?) {
    for position in [0, 3, 500, 2500, 4999] {
      for count in [20, 100, 700] {
        var signal = [Float](repeating: 1, count: 5000)
        signal[position] = 1e30
        let kernel = [Float](repeating: 1, count: count)
        let result = convolve(signal, kernel, method: method)
        for (index, value) in result.enumerated()
        where !(position..<(position + count)).contains(index) {
          let expected = Float(min(index + 1, count, result.count - index))
          guard abs(value - expected) <= 1e-4 * Float(count) else {
            Issue.record("\(position), \(count), result \(index): \(value), not \(expected)")
            return
          }
        }
        #expect(abs(result[position] - 1e30) <= 1e24)
      }
    }
  }

  @Test(arguments: methods) func zerosStayZero(method: ConvolutionMethod?) {
    var signal = [Float](repeating: 0, count: 3000)
    for index in 1000..<1100 { signal[index] = Float(index) }
    let result = convolve(signal, [Float](repeating: 0.1, count: 200), method: method)
    for (index, value) in result.enumerated() where !(1000..<1299).contains(index) {
      #expect(value == 0)
    }
  }

  @Test(arguments: methods) func neitherOverflowNorUnderflowWithin(method: ConvolutionMethod?) {
    for (size, other) in [(Float(1e38), Float(1e-3)), (1e-38, 1e3), (0x1p-140, 1), (1e20, 1e16)] {
      let signal = [Float](repeating: size, count: 400)
      let kernel = [Float](repeating: other, count: 100)
      let middle = convolve(signal, kernel, mode: .valid, method: method)[0]
      let expected = Double(size) * Double(other) * 100
      #expect(abs(Double(middle) - expected) <= expected * 2e-6 + 1e-44)
    }
  }
}
