// SPDX-License-Identifier: MIT

import FourierTransform
import ComplexModule
import Convolution
import Testing
import TestSupport

/// Filters that are fed in blocks against the convolution of the whole, and norms.
@Suite struct BlockwiseFilterTests {
  @Test(arguments: ConvolutionMethod.choices)
  func anyBlocksGiveTheConvolution(method: ConvolutionMethod?) throws {
    for kernelCount in [1, 2, 63, 500] {
      try compare(Float.self, kernelCount, method)
      try compare(Complex<Double>.self, kernelCount, method)
    }
  }

  private func compare<T: SignalElement>(
    _ type: T.Type, _ kernelCount: Int, _ method: ConvolutionMethod?
  ) throws {
    let seed = UInt64(kernelCount)
    var generator = SeededGenerator(seed: seed)
    let kernel = (0..<kernelCount).compactMap { _ in T(exactly: generator.smallInteger()) }
    let signal = (0..<3000).compactMap { _ in T(exactly: generator.smallInteger()) }
    let expected = convolve(signal, kernel, method: .direct)
    var filter = try BlockwiseFilter(kernel: kernel, method: method, threads: 2)
    var actual: [T] = []
    while actual.count < signal.count {
      let count = min(Int.random(in: 0...900, using: &generator), signal.count - actual.count)
      actual += filter.push(Array(signal[actual.count..<(actual.count + count)]))
    }
    // The tail comes as zeros are pushed.
    actual += filter.push([T](repeating: .zero, count: kernelCount - 1))
    try #require(actual.count == expected.count)
    // 16 u of the norms of a window and of the kernel, as for blocks.
    let bound =
      16 * T.Scalar.ulpOfOne / 2 * 5 * T.Scalar(kernelCount + 900).squareRoot()
      * 5 * T.Scalar(kernelCount).squareRoot()
    for (index, (a, e)) in zip(actual, expected).enumerated()
    where !((a - e).largestPart <= bound) {
      Issue.record("seed \(seed), \(type), \(method), result \(index): \(a), not \(e)")
      return
    }
  }

  @Test func badRequestsAreNamed() throws {
    #expect(throws: ConvolutionError.emptyKernel) { _ = try BlockwiseFilter<Float>(kernel: []) }
    var filter = try BlockwiseFilter<Float>(kernel: [1, 2])
    var output = [Float](repeating: 0, count: 2)
    var target = output.mutableSpan
    #expect(throws: ConvolutionError.wrongOutputCount(expected: 3, actual: 2)) {
      try filter.push(([1, 2, 3] as [Float]).span, into: &target)
    }
  }

  @Test func signalsOverTheirNorm() throws {
    #expect(normalized([3, 4] as [Float]) == [0.6, 0.8])
    // Two roundings: of the reciprocal and of the product.
    let complex = try #require(normalized([Complex<Double>(0, -3), Complex(4, 0)]))
    #expect((complex[0] - Complex(0, -0.6)).largestPart < 0x1p-51)
    #expect((complex[1] - Complex(0.8, 0)).largestPart < 0x1p-51)
    // Squares of these are infinite, or zero.
    for scale in [0x1p1020, 0x1p-1070] {
      let unit = try #require(normalized([3 * scale, -4 * scale]))
      #expect(abs(unit[0] - 0.6) < 0x1p-51)
      #expect(abs(unit[1] + 0.8) < 0x1p-51)
    }
    #expect(normalized([Float.leastNonzeroMagnitude, 0]) == [1, 0])
    #expect(normalized([0, 0] as [Float]) == nil)
    #expect(normalized([] as [Float]) == nil)
    #expect(normalized([1, .infinity] as [Double]) == nil)
    #expect(normalized([Float.nan]) == nil)
  }
}
