// SPDX-License-Identifier: MIT

import Convolution
import TestSupport
import Testing

/// Streams of which the samples or the kernel have special values; see SpecialOperands.swift.
@Suite struct StreamRangeTests {
  /// Pushes the signal in pieces of random lengths, and enough zeros to see all results.
  private func streamed(
    _ signal: [Float], _ kernel: [Float], latency: Int, _ generator: inout SeededGenerator
  ) throws -> [Float] {
    var filter = try StreamingFilter(kernel: kernel, latency: latency)
    var results: [Float] = []
    let all = signal + [Float](repeating: 0, count: latency)
    var from = 0
    while from < all.count {
      let to = min(all.count, from + Int.random(in: 1...900, using: &generator))
      results += filter.push(all[from..<to])
      from = to
    }
    return Array(results[latency...])
  }

  @Test(arguments: [0, 64, 512, 3000]) func streams(latency: Int) throws {
    var generator = SeededGenerator(seed: 27)
    for special in specialValues(Float.self) {
      for count in [10, 700, 2001] {
        for place in 0..<3 {
          let signal: [Float] = operand(4000, place == 1 ? nil : special, &generator)
          let kernel: [Float] = operand(count, place == 0 ? nil : special, &generator)
          let results = try streamed(signal, kernel, latency: latency, &generator)
          expectConvolution(signal, kernel, "\(special), latency \(latency)", results, 0..<4000)
          var filter = try BlockwiseFilter(kernel: kernel)
          let blocks = stride(from: 0, to: 4000, by: 800).map { filter.push(signal[$0..<$0 + 800]) }
          expectConvolution(
            signal, kernel, "blocks of \(special)", blocks.flatMap(\.self), 0..<4000)
        }
      }
    }
  }

  @Test func aLongStream() throws {
    var generator = SeededGenerator(seed: 28)
    let kernel: [Float] = operand(40_000, nil, &generator)
    var signal: [Float] = operand(90_000, nil, &generator)
    signal[20_000] = 1e12
    let results = try streamed(signal, kernel, latency: 0, &generator)
    let expected = convolve(signal.map(Double.init), kernel.map(Double.init))
    // Beyond the huge sample's products, as well as before it.
    for index in Array(0..<20_000) + Array(60_000..<90_000) {
      #expect(abs(Double(results[index]) - expected[index]) < 0.02, "result \(index)")
    }
  }
}
