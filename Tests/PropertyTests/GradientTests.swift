// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport
import Testing

/// Gradients are the adjoints of what they are gradients of: <f(x), δ> = <x, gradient>.
@Suite struct GradientPropertyTests {
  @Test func convolutionsHaveTheirAdjoint() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) throws -> String? {
      let results = c.convolved(type, c.signal, c.kernel)
      return try problem(c, type, results) { delta in
        try convolutionGradients(
          [T](c.signal), [T](c.kernel), outputGradient: delta, mode: c.mode, method: c.method,
          threads: c.threads)
      }
    }
    expectProperty(400) { (c: SignalCase) in try check(c, c.type) }
  }

  @Test func correlationsHaveTheirAdjoint() {
    func check<T: SignalElement>(_ c: SignalCase, _ type: T.Type) throws -> String? {
      let results = c.correlated(type, c.signal, c.kernel)
      return try problem(c, type, results) { delta in
        try correlationGradients(
          [T](c.signal), [T](c.kernel), outputGradient: delta, mode: c.mode, method: c.method,
          threads: c.threads)
      }
    }
    expectProperty(400) { (c: SignalCase) in try check(c, c.type) }
  }

  private func problem<T: SignalElement>(
    _ c: SignalCase, _ type: T.Type, _ results: [Sample],
    _ gradients: ([T]) throws -> ConvolutionGradients<T>
  ) throws -> String? {
    var generator = SeededGenerator(seed: UInt64(c.number))
    let delta = [T](SampleRange.even.samples(results.count, &generator))
    let found = try gradients(delta)
    let (signal, kernel) = ([T](c.signal).samples, [T](c.kernel).samples)
    let wanted = results.inner(delta.samples)
    // Each result is within its bound, so that all of them are within its product with √count.
    let count = Double(results.count + signal.count + kernel.count)
    let all = signal.norm * kernel.norm * delta.norm
    let unit = errorBound(type, 1, 1, count: signal.count + kernel.count + results.count)
    let tolerance = 2 * unit * all * count.squareRoot()
    for (input, gradient) in [(signal, found.signal), (kernel, found.kernel)] {
      guard gradient.count == input.count else { return "\(gradient.count) elements" }
      let product = input.inner(gradient.samples)
      if !((product - wanted).magnitude <= tolerance) {
        return "inner product \(product), not \(wanted) within \(tolerance)"
      }
    }
    return nil
  }
}
