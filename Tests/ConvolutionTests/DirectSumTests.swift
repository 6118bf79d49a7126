// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import Testing
import TestSupport

/// Every method, mode and type against the definition, in exact integers.
@Suite struct DirectSumTests {
  static let methods = ConvolutionMethod.choices

  /// Inputs are integers of at most 8: the exact results are, too, and FFT results are within a
  /// few units of rounding of ‖signal‖ ‖kernel‖ of them.
  @Test(arguments: methods) func everySmallCase(method: ConvolutionMethod?) {
    for n in 0...40 {
      for m in 0...40 {
        compare(n, m, method, Float.self, seed: UInt64(100 * n + m)) { $0 }
        compare(n, m, method, Double.self, seed: UInt64(100 * n + m)) { $0 }
      }
    }
  }

  @Test(arguments: methods) func everySmallComplexCase(method: ConvolutionMethod?) {
    for n in 0...40 {
      for m in 0...40 {
        compareComplex(n, m, method, Float.self, seed: UInt64(100 * n + m))
        compareComplex(n, m, method, Double.self, seed: UInt64(100 * n + m))
      }
    }
  }

  private func compare<T: FourierScalar>(
    _ n: Int, _ m: Int, _ method: ConvolutionMethod?, _ type: T.Type, seed: UInt64,
    _ change: (T) -> T
  ) {
    var generator = SeededGenerator(seed: seed)
    let signal = (0..<n).map { _ in generator.smallInteger() }
    let kernel = (0..<m).map { _ in generator.smallInteger() }
    let expected = directConvolution(signal, kernel)
    let expectedCorrelation = directConvolution(signal, kernel.reversed())
    let (x, h) = (signal.map { T($0) }, kernel.map { T($0) })
    let bound = bound(x, h, exact: method == .direct)
    for mode in [ConvolutionMode.full, .same, .valid] {
      let range = mode.range(signalCount: n, kernelCount: m)
      for (actual, expected) in [
        (convolve(x, h, mode: mode, method: method), expected[range]),
        (correlate(x, h, mode: mode, method: method), expectedCorrelation[range]),
      ] {
        let worst = zip(actual, expected).map { abs(Double($0) - Double($1)) }.max() ?? 0
        if actual.count != range.count || !(worst <= bound) {
          Issue.record("\(n) x \(m) \(mode) \(method) \(type): off by \(worst), bound \(bound)")
        }
      }
    }
  }

  private func compareComplex<T: FourierScalar>(
    _ n: Int, _ m: Int, _ method: ConvolutionMethod?, _ type: T.Type, seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    func numbers(_ count: Int) -> [Complex<Double>] {
      (0..<count).map { _ in
        Complex(Double(generator.smallInteger()), Double(generator.smallInteger()))
      }
    }
    let (signal, kernel) = (numbers(n), numbers(m))
    let expected = directConvolution(signal, kernel)
    let expectedCorrelation = directConvolution(signal, kernel.reversed().map(\.conjugate))
    func narrow(_ values: [Complex<Double>]) -> [Complex<T>] {
      values.map { Complex(T($0.real), T($0.imaginary)) }
    }
    let (x, h) = (narrow(signal), narrow(kernel))
    let bound = bound(components(x), components(h), exact: method == .direct)
    for mode in [ConvolutionMode.full, .same, .valid] {
      let range = mode.range(signalCount: n, kernelCount: m)
      for (actual, expected) in [
        (convolve(x, h, mode: mode, method: method), expected[range]),
        (correlate(x, h, mode: mode, method: method), expectedCorrelation[range]),
      ] {
        let worst =
          zip(components(actual), components(Array(expected)))
          .map { abs(Double($0) - $1) }.max() ?? 0
        if actual.count != range.count || !(worst <= bound) {
          Issue.record("\(n) x \(m) \(mode) \(method) \(type): off by \(worst), bound \(bound)")
        }
      }
    }
  }

  /// Direct sums of small integers are exact; see ``ErrorBoundTests`` for the constant of the other.
  private func bound<T: FourierScalar>(_ x: [T], _ h: [T], exact: Bool) -> Double {
    exact ? 0 : 8 * unitOfRounding(T.self) * norm(x) * norm(h)
  }

  @Test("What needs no plan is what the planner would choose", arguments: ElementKind.allCases)
  func withoutPlan(kind: ElementKind) {
    let lengths = [1, 2, 3, 10, 32, 100, 317, 1000, 1664, 3162, 4095, 4096, 10_000]
    var found = 0
    for results in lengths {
      for taps in lengths where taps <= results {
        guard
          Planner.isSurelyDirect(kind, results: results - taps + 1, taps: taps, method: nil)
        else { continue }
        found += 1
        let choice = Planner.shared.choose(
          kind, signalCount: results, kernelCount: taps, mode: .valid, threads: 8)
        #expect(choice.method == .direct && choice.threads == 1, "\(results) by \(taps)")
      }
    }
    // Such as 1000 by 32.
    #expect(found > 30)
  }
}
