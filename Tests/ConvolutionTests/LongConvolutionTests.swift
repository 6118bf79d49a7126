// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import Testing
import TestSupport

/// Longer signals, the edges of blocks, ranges of lags, real with complex, plans and threads.
@Suite struct LongConvolutionTests {
  static let methods = ConvolutionMethod.choices

  private func integers<T: SignalElement>(
    _ count: Int, _ generator: inout SeededGenerator
  ) -> [T] {
    (0..<count).compactMap { _ in T(exactly: generator.smallInteger()) }
  }

  private func expectNear<T: SignalElement>(
    _ actual: [T], _ expected: [T], _ scale: T.Scalar, _ what: @autoclosure () -> String
  ) {
    #expect(actual.count == expected.count, "\(what())")
    for (index, (a, e)) in zip(actual, expected).enumerated()
    where !((a - e).largestPart <= scale) {
      Issue.record("\(what()), result \(index): \(a), not \(e)")
      return
    }
  }

  @Test func randomLengthsByEveryMethod() {
    let seed = UInt64.random(in: 0...(.max))
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<12 {
      let n = Int.random(in: 1...20000, using: &generator)
      let m = Int.random(in: 1...Int.random(in: 1...3000, using: &generator), using: &generator)
      let signal: [Double] = integers(n, &generator)
      let kernel: [Double] = integers(m, &generator)
      let expected = convolve(signal, kernel, method: .direct)
      let bound = 40 * Double.ulpOfOne * norm(signal) * norm(kernel)
      for method in Self.methods {
        expectNear(
          convolve(signal, kernel, method: method), expected, bound,
          "seed \(seed), \(n) x \(m), \(String(describing: method))")
        expectNear(
          convolve(signal.map { Float($0) }, kernel.map { Float($0) }, method: method),
          expected.map { Float($0) }, Float(bound * 0x1p29),
          "seed \(seed), \(n) x \(m), \(String(describing: method))")
      }
    }
  }

  /// Lengths at which the last block has one result, is full, or has just begun.
  @Test func theEdgesOfBlocks() {
    var generator = SeededGenerator(seed: 2)
    let kernel: [Float] = integers(33, &generator)
    for transformLength in [64, 80, 96] {
      let block = transformLength - 32
      for blocks in 1...3 {
        for extra in -2...2 {
          let signal: [Float] = integers(max(1, blocks * block + extra), &generator)
          let expected = convolve(signal, kernel, method: .direct)
          for mode in [ConvolutionMode.full, .same, .valid] {
            let range = mode.range(signalCount: signal.count, kernelCount: 33)
            expectNear(
              convolve(signal, kernel, mode: mode, method: .overlapSave), Array(expected[range]),
              0.01, "\(signal.count)")
          }
        }
      }
    }
  }

  /// Beyond 2¹⁹ samples transforms go in four steps; the result must not depend on it.
  @Test func transformsInFourSteps() {
    var generator = SeededGenerator(seed: 3)
    for n in [600_000, 700_001] {
      let signal: [Float] = integers(n, &generator)
      var kernel = [Float](repeating: 0, count: n / 2)
      for tap in [0, 1, 777, n / 2 - 1] { kernel[tap] = Float(generator.smallInteger()) + 0.5 }
      var expected = [Float](repeating: 0, count: n + n / 2 - 1)
      for tap in kernel.indices where kernel[tap] != 0 {
        for index in signal.indices { expected[index + tap] += kernel[tap] * signal[index] }
      }
      let bound = 40 * Float.ulpOfOne * Float(norm(signal) * norm(kernel))
      let one = convolve(signal, kernel, method: .fft, threads: 1)
      expectNear(one, expected, bound, "\(n)")
      let same = convolve(signal, kernel, method: .fft, threads: 2) == one
      #expect(same)
      let wide = convolve(signal.map(Double.init), kernel.map(Double.init), method: .fft)
      expectNear(wide, expected.map(Double.init), Double(bound) * 0x1p-29, "\(n) in Double")
    }
  }

  @Test(arguments: methods) func anyNumberOfThreadsGivesTheSameBits(method: ConvolutionMethod?) {
    var generator = SeededGenerator(seed: 4)
    let signal = (0..<50000).map { _ in Float(generator.normal()) }
    let kernel = (0..<300).map { _ in Float(generator.normal()) }
    let one = convolve(signal, kernel, method: method, threads: 1)
    for threads in 2...5 {
      let same = convolve(signal, kernel, method: method, threads: threads) == one
      #expect(same, "\(threads) threads")
    }
  }

  @Test func rangesOfLags() {
    var generator = SeededGenerator(seed: 5)
    for (n, m) in [(1, 1), (5, 3), (3, 5), (100, 90), (30000, 29000), (60000, 400), (400, 60000)] {
      let signal: [Double] = integers(n, &generator)
      let kernel: [Double] = integers(m, &generator)
      let all = Correlation(of: signal, with: kernel, method: .fft)
      let bound = 40 * Double.ulpOfOne * norm(signal) * norm(kernel)
      for lags in [0...0, -3...3, 5...40, -200 ... -100, (-m - 3)...n, (n - 2)...(n + 5)] {
        let expected = lags.map { all.lags.contains($0) ? all[lag: $0] : 0 }
        let actual = correlate(signal, kernel, mode: .lags(lags), threads: 1)
        expectNear(actual, expected, bound, "\(n) x \(m), lags \(lags)")
        let same = correlate(signal, kernel, mode: .lags(lags), threads: 2) == actual
        #expect(same)
      }
    }
    #expect(correlate([Float](), [1], mode: .lags(-1...1)) == [0, 0, 0])
    var complex: [Complex<Float>] = integers(20000, &generator)
    complex = complex.map { $0 * Complex(1, 2) }
    let other = complex.reversed().map { $0 * Complex(0, 1) }
    let all = Correlation(of: complex, with: other)
    expectNear(
      correlate(complex, other, mode: .lags(-9...9)), (-9...9).map { all[lag: $0] },
      40 * Float.ulpOfOne * Float(norm(components(complex)) * norm(components(other))), "complex")
  }

  @Test func lagsKeepSpecialValuesWhereTheyBelong() {
    var signal = [Double](repeating: 1, count: 50000)
    signal[49999] = .nan
    let kernel = [Double](repeating: 1, count: 49990)
    let values = correlate(signal, kernel, mode: .lags(-5...20))
    for (lag, value) in zip(-5...20, values) { #expect(value.isNaN == (lag >= 10)) }
  }

  @Test(arguments: methods) func realWithComplex(method: ConvolutionMethod?) {
    var generator = SeededGenerator(seed: 6)
    for (n, m) in [(0, 3), (1, 1), (7, 3), (3, 7), (200, 50), (9000, 300), (300, 9000)] {
      let real: [Double] = integers(n, &generator)
      let numbers = (0..<m).map { _ in
        Complex(Double(generator.smallInteger()), Double(generator.smallInteger()))
      }
      let promoted = real.map { Complex($0) }
      let lags = -20...20
      let bound = 40 * Double.ulpOfOne * norm(real) * norm(components(numbers))
      expectNear(
        correlate(real, numbers, mode: .lags(lags)),
        correlate(promoted, numbers, mode: .lags(lags)), bound,
        "\(n) x \(m), some lags")
      expectNear(
        correlate(numbers, real, mode: .lags(lags)),
        correlate(numbers, promoted, mode: .lags(lags)), bound,
        "\(m) x \(n), some lags")
      for mode in [ConvolutionMode.full, .same, .valid] {
        let label = "\(n) x \(m), \(mode), \(String(describing: method))"
        expectNear(
          convolve(real, numbers, mode: mode, method: method),
          convolve(promoted, numbers, mode: mode, method: .direct), bound, label)
        expectNear(
          convolve(numbers, real, mode: mode, method: method),
          convolve(numbers, promoted, mode: mode, method: .direct), bound, label)
        expectNear(
          correlate(real, numbers, mode: mode, method: method),
          correlate(promoted, numbers, mode: mode, method: .direct), bound, label)
        expectNear(
          correlate(numbers, real, mode: mode, method: method),
          correlate(numbers, promoted, mode: mode, method: .direct), bound, label)
      }
    }
  }

  @Test func plansServeAnySignalAndWriteIntoTheCallersBuffer() throws {
    var generator = SeededGenerator(seed: 7)
    let kernel: [Float] = integers(100, &generator)
    for mode in [ConvolutionMode.full, .same, .valid] {
      let plan = try ConvolutionPlan(kernel: kernel, mode: mode)
      let correlating = try ConvolutionPlan(correlatingWith: kernel, mode: mode)
      for n in [0, 1, 50, 100, 1000, 30000] {
        let signal: [Float] = integers(n, &generator)
        let expected = convolve(signal, kernel, mode: mode, method: .direct)
        expectNear(plan.apply(to: signal), expected, 0.02, "\(mode) \(n)")
        expectNear(
          correlating.apply(to: signal),
          correlate(signal, kernel, mode: mode, method: .direct), 0.02, "\(mode) \(n)")
        var buffer = [Float](repeating: .nan, count: plan.resultCount(signalCount: n))
        var target = buffer.mutableSpan
        try plan.apply(to: signal.span, into: &target)
        expectNear(buffer, expected, 0.02, "\(mode) \(n)")
      }
      var small = [Float](repeating: 0, count: 3)
      #expect(throws: ConvolutionError.self) {
        var target = small.mutableSpan
        try plan.apply(to: kernel.span, into: &target)
      }
      small[0] = 1
    }
    #expect(throws: ConvolutionError.emptyKernel) {
      try ConvolutionPlan<Double>(kernel: [])
    }
  }
}
