// SPDX-License-Identifier: MIT

package import ComplexModule
package import ComputeSupport
package import FourierTransform
import RealModule

/// A plan of a length that this module has chosen itself.
package func realTransform<Scalar: FourierScalar>(_ length: Int) -> RealTransform<Scalar> {
  do {
    return try RealTransform<Scalar>.recent(length: length)
  } catch {
    preconditionFailure("\(error)")
  }
}

extension RealTransform<Float> {
  /// Writes the spectrum of all of `signal`, from element `start` on.
  package func forward(
    _ signal: borrowing AlignedBuffer<Float>, _ spectrum: inout AlignedBuffer<Complex<Float>>,
    at start: Int = 0
  ) {
    var all = spectrum.mutableSpan
    var target = all._mutatingExtracting(start..<start + spectrumCount)
    do { try forward(signal.span, into: &target) } catch { preconditionFailure("\(error)") }
  }

  /// Writes `length` times the signal of the spectrum from element `start` on, which is overwritten.
  package func inverse(
    _ spectrum: inout AlignedBuffer<Complex<Float>>, at start: Int = 0,
    _ signal: inout AlignedBuffer<Float>
  ) {
    var all = spectrum.mutableSpan
    var source = all._mutatingExtracting(start..<start + spectrumCount)
    var target = signal.mutableSpan
    do {
      try unscaledInverse(consuming: &source, into: &target)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

extension Complex<Float> {
  /// The product of the conjugate with `other`, by its parts: a cross-spectrum's element.
  @inline(__always)
  func crossProduct(_ other: Complex) -> (real: Float, imaginary: Float) {
    let (a, b) = rawStorage
    let (u, v) = other.rawStorage
    return (a * u + b * v, a * v - b * u)
  }
}

extension AlignedBuffer<Complex<Float>> {
  /// Multiplies the conjugates of the elements with `other`'s.
  mutating func conjugateAndMultiply(with other: borrowing AlignedBuffer) {
    let y = other.span
    var x = mutableSpan
    precondition(x.count == y.count)
    for bin in x.indices {
      let product = x[bin].crossProduct(y[bin])
      x[bin] = Complex(product.real, product.imaginary)
    }
  }

  /// Sets the elements to the products of the conjugates of `first` with `second`'s.
  mutating func setProducts(
    ofConjugates first: Span<Complex<Float>>, with second: borrowing AlignedBuffer
  ) {
    let y = second.span
    var target = mutableSpan
    precondition(first.count == target.count && y.count == target.count)
    for bin in target.indices {
      let product = first[bin].crossProduct(y[bin])
      target[bin] = Complex(product.real, product.imaginary)
    }
  }
}

/// The gains by which the ends of a signal rise: steps would spread strong frequencies over all others.
package struct SoftEnds: Sendable {
  /// From the end inwards.
  fileprivate let gains: [Float]

  /// Ends that rise over `count` samples.
  package init(count: Int) {
    gains = (0..<count).map { softGain((Double($0) + 0.5) / Double(count)) }
  }

  /// The number of samples over which an end rises.
  var count: Int { gains.count }

  /// Ends that do not rise.
  static let none = SoftEnds(count: 0)
}

extension AlignedBuffer<Float> {
  /// Sets the elements to every `step`-th, a power of two, from `first` on, of a signal that is
  /// `values` from `offset` on, without their mean and with soft ends, and zero elsewhere.
  package mutating func load(
    _ values: Span<Float>, at offset: Int, mean knownMean: Float? = nil, ends: SoftEnds,
    every step: Int = 1, from first: Int = 0
  ) {
    let mean = knownMean ?? Alignment.mean(of: values)
    var target = mutableSpan
    // The first element with a value, and the one after the last.
    let low = min(target.count, max(0, (offset - first + step - 1) / step))
    let high = max(low, min(target.count, (offset + values.count - first + step - 1) / step))
    for index in 0..<low { target[index] = 0 }
    if step == 1 {
      let start = low + first - offset
      let source = values.extracting(start..<start + high - low)
      var inside = target._mutatingExtracting(low..<high)
      for index in source.indices { inside[index] = source[index] - mean }
    } else {
      for index in low..<high { target[index] = values[step * index + first - offset] - mean }
    }
    for index in high..<target.count { target[index] = 0 }
    let shift = step.trailingZeroBitCount
    let gains = ends.gains.span
    for place in gains.indices {
      let gain = gains[place]
      let (rising, falling) = (offset + place - first, offset + values.count - 1 - place - first)
      if rising >= 0, rising & (step - 1) == 0 { target[rising >> shift] *= gain }
      if falling >= 0, falling & (step - 1) == 0 { target[falling >> shift] *= gain }
    }
  }

  /// Makes the ends rise over `width` samples, `shift` samples later than in the middle of them.
  mutating func soften(over width: Double, shift: Double) {
    var target = mutableSpan
    let count = min(target.count / 2, Int(width) + 2)
    for index in 0..<count {
      target[index] *= softGain((Double(index) + 0.5 - shift) / width)
      target[target.count - 1 - index] *= softGain((Double(index) + 0.5 + shift) / width)
    }
  }
}

/// The mean of samples; 0 of none.
func mean(of values: Span<Float>) -> Float {
  var sum = 0.0
  for index in values.indices { sum = Relaxed.sum(sum, Double(values[index])) }
  return Float(sum / Double(max(1, values.count)))
}

/// A raised cosine from 0 at 0 to 1 at 1.
private func softGain(_ position: Double) -> Float {
  Float(0.5 - 0.5 * Double.cos(.pi * max(0, min(1, position))))
}
