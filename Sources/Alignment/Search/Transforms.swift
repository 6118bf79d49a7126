package import ComplexModule
package import ComputeSupport
package import FourierTransform
import RealModule

/// A plan of a length that this module has chosen itself.
package func realTransform(_ length: Int) -> RealTransform<Float> {
  do {
    return try RealTransform<Float>(length: length)
  } catch {
    preconditionFailure("\(error)")
  }
}

extension RealTransform<Float> {
  /// The spectrum of all of `signal`.
  package func forward(
    _ signal: borrowing AlignedBuffer<Float>, _ spectrum: inout AlignedBuffer<Complex<Float>>
  ) {
    var target = spectrum.mutableSpan
    do { try forward(signal.span, into: &target) } catch { preconditionFailure("\(error)") }
  }

  /// `length` times the signal of `spectrum`, which is overwritten.
  package func inverse(
    _ spectrum: inout AlignedBuffer<Complex<Float>>, _ signal: inout AlignedBuffer<Float>
  ) {
    var source = spectrum.mutableSpan
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
    for bin in x.indices {
      let product = x[bin].crossProduct(y[bin])
      x[bin] = Complex(product.real, product.imaginary)
    }
  }
}

extension AlignedBuffer<Float> {
  /// Sets the elements to `values` from `offset` on, without their mean and with soft ends, and to
  /// zero elsewhere.
  ///
  /// The ends rise over a 16th of the signal, but at most ``softSamples``: steps there would spread
  /// strong frequencies over all others.
  package mutating func load(_ values: borrowing [Float], at offset: Int) {
    load(values.span, at: offset, softCount: Alignment.softCount(of: values.count))
  }

  /// As above with ends of `softCount` samples.
  package mutating func load(_ values: Span<Float>, at offset: Int, softCount: Int) {
    var target = mutableSpan
    for index in 0..<offset { target[index] = 0 }
    for index in offset + values.count..<target.count { target[index] = 0 }
    var sum = 0.0
    for index in values.indices { sum += Double(values[index]) }
    let mean = Float(sum / Double(max(1, values.count)))
    for index in values.indices { target[offset + index] = values[index] - mean }
    for index in 0..<softCount {
      let gain = softGain(index, of: softCount)
      target[offset + index] *= gain
      target[offset + values.count - 1 - index] *= gain
    }
  }
}

extension AlignedBuffer<Float> {
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

/// Judged: 0.1 s at 12 kHz.
private let softSamples = 1024

/// The samples over which the ends of a signal of `count` samples rise.
func softCount(of count: Int) -> Int { min(count / 16, softSamples) }

/// A raised cosine from 0 at 0 to 1 at 1.
private func softGain(_ position: Double) -> Float {
  Float(0.5 - 0.5 * Double.cos(.pi * max(0, min(1, position))))
}

/// A raised cosine from 0 to 1 over `count` samples.
func softGain(_ index: Int, of count: Int) -> Float {
  softGain((Double(index) + 0.5) / Double(count))
}
