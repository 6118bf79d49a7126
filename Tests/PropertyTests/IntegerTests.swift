// SPDX-License-Identifier: MIT

import Convolution
import TestSupport
import Testing

/// Integers of any size, and how they are to be convolved.
struct IntegerCase: RandomCase, CustomStringConvertible {
  var signal: [Int]
  var kernel: [Int]
  var mode: ConvolutionMode
  var method: ConvolutionMethod?
  var threads: Int

  init(using generator: inout SeededGenerator) {
    func integers(_ most: Int, _ generator: inout SeededGenerator) -> [Int] {
      let bits = generator.one(of: [4, 16, 28, 31, 32, 40, 60])
      return (0..<generator.size(0...most)).map { _ in
        // The ends of the range too.
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: -(1 << bits)
        case 1: (1 << bits) - 1
        default: Int.random(in: -(1 << bits)..<(1 << bits), using: &generator)
        }
      }
    }
    signal = integers(200, &generator)
    kernel = integers(60, &generator)
    mode = generator.one(of: [.full, .same, .valid])
    method = generator.one(of: [nil] + ConvolutionMethod.allCases.map { $0 })
    threads = Int.random(in: 1...3, using: &generator)
  }

  var simpler: [Self] {
    func simplerIntegers(_ value: Int) -> [Int] { value == 0 ? [] : [0, value / 2] }
    var candidates = simpler(\.mode, to: .full) + simpler(\.threads, atLeast: 1)
    if method != nil { candidates += simpler(\.method, to: .direct) }
    candidates += signal.simpler(simplerIntegers).map { with(\.signal, $0) }
    candidates += kernel.simpler(simplerIntegers).map { with(\.kernel, $0) }
    return candidates
  }

  var description: String {
    "\(mode), method \(method.map(\.rawValue) ?? "any"), \(threads) threads, "
      + "signal \(signal), kernel \(kernel)"
  }
}

/// Integers are exact, or a result that does not fit is named.
@Suite struct IntegerPropertyTests {
  /// The wanted sums, with room for all of them: products of numbers of 60 bits.
  private func sums(_ c: IntegerCase, _ kernel: [Int], from first: Int) -> [Int128] {
    let sums = directConvolution(c.signal.map { Int128($0) }, kernel.map { Int128($0) })
    return c.mode.lags(signalCount: c.signal.count, kernelCount: kernel.count).map {
      sums[$0 + first]
    }
  }

  @Test func resultsAreExactOrNamed() {
    expectProperty(600) { (c: IntegerCase) in
      let last = c.kernel.count - 1
      let convolution = sums(c, c.kernel, from: last)
      let correlation = sums(c, c.kernel.reversed(), from: last)
      return problem(convolution) {
        try convolve(c.signal, c.kernel, mode: c.mode, method: c.method, threads: c.threads)
      }
        ?? problem(correlation) {
          try correlate(c.signal, c.kernel, mode: c.mode, method: c.method, threads: c.threads)
        }
    }
  }

  private func problem(_ expected: [Int128], _ results: () throws -> [Int]) -> String? {
    let overflows = expected.indices.filter { Int(exactly: expected[$0]) == nil }
    do {
      let actual = try results()
      if !overflows.isEmpty { return "no error for results \(overflows)" }
      guard actual.count == expected.count else { return "\(actual.count) results" }
      guard let index = actual.indices.first(where: { Int128(actual[$0]) != expected[$0] }) else {
        return nil
      }
      return "result \(index) is \(actual[index]), not \(expected[index])"
    } catch ConvolutionError.overflow(let index) {
      return overflows.contains(index) ? nil : "an error for result \(index)"
    } catch {
      return "\(error)"
    }
  }
}
