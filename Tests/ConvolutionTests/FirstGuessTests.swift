// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import Synchronization
import TestSupport
import Testing

/// What somebody writes who has not read the documents compiles, and all ways of saying a thing
/// agree.
@Suite struct FirstGuessTests {
  private let signal: [Float] = [1, -2, 3, 0.5, 4]
  private let kernel: [Float] = [2, 1, -1]
  private var expected: [Float] { convolve(signal, kernel) }

  @Test func whatLiesSideBySideIsASignal() {
    #expect(expected == [2, -3, 3, 6, 5.5, 3.5, -4])
    #expect(convolve(signal[...], kernel[0...]) == expected)
    #expect(convolve(ContiguousArray(signal), kernel) == expected)
    #expect(convolve(signal.span, kernel.span) == expected)
    #expect(convolve([1, -2, 3, 0.5, 4] as InlineArray<5, Float>, kernel) == expected)
    unsafe signal.withUnsafeBufferPointer { buffer in
      let result = unsafe convolve(buffer, kernel)
      #expect(result == expected)
    }
    #expect(convolve([1, -2, 3, 0.5, 4], kernel) == expected)
    let literals: [Float] = convolve([1, -2, 3, 0.5, 4], [2, 1, -1])
    #expect(literals == expected)
    #expect(correlate(signal[1...3], kernel[..<2], mode: .valid) == [-1, 6.5])
  }

  @Test func resultsGoWhereTheCallerWants() throws {
    var output = [Float](repeating: 9, count: 7)
    try convolve(signal, kernel, into: &output)
    #expect(output == expected)
    var larger = [Float](repeating: 9, count: 9)
    try convolve(signal, kernel, into: &larger[1..<8])
    #expect(larger == [9] + expected + [9])
    try ConvolutionPlan(kernel: kernel).apply(to: signal[...], into: &output)
    #expect(output == expected)
    var filter = try StreamingFilter(kernel: kernel[...])
    #expect(filter.push(signal[..<2]) + filter.push(signal[2...]) == Array(expected[..<5]))
    #expect(throws: ConvolutionError.wrongOutputCount(expected: 3, actual: 7)) {
      try correlate(signal, kernel, into: &output, mode: .valid)
    }
  }

  @Test func lagsAreAPartLikeAnyOther() throws {
    let all = Correlation(of: signal, with: kernel)
    let wanted = -4...6
    let values = wanted.map { all.lags.contains($0) ? all[lag: $0] : 0 }
    #expect(correlate(signal, kernel, mode: .lags(wanted)) == values)
    #expect(correlate(signal, kernel, mode: .lags(wanted), method: .direct) == values)
    #expect(Correlation(of: signal, with: kernel, mode: .lags(wanted)).lags == -4..<7)
    #expect(
      try ConvolutionPlan(correlatingWith: kernel, mode: .lags(wanted)).apply(to: signal) == values)
    #expect(convolve(signal, kernel, mode: .lags(-1...8)) == [0] + expected + [0, 0])
    #expect(convolve(signal, kernel, mode: .lags(20...21)) == [0, 0])
    #expect(correlate([Float](), kernel, mode: .lags(0...1)) == [0, 0])
    let row = Matrix([signal])
    let lags = correlate(row, Matrix([kernel]), mode: .full, columnMode: .lags(wanted))
    #expect(lags.elements == values)
    let plan = try ConvolutionPlan2D(
      correlatingWith: Matrix([kernel]), mode: .full, columnMode: .lags(wanted))
    #expect(plan.apply(to: row).elements == values)
    var output = [Float](repeating: 9, count: values.count)
    try plan.apply(to: signal, rows: 1, columns: 5, into: &output)
    #expect(output == values)
    let bank = try FilterBank2D(
      correlatingWith: [Matrix([kernel])], mode: .full, columnMode: .lags(wanted))
    #expect(bank.apply(to: row)[0].elements == values)
    let lagged = correlate(
      signal, kernel.map { Complex($0, 1) }, mode: .lags(wanted))
    #expect(lagged.map(\.real) == values)
  }

  @Test func unsignedIntegersOf64BitsAreExact() throws {
    let largest = UInt64(Int64.max)
    #expect(try convolve([largest, 5], [1]) == [Int.max, 5])
    #expect(throws: ConvolutionError.overflow(index: 0)) { try convolve([UInt64.max, 5], [1]) }
    #expect(try convolve([UInt.max - 7, 3] as [UInt], [0, 1], mode: .lags(0...0)) == [0])
    #expect(throws: ConvolutionError.integerTooLarge(index: 1)) {
      try convolve([1, Int128(1) << 70], [1])
    }
    #expect(try convolve([Int128(1) << 40], [1 << 20]) == [1 << 60])
  }

  @Test func longWorkCanBeCancelled() async throws {
    let signal = [Float](repeating: 1, count: 3_000_000)
    let kernel = [Float](repeating: 1, count: 3000)
    let work = Task {
      try await runCancellable {
        // So long because the tests beside it may keep this one waiting.
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
          _ = convolve(signal, kernel, method: .direct, threads: 1)
        }
      }
    }
    try await Task.sleep(for: .milliseconds(20))
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
  }

  @Test func longWorkTellsItsProgress() async throws {
    let fractions = Fractions()
    let signal = [Float](repeating: 1, count: 400_000)
    let result = try await runCancellable(progress: { fractions.add($0) }) {
      convolve(signal, [1, 2, 3], method: .direct)
    }
    #expect(result == convolve(signal, [1, 2, 3], method: .direct))
    let told = fractions.all
    #expect(told.last == 1 && told == told.sorted())
  }
}

private final class Fractions: Sendable {
  private let values = Mutex<[Double]>([])
  func add(_ value: Double) { values.withLock { $0.append(value) } }
  var all: [Double] { values.withLock { $0 } }
}
