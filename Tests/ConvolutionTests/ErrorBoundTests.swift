// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import Testing
import TestSupport

/// Errors in units of rounding, against direct sums in Double (for Float) or in pieces that are
/// exact (for Double).
@Suite struct ErrorBoundTests {
  /// Random numbers of 24 bits: products are exact in Double, and sums of 2¹⁰ of them nearly.
  private func noise<T: FourierScalar>(_ count: Int, _ generator: inout SeededGenerator) -> [T] {
    (0..<count).map { _ in T(Float.random(in: -1...1, using: &generator)) }
  }

  /// L2-relative error at most 4 u for direct sums and 6 u by FFT; each result within
  /// 2 u log₂N ‖block‖ ‖kernel‖ of the truth.
  @Test func inFloat() {
    for (n, m) in [(100, 10), (1000, 129), (5000, 1000), (20000, 4097), (1 << 16, 64)] {
      var generator = SeededGenerator(seed: UInt64(n))
      let signal: [Float] = noise(n, &generator)
      let kernel: [Float] = noise(m, &generator)
      let expected = convolve(signal.map(Double.init), kernel.map(Double.init), method: .direct)
      check(signal, kernel, expected)
    }
  }

  private func check<T: FourierScalar>(_ signal: [T], _ kernel: [T], _ expected: [Double]) {
    for method in ConvolutionMethod.choices {
      let actual = convolve(signal, kernel, method: method)
      let error = relativeError(actual, expected)
      #expect(
        error <= (method == .direct ? 4 : 6),
        "\(signal.count) x \(kernel.count) \(String(describing: method)): \(error) u")
      checkElements(actual, expected, signal, kernel, method)
    }
  }

  /// Double against sums of the two halves of each number, which are nearly exact.
  @Test func inDouble() {
    for (n, m) in [(100, 10), (1000, 129), (5000, 1000), (9000, 2049)] {
      var generator = SeededGenerator(seed: UInt64(n))
      // Integers of 24 bits: their convolution is exact in Int, and its image in Double nearly.
      let signal = (0..<n).map { _ in Int.random(in: -(1 << 30)...(1 << 30), using: &generator) }
      let kernel = (0..<m).map { _ in Int.random(in: -(1 << 20)...(1 << 20), using: &generator) }
      let expected = directConvolution(signal, kernel).map(Double.init)
      check(signal.map(Double.init), kernel.map(Double.init), expected)
    }
  }

  /// A million samples with a kernel of a quarter of that, against exact sums of integers.
  @Test func atAMillionSamples() throws {
    let seed: UInt64 = 20
    var generator = SeededGenerator(seed: seed)
    let (n, m) = (1 << 20, 1 << 18)
    // Of 21 bits and a sign, so that nearly all sums are below 2⁵³ and exact in Double.
    let x = (0..<n).map { _ in Int(truncatingIfNeeded: generator.next()) >> 42 }
    let h = (0..<m).map { _ in Int(truncatingIfNeeded: generator.next()) >> 42 }
    let sums = try convolve(x, h)
    // Those are exact by proof; here some by their definition.
    for index in [0, 1, m - 1, n, sums.count - 1, .random(in: m..<n, using: &generator)] {
      var sum = 0
      for tap in max(0, index - n + 1)..<min(m, index + 1) { sum += h[tap] * x[index - tap] }
      #expect(sums[index] == sum, "seed \(seed), result \(index)")
    }
    let expected = sums.map(Double.init)
    func check<T: FourierScalar>(_ type: T.Type, _ method: ConvolutionMethod?) {
      let (signal, kernel) = (x.map { T($0) }, h.map { T($0) })
      let actual = convolve(signal, kernel, method: method)
      let error = relativeError(actual, expected)
      #expect(error <= 6, "seed \(seed), \(type), \(method): \(error) u")
      checkElements(actual, expected, signal, kernel, method)
    }
    for method in [ConvolutionMethod.fft, .overlapSave] {
      check(Float.self, method)
      check(Double.self, method)
    }
  }

  private func checkElements<T: FourierScalar>(
    _ actual: [T], _ expected: [Double], _ signal: [T], _ kernel: [T], _ method: ConvolutionMethod?
  ) {
    let choice = Planner.shared.choose(
      ElementKind(T.self), signalCount: signal.count, kernelCount: kernel.count, method: method)
    // Results in order: a block's norm is that of its samples.
    let blockLength = choice.method == .overlapSave ? choice.blockColumns : expected.count
    let kernelNorm = norm(kernel)
    func bound(_ from: Int, _ to: Int) -> Double {
      let start = min(signal.count, max(0, from - kernel.count + 1))
      let block = start..<max(start, min(signal.count, to))
      return choice.errorBound(
        T.self, blockNorm: norm(Array(signal[block])), kernelNorm: kernelNorm)
    }
    // Blocks begin at a line of the cache, up to 16 results before a multiple of their length.
    let line = 16
    for from in stride(from: 0, to: expected.count, by: blockLength) {
      let own = bound(from - line, from + blockLength)
      let next = bound(from + blockLength - 2 * line, from + 2 * blockLength)
      for index in from..<min(from + blockLength, expected.count) {
        let bound = index < from + blockLength - line ? own : max(own, next)
        guard abs(Double(actual[index]) - expected[index]) <= bound else {
          Issue.record("\(choice), result \(index): \(actual[index]), not \(expected[index])")
          return
        }
      }
    }
  }
}
