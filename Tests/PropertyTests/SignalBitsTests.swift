// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport
import Testing

/// Where the documentation promises the same bits, and where the same results within rounding.
@Suite struct SignalBitsTests {
  @Test func theNumberOfThreadsDoesNotShow() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) -> String? {
      let (signal, kernel) = ([T](c.signal), [T](c.kernel))
      func convolved(_ threads: Int?) -> [T] {
        convolve(signal, kernel, mode: c.mode, method: c.method, threads: threads)
      }
      func correlated(_ threads: Int?) -> [T] {
        correlate(signal, kernel, mode: c.mode, method: c.method, threads: threads)
      }
      return difference(convolved(c.threads), convolved(1))
        ?? difference(convolved(nil), convolved(1))
        ?? difference(correlated(c.threads), correlated(1))
    }
    expectProperty(300) { (c: SignalCase) in check(c, c.type) }
  }

  @Test func memoryOfTheCallersGetsTheSameResults() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) throws -> String? {
      let (signal, kernel) = ([T](c.signal), [T](c.kernel))
      let expected = convolve(signal, kernel, mode: c.mode, method: c.method, threads: c.threads)
      // What was in the memory before does not matter.
      var output = [T](repeating: .notANumber, count: expected.count)
      try convolve(
        signal.span, kernel.span, into: &output, mode: c.mode, method: c.method,
        threads: c.threads)
      return difference(output, expected)
    }
    expectProperty(200) { (c: SignalCase) in try check(c, c.type) }
  }

  /// A plan gives what the function gives, within rounding since it may choose another method, and
  /// the same bits each time.
  @Test func aPlanGivesTheSameResults() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) throws -> String? {
      guard !c.kernel.isEmpty else { return nil }
      let (signal, kernel) = ([T](c.signal), [T](c.kernel))
      let plan = try ConvolutionPlan(
        kernel: kernel, mode: c.mode, method: c.method, threads: c.threads)
      let first = plan.apply(to: signal)
      _ = plan.apply(to: signal.dropLast(c.number % (signal.count + 1)))
      return difference(plan.apply(to: signal), first)
        ?? difference(
          first.samples, c.convolved(type, c.signal, c.kernel),
          within: 2 * c.bound(type, c.signal, c.kernel))
    }
    expectProperty(200) { (c: SignalCase) in try check(c, c.type) }
  }
}
