// SPDX-License-Identifier: MIT

import Convolution
import Testing
import TestSupport

/// Integers are exact or refused, whatever the method.
@Suite struct IntegerConvolutionTests {
  static let methods = ConvolutionMethod.choices

  private func compare<I: FixedWidthInteger & Sendable>(
    _ type: I.Type, _ range: ClosedRange<I>, _ n: Int, _ m: Int
  ) throws {
    var generator = SeededGenerator(seed: UInt64(n * 1000 + m))
    let signal = (0..<n).map { _ in I.random(in: range, using: &generator) }
    let kernel = (0..<m).map { _ in I.random(in: range, using: &generator) }
    let expected = directConvolution(signal.map { Int($0) }, kernel.map { Int($0) })
    for method in Self.methods {
      let name = "\(type), \(n) x \(m), \(String(describing: method))"
      for mode in [ConvolutionMode.full, .same, .valid] {
        let part = mode.range(signalCount: n, kernelCount: m)
        #expect(
          try convolve(signal, kernel, mode: mode, method: method) == Array(expected[part]),
          "\(name), \(mode)")
      }
      #expect(try correlate(signal, kernel.reversed(), method: method) == expected, "\(name)")
    }
  }

  @Test func everyTypeOverItsWholeRange() throws {
    for (n, m) in [(1, 1), (7, 3), (40, 40), (300, 100), (3000, 500), (500, 3000)] {
      try compare(Int8.self, .min ... .max, n, m)
      try compare(UInt8.self, .min ... .max, n, m)
      try compare(Int16.self, .min ... .max, n, m)
      try compare(UInt16.self, .min ... .max, n, m)
      try compare(Int32.self, -(1 << 25)...(1 << 25), n, m)
      try compare(UInt32.self, 0...(1 << 25), n, m)
      try compare(Int.self, -(1 << 25)...(1 << 25), n, m)
    }
  }

  @Test func allSmallLengths() throws {
    for n in 0...12 {
      for m in 0...12 {
        try compare(Int16.self, .min ... .max, n, m)
        try compare(Int32.self, -(1 << 29)...(1 << 29), n, m)
        try compare(Int.self, -(1 << 29)...(1 << 29), n, m)
      }
    }
  }

  @Test(arguments: methods) func theLargestNumbersThatFit(method: ConvolutionMethod?) throws {
    #expect(try convolve([Int.max], [1], method: method) == [Int.max])
    #expect(try convolve([Int.min], [1], method: method) == [Int.min])
    #expect(try convolve([Int.min / 2, 5], [2], method: method) == [Int.min, 10])
    #expect(try convolve([Int32.min], [Int32.min], method: method) == [1 << 62])
    // What cancels: the sum fits though its terms do not.
    #expect(
      try convolve([Int.max, Int.max], [2, -2], mode: .valid, method: method) == [0])
    let long = [Int](repeating: 1 << 40, count: 1000)
    #expect(
      try convolve(long, [1 << 22, -(1 << 22)], mode: .valid, method: method)
        == [Int](repeating: 0, count: 999))
  }

  @Test(arguments: methods) func overflowIsThrown(method: ConvolutionMethod?) {
    #expect(throws: ConvolutionError.overflow(index: 0)) {
      try convolve([Int.max], [2], method: method)
    }
    #expect(throws: ConvolutionError.overflow(index: 0)) {
      try convolve([Int.min], [-1], method: method)
    }
    #expect(throws: ConvolutionError.overflow(index: 1)) {
      try convolve([1, Int.max], [1, 1], method: method)
    }
    #expect(throws: ConvolutionError.overflow(index: 1)) {
      try convolve([1 << 62, 1 << 62], [1, 1], method: method)
    }
    #expect(throws: ConvolutionError.overflow(index: 0)) {
      try convolve([Int.max, 1, 1], [Int.max, 1, 1], method: method)
    }
  }

  /// Lags are those of the full correlation, and what overflows at others does not matter.
  @Test func someLagsOnly() throws {
    let signal: [Int] = [1, -2, 3, 5, -7, 11]
    let kernel: [Int] = [4, 0, -1]
    let all = try correlate(signal, kernel)
    for first in -4...6 {
      for last in first...7 {
        let wanted = (first...last).map { -2...5 ~= $0 ? all[$0 + 2] : 0 }
        #expect(try correlate(signal, kernel, mode: .lags(first...last)) == wanted)
      }
    }
    #expect(try correlate([] as [Int], kernel, mode: .lags(-1...1)) == [0, 0, 0])
    let large = [Int.max, 0, 0, 1]
    #expect(throws: ConvolutionError.self) { try correlate(large, [2, 1]) }
    #expect(try correlate(large, [2, 1], mode: .lags(1...3)) == [0, 1, 2])
    #expect(throws: ConvolutionError.overflow(index: 1)) {
      try correlate(large, [2, 1], mode: .lags(-3...3))
    }
  }

  @Test func emptyOnesGiveNothing() throws {
    #expect(try convolve([Int](), [1]) == [])
    #expect(try correlate([Int16](), [Int16]()) == [])
  }
}
