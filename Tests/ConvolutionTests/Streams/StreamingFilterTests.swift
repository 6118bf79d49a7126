// SPDX-License-Identifier: MIT

import AllocationCounter
import ComplexModule
import Convolution
import FourierTransform
import Testing
import TestSupport

/// A filter that is fed in pieces against the convolution of the whole.
@Suite struct StreamingFilterTests {
  @Test(arguments: [0, 1, 63, 64, 65, 100, 500, 5000])
  func anyPiecesGiveTheConvolutionLater(latency: Int) throws {
    for kernelCount in [1, 2, 63, 64, 65, 200, 1000, 5000] {
      try compare(Float.self, kernelCount, latency)
      try compare(Double.self, kernelCount, latency)
    }
    try compare(Complex<Float>.self, 300, latency)
    try compare(Complex<Double>.self, 700, latency)
  }

  private func compare<T: SignalElement>(
    _ type: T.Type, _ kernelCount: Int, _ latency: Int
  ) throws {
    let seed = UInt64(kernelCount * 10000 + latency)
    var generator = SeededGenerator(seed: seed)
    let kernel = (0..<kernelCount).compactMap { _ in T(exactly: generator.smallInteger()) }
    let signal = (0..<6000).compactMap { _ in T(exactly: generator.smallInteger()) }
    let expected = convolve(signal, kernel, method: .direct)
    var filter = try StreamingFilter(kernel: kernel, latency: latency)
    var actual: [T] = []
    for round in 0..<2 {
      actual = []
      while actual.count < signal.count {
        let count = min(Int.random(in: 0...700, using: &generator), signal.count - actual.count)
        actual += filter.push(Array(signal[actual.count..<(actual.count + count)]))
      }
      if round == 0 { filter.reset() }
    }
    let due =
      [T](repeating: .zero, count: min(latency, signal.count))
      + expected.prefix(max(0, signal.count - latency))
    // 16 u of the norms of a window and of the kernel, as for blocks.
    let bound =
      16 * T.Scalar.ulpOfOne / 2 * 5 * T.Scalar(kernelCount + 5000).squareRoot()
      * 5 * T.Scalar(kernelCount).squareRoot()
    for (index, (a, e)) in zip(actual, due).enumerated()
    where !((a - e).largestPart <= bound) {
      Issue.record("seed \(seed), \(type), result \(index): \(a), not \(e)")
      return
    }
    #expect(actual.count == due.count)
  }

  /// The same bits from samples one by one, with empty pieces between them, and from all at once.
  @Test(arguments: [0, 1, 64, 1000]) func theSizeOfPiecesDoesNotShow(latency: Int) throws {
    try comparePieces(Float.self, latency)
    try comparePieces(Double.self, latency)
  }

  private func comparePieces<T: FourierScalar>(_ type: T.Type, _ latency: Int) throws {
    for kernelCount in [1, 64, 65, 3000] {
      let seed = UInt64(kernelCount + latency)
      var generator = SeededGenerator(seed: seed)
      func noise(_ count: Int) -> [T] {
        (0..<count).map { _ in T(Float.random(in: -1...1, using: &generator)) }
      }
      let (kernel, signal) = (noise(kernelCount), noise(10_000))
      var atOnce = try StreamingFilter(kernel: kernel, latency: latency)
      var oneByOne = try StreamingFilter(kernel: kernel, latency: latency)
      let expected = atOnce.push(signal)
      var actual: [T] = []
      for sample in signal {
        actual += oneByOne.push([])
        actual += oneByOne.push([sample])
      }
      let difference = actual.indices.first { actual[$0] != expected[$0] }
      #expect(
        actual.count == expected.count && difference == nil,
        "seed \(seed), \(type), \(kernelCount) taps, latency \(latency)")
    }
  }

  @Test func nanAndInfinityStayWhereTheyBelong() throws {
    for special in [Double.nan, .infinity] {
      for latency in [0, 100] {
        for position in [0, 63, 64, 200, 1000] {
          let kernel = (1...300).map(Double.init)
          var signal = [Double](repeating: 1, count: 2000)
          signal[position] = special
          var filter = try StreamingFilter(kernel: kernel, latency: latency)
          let actual = filter.push(signal)
          for index in actual.indices {
            let isTouched = (position..<(position + 300)).contains(index - latency)
            #expect(actual[index].isFinite == !isTouched, "\(special) at \(position), \(index)")
          }
        }
      }
    }
  }

  @Test(arguments: [0, 100]) func filtersOfManyChannelsAreKeptInAnArray(latency: Int) async throws {
    var generator = SeededGenerator(seed: 11)
    func noise(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
    }
    let (channels, kernels) = ((0..<3).map { _ in noise(1500) }, (0..<3).map { _ in noise(700) })
    var whole: [[Float]] = []
    for channel in channels.indices {
      var filter = try StreamingFilter(kernel: kernels[channel], latency: latency)
      whole.append(filter.push(channels[channel]))
    }

    var filters = try kernels.map { try StreamingFilter(kernel: $0, latency: latency) }
    let first = filters.indices.map { filters[$0].push(channels[$0][..<600]) }
    // A task takes a copy, which goes on from here, whatever is pushed to the original meanwhile.
    let copies = filters
    async let others = Task.detached {
      var filters = copies
      return filters.indices.map { filters[$0].push([Float](repeating: 9, count: 900)) }
    }.value
    let second = filters.indices.map { filters[$0].push(channels[$0][600...]) }
    #expect(zip(first, second).map { $0 + $1 } == whole)

    for (channel, other) in await others.enumerated() {
      var filter = try StreamingFilter(kernel: kernels[channel], latency: latency)
      let expected = filter.push(
        channels[channel][..<600] + [Float](repeating: 9, count: 900))
      #expect(other == Array(expected[600...]))
    }
  }

  @Test func badRequestsAreNamed() {
    #expect(throws: ConvolutionError.emptyKernel) {
      _ = try StreamingFilter<Float>(kernel: [])
    }
    #expect(throws: ConvolutionError.invalidLatency(-1)) {
      _ = try StreamingFilter<Float>(kernel: [1], latency: -1)
    }
  }

  /// So that it can be fed where nothing may wait, such as in a sound card's callback. The first
  /// pushes may still find out about types.
  @Test(.enabled(if: allocation_count() >= 0), arguments: [0, 100, 5000])
  func pushesTakeNoMemory(latency: Int) throws {
    try countAllocations(Float.self, latency)
    try countAllocations(Double.self, latency)
  }

  private func countAllocations<T: FourierScalar>(_ type: T.Type, _ latency: Int) throws {
    // The counter counts.
    let before = allocation_count()
    var results = [T](repeating: 0, count: 128)
    #expect(allocation_count() == before + 1)

    var generator = SeededGenerator(seed: UInt64(latency))
    func noise(_ count: Int) -> [T] {
      (0..<count).map { _ in T(Float.random(in: -1...1, using: &generator)) }
    }
    var filters = try (0..<2).map { _ in try StreamingFilter(kernel: noise(5000), latency: latency)
    }
    let samples = noise(results.count)
    // Twice through the longest block.
    for round in 0..<2 {
      let start = allocation_count()
      for _ in 0..<128 {
        for channel in filters.indices {
          var target = results.mutableSpan
          try filters[channel].push(samples.span, into: &target)
        }
      }
      let taken = allocation_count() - start
      #expect(round == 0 || taken == 0, "\(type)")
    }
  }
}
