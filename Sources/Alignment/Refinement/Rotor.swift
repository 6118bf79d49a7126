// SPDX-License-Identifier: MIT

import ComplexModule
import RealModule

/// The numbers exp(i · k · step), k = 0, 1, 2 …: one is computed and 63 are had by multiplication,
/// which keeps the error below 1e-14.
struct Rotor {
  private let step: Double
  private let factor: (Double, Double)
  private var index = 0
  private var current = (1.0, 0.0)

  init(step: Double) {
    self.step = step
    factor = (Double.cos(step), Double.sin(step))
  }

  mutating func next() -> (Float, Float) {
    let (real, imaginary): (Double, Double) = next()
    return (Float(real), Float(imaginary))
  }

  mutating func next() -> (Double, Double) {
    if index & 63 == 0 {
      let angle = Double(index) * step
      current = (Double.cos(angle), Double.sin(angle))
    }
    index += 1
    let result = current
    current = (
      current.0 * factor.0 - current.1 * factor.1, current.0 * factor.1 + current.1 * factor.0
    )
    return result
  }
}

/// The numbers exp(i · k · step) for the first k, by which sums over all frequencies are computed block
/// by block without a chain of multiplications.
struct Phasors {
  /// As many as ``Rotor`` has from one that is computed.
  static var count: Int { 64 }

  private let real: [Double]
  private let imaginary: [Double]

  init(step: Double) {
    var rotor = Rotor(step: step)
    var (real, imaginary): ([Double], [Double]) = ([], [])
    for _ in 0..<Self.count {
      let (c, s): (Double, Double) = rotor.next()
      real.append(c)
      imaginary.append(s)
    }
    (self.real, self.imaginary) = (real, imaginary)
  }

  /// With z[k] = values[k] · exp(i · k · step): Σ z, Σ k · z and Σ k² · z, of up to ``count`` values.
  func moments(
    of values: Span<Complex<Double>>
  ) -> (sum: Complex<Double>, first: Complex<Double>, second: Complex<Double>) {
    let (cosines, sines) = (real.span, imaginary.span)
    precondition(values.count <= cosines.count && values.count <= sines.count)
    var (sum, first, second) = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))
    for index in values.indices {
      let (a, b) = values[index].rawStorage
      let (c, s) = (cosines[index], sines[index])
      let (x, y) = (a * c - b * s, a * s + b * c)
      let k = Double(index)
      sum = (Relaxed.sum(sum.0, x), Relaxed.sum(sum.1, y))
      first = (Relaxed.sum(first.0, k * x), Relaxed.sum(first.1, k * y))
      second = (Relaxed.sum(second.0, k * k * x), Relaxed.sum(second.1, k * k * y))
    }
    return (
      Complex(sum.0, sum.1), Complex(first.0, first.1), Complex(second.0, second.1)
    )
  }
}
