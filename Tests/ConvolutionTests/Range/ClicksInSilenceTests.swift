// SPDX-License-Identifier: MIT

import Convolution
import FourierTransform
import RealModule
import TestSupport
import Testing

/// Few sounds in long silence, by kernels that decay: nearly all products of most results are zero, and
/// those of many are small beside the largest.
@Suite struct ClicksInSilenceTests {
  private static let count = 24_000
  private static let decay = 6_000

  private func check<T: FourierScalar>(_ type: T.Type, _ method: ConvolutionMethod?, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    // To 1e-14 of its beginning, beyond what either type tells from it.
    var kernel: [T] = operand(Self.decay, nil, &generator)
    for index in kernel.indices {
      kernel[index] *= T.exp(-32 * T(index) / T(Self.decay))
    }
    for (spacing, length) in [(Self.count, 1), (9_000, 1), (2_500, 3), (9_000, 400), (17, 1)] {
      var signal = [T](repeating: 0, count: Self.count)
      let sounds: [T] = operand(Self.count, nil, &generator)
      for index in signal.indices where index % spacing < length { signal[index] = sounds[index] }
      expectConvolution(
        signal, kernel, "\(T.self), \(length) of \(spacing), seed \(seed)",
        convolve(signal, kernel, method: method), 0..<(Self.count + Self.decay - 1))
      // A little noise between them, which is transformed apart.
      for index in signal.indices where signal[index] == 0 && index % 3 == 0 {
        signal[index] = sounds[index] * 1e-6
      }
      expectConvolution(
        signal, kernel, "\(T.self), \(length) of \(spacing) in noise, seed \(seed)",
        convolve(signal, kernel, method: method), 0..<(Self.count + Self.decay - 1))
    }
  }

  @Test(arguments: [ConvolutionMethod.fft, .overlapSave, nil])
  func signals(method: ConvolutionMethod?) {
    check(Float.self, method, seed: 25)
    check(Double.self, method, seed: 26)
  }
}

/// Few points on black, by kernels that decay.
@Suite struct PointsOnBlackTests {
  @Test(arguments: [ConvolutionMethod.fft, .overlapSave, nil])
  func images(method: ConvolutionMethod?) {
    var generator = SeededGenerator(seed: 28)
    let (side, size) = (90, 41)
    var kernel = Matrix<Float>(repeating: 0, rows: size, columns: size)
    for row in 0..<size {
      for column in 0..<size {
        let distance = Float(abs(row - 20) + abs(column - 20))
        kernel[row, column] = Float.random(in: 0.5...1, using: &generator) * Float.exp(-distance)
      }
    }
    for count in [1, 5, 60] {
      var image = Matrix<Float>(repeating: 0, rows: side, columns: side)
      for _ in 0..<count {
        let row = Int.random(in: 0..<side, using: &generator)
        image[row, Int.random(in: 0..<side, using: &generator)] = 1
      }
      for boundary in [Boundary<Float>.zero, .wrap] {
        let results = convolve(image, kernel, mode: .same, boundary: boundary, method: method)
        let sums = convolve(image, kernel, mode: .same, boundary: boundary, method: .direct)
        // All products are positive: half the type's precision of their sum.
        for index in results.elements.indices {
          let (result, sum) = (results.elements[index], sums.elements[index])
          #expect(abs(result - sum) <= sum * 0x1p-11, "\(count) points, \(boundary), \(index)")
        }
      }
    }
  }
}

/// Kernels whose ends are small, and results that reach one of these ends, both or none.
@Suite struct SmallEndTests {
  @Test(arguments: [ConvolutionMethod.fft, .overlapSave, nil])
  func everyRange(method: ConvolutionMethod?) {
    var generator = SeededGenerator(seed: 27)
    let (n, m) = (3000, 2400)
    let signal: [Float] = operand(n, nil, &generator)
    for (first, last) in [(0, 400), (2000, 2400), (900, 1300), (0, 2400)] {
      var kernel: [Float] = operand(m, nil, &generator)
      for index in kernel.indices where !(first..<last ~= index) { kernel[index] *= 1e-9 }
      for mode in [ConvolutionMode.full, .same, .valid] {
        expectConvolution(
          signal, kernel, "\(first)..<\(last), \(mode)",
          convolve(signal, kernel, mode: mode, method: method),
          mode.range(signalCount: n, kernelCount: m))
        expectConvolution(
          kernel, signal, "exchanged, \(first)..<\(last), \(mode)",
          convolve(kernel, signal, mode: mode, method: method),
          mode.range(signalCount: m, kernelCount: n))
      }
    }
  }
}
