import ComplexModule
import Convolution
import Foundation
import FourierTransform
import RealModule
import Testing
import TestSupport

/// A huge, infinite or missing value in either operand reaches the results that it is a part of, and
/// no others, by every method.
///
/// A result is the sum of its products. Its error is at most about half the type's precision of the sum
/// of their magnitudes, however large others are; what is not finite is what direct sums give.
@Suite struct DynamicRangeTests {
  /// How many random shapes each operation meets; with `OVERLAP_TEST_ALL` ten thousand cases in all.
  private static let shapes =
    ProcessInfo.processInfo.environment["OVERLAP_TEST_ALL"] == nil ? 6 : 160

  private static func specials<T: FourierScalar>(_ type: T.Type) -> [T] {
    [
      1e6, -1e12, 1e30, T.greatestFiniteMagnitude, .infinity, -.infinity, .nan,
      T.leastNonzeroMagnitude,
    ]
  }

  /// The results of a full convolution and the sums of their products' magnitudes, in `Double`.
  private func oracle<T: FourierScalar>(
    _ signal: [T], _ kernel: [T]
  ) -> (sums: [Double], magnitudes: [Double]) {
    var sums = [Double](repeating: 0, count: signal.count + kernel.count - 1)
    var magnitudes = sums
    for (i, x) in signal.enumerated() {
      for (k, h) in kernel.enumerated() {
        let product = Double(x) * Double(h)
        sums[i + k] += product
        // NaN marks results that something is a part of that is not finite.
        magnitudes[i + k] += x.isFinite && h.isFinite ? abs(product) : .nan
      }
    }
    return (sums, magnitudes)
  }

  /// What is wrong with a result; nil if nothing is.
  private func fault<T: FourierScalar>(_ actual: T, _ sum: Double, _ magnitude: Double) -> String? {
    if magnitude.isNaN {
      if sum.isNaN { return actual.isNaN ? nil : "\(actual), not NaN" }
      return Double(actual) == sum ? nil : "\(actual), not \(sum)"
    }
    // Beyond the type's range a sum may overflow on its way.
    let ratio = Double.exp2(3 - Double((T.significandBitCount + 1) / 2))
    guard magnitude * (1 + ratio) < Double(T.greatestFiniteMagnitude) else { return nil }
    let bound = ratio * magnitude + 64 * Double(T.leastNormalMagnitude)
    let error = abs(Double(actual) - sum)
    return error <= bound ? nil : "\(actual), not \(sum): off by \(error) of \(magnitude)"
  }

  private func compare<T: FourierScalar>(
    _ signal: [T], _ kernel: [T], _ what: String, _ results: [T], _ range: Range<Int>
  ) {
    compare(oracle(signal, kernel), "\(what), \(signal.count) by \(kernel.count)", results, range)
  }

  private func compare<T: FourierScalar>(
    _ oracle: (sums: [Double], magnitudes: [Double]), _ what: String, _ results: [T],
    _ range: Range<Int>
  ) {
    let (sums, magnitudes) = oracle
    #expect(results.count == range.count, "\(what)")
    for (result, index) in zip(results, range) {
      let isThere = sums.indices ~= index
      if let fault = fault(result, isThere ? sums[index] : 0, isThere ? magnitudes[index] : 0) {
        Issue.record("\(what), result \(index): \(fault)")
        return
      }
    }
  }

  /// Noise, of which some samples are zero; one or a few are special.
  private func operand<T: FourierScalar>(
    _ count: Int, _ special: T?, _ generator: inout SeededGenerator
  ) -> [T] {
    let share: [Double] = [0, 0, 0.3, 0.9]
    let zeros = share.randomElement(using: &generator) ?? 0
    var values = (0..<count).map { _ -> T in
      Double.random(in: 0..<1, using: &generator) < zeros ? 0 : T(generator.normal())
    }
    guard let special else { return values }
    for _ in 0..<([1, 1, 3].randomElement(using: &generator) ?? 1) {
      let ends = [0, count - 1, Int.random(in: 0..<count, using: &generator)]
      values[ends.randomElement(using: &generator) ?? 0] = special
    }
    return values
  }

  private func checkSignals<T: FourierScalar>(
    _ type: T.Type, _ method: ConvolutionMethod?, seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    for special in Self.specials(T.self) {
      for _ in 0..<Self.shapes {
        let n = Int.random(in: 1...700, using: &generator)
        let m = Int.random(in: 1...n, using: &generator)
        let place = Int.random(in: 0..<4, using: &generator)
        let signal = operand(n, place == 1 ? nil : special, &generator)
        let kernel = operand(m, place == 0 ? nil : special, &generator)
        let what = "\(T.self), \(special), \(method.map { "\($0)" } ?? "any"), seed \(seed)"
        let expected = oracle(signal, kernel)
        for mode in [ConvolutionMode.full, .same, .valid] {
          compare(
            expected, "\(what), \(n) by \(m)",
            convolve(signal, kernel, mode: mode, method: method),
            mode.range(signalCount: n, kernelCount: m))
        }
        compare(
          expected, "\(what), \(m) by \(n)", convolve(kernel, signal, method: method),
          0..<(n + m - 1))
        let lags = -5...8
        compare(
          expected, "\(what), \(n) by \(m), lags",
          correlate(signal, kernel.reversed(), mode: .lags(lags), method: method),
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
        compare(signal, kernel, "a tap", convolve(signal, kernel, method: method), 0..<2999 + count)
        // So many that they are not taken out one by one.
        for index in 0..<40 { kernel[(place + index) % count] = 1e12 }
        compare(signal, kernel, "taps", convolve(signal, kernel, method: method), 0..<2999 + count)
      }
    }
  }

  @Test func aDecayingResponse() {
    let kernel = (0..<20_000).map { Float.exp(-Float($0) / 700) * Float.cos(Float($0 * $0)) }
    let signal: [Float] = whiteNoise(3000, seed: 23)
    for method in [ConvolutionMethod.fft, .overlapSave] {
      compare(signal, kernel, "\(method)", convolve(signal, kernel, method: method), 0..<22_999)
    }
  }

  @Test(arguments: ConvolutionMethod.choices)
  func valuesOfEveryMagnitudeConvolvedWithThemselves(method: ConvolutionMethod?) {
    var values = [Double](repeating: 0, count: 1500)
    for exponent in 0..<10 { values.append(Double.pow(10, Double(9 * exponent))) }
    let result = convolve(values, values, method: method)
    compare(values, values, "\(method.map { "\($0)" } ?? "any")", result, 0..<3019)
  }

  @Test func fewLagsOfLongSignals() {
    var signal: [Float] = whiteNoise(20_000, seed: 24)
    let delayed = [Float](repeating: 0, count: 7) + signal.dropLast(7)
    signal[0] = 1e12
    let mode = ConvolutionMode.lags(-50...50)
    compare(
      delayed, signal.reversed(), "kernel", correlate(delayed, signal, mode: mode),
      (19_999 - 50)..<(19_999 + 51))
    compare(
      signal, delayed.reversed(), "signal", correlate(signal, delayed, mode: mode),
      (19_999 - 50)..<(19_999 + 51))
  }

  // MARK: - Streams

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
    for special in Self.specials(Float.self) {
      for count in [10, 700, 1601] {
        for place in 0..<3 {
          let signal: [Float] = operand(3200, place == 1 ? nil : special, &generator)
          let kernel: [Float] = operand(count, place == 0 ? nil : special, &generator)
          let expected = oracle(signal, kernel)
          let results = try streamed(signal, kernel, latency: latency, &generator)
          compare(
            expected, "\(special), \(count) taps, latency \(latency)", results, 0..<3200)
          var filter = try BlockwiseFilter(kernel: kernel)
          let blocks = stride(from: 0, to: 3200, by: 800).map { filter.push(signal[$0..<$0 + 800]) }
          compare(expected, "\(count) taps, blocks of \(special)", blocks.flatMap(\.self), 0..<3200)
        }
      }
    }
  }

  @Test func aLongStream() throws {
    var generator = SeededGenerator(seed: 28)
    let kernel: [Float] = operand(20_000, nil, &generator)
    var signal: [Float] = operand(45_000, nil, &generator)
    signal[10_000] = 1e12
    let results = try streamed(signal, kernel, latency: 0, &generator)
    let expected = convolve(signal.map(Double.init), kernel.map(Double.init))
    // Beyond the huge sample's products, as well as before it.
    for index in Array(0..<10_000) + Array(30_000..<45_000) {
      #expect(abs(Double(results[index]) - expected[index]) < 0.02, "result \(index)")
    }
  }

  // MARK: - Images

  private func compare(
    _ image: Matrix<Float>, _ kernel: Matrix<Float>, _ what: String, _ results: Matrix<Float>
  ) {
    var sums = Matrix<Double>(
      repeating: 0, rows: image.rows + kernel.rows - 1, columns: image.columns + kernel.columns - 1)
    var magnitudes = sums
    for row in 0..<image.rows {
      for column in 0..<image.columns {
        for a in 0..<kernel.rows {
          for b in 0..<kernel.columns {
            let product = Double(image[row, column]) * Double(kernel[a, b])
            sums[row + a, column + b] += product
            let isFinite = image[row, column].isFinite && kernel[a, b].isFinite
            magnitudes[row + a, column + b] += isFinite ? abs(product) : .nan
          }
        }
      }
    }
    #expect(results.rows == sums.rows && results.columns == sums.columns, "\(what)")
    for row in 0..<sums.rows {
      for column in 0..<sums.columns {
        if let fault = fault(results[row, column], sums[row, column], magnitudes[row, column]) {
          Issue.record(
            """
            \(what), \(image.rows) x \(image.columns) by \(kernel.rows) x \(kernel.columns), \
            result \(row), \(column): \(fault)
            """)
          return
        }
      }
    }
  }

  @Test(arguments: ConvolutionMethod.choices) func images(method: ConvolutionMethod?) throws {
    var generator = SeededGenerator(seed: 25)
    for special in Self.specials(Float.self) {
      for _ in 0..<Self.shapes {
        let (rows, columns) = (
          Int.random(in: 8...48, using: &generator), Int.random(in: 8...48, using: &generator)
        )
        let (a, b) = (
          Int.random(in: 1...8, using: &generator), Int.random(in: 1...8, using: &generator)
        )
        let place = Int.random(in: 0..<3, using: &generator)
        func matrix(_ rows: Int, _ columns: Int, _ special: Float?) -> Matrix<Float> {
          Matrix(
            rows: rows, columns: columns,
            elements: operand(rows * columns, special, &generator))
        }
        let image = matrix(rows, columns, place == 1 ? nil : special)
        let kernel = matrix(a, b, place == 0 ? nil : special)
        let what = "\(special), \(method.map { "\($0)" } ?? "any")"
        compare(image, kernel, what, convolve(image, kernel, method: method))
        let bank = try FilterBank2D(kernels: [kernel, kernel], mode: .full, method: method)
        for result in bank.apply(to: image) { compare(image, kernel, "bank, " + what, result) }
      }
    }
  }

  @Test(arguments: ConvolutionMethod.choices) func complexSignals(method: ConvolutionMethod?) {
    var generator = SeededGenerator(seed: 26)
    for special in [1e6, 1e12, 1e30] {
      for _ in 0..<Self.shapes {
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
