// SPDX-License-Identifier: MIT

package import ComplexModule
package import ComputeSupport
import FourierTransform
import RealModule

/// A long real transform in little more memory than its result takes: of every 2^n-th sample at a
/// time, put together in place (Cooley & Tukey 1965).
///
/// With E and O the spectra of the samples with even and with odd indices, M each, and
/// w = exp(-πi / M), the spectrum is X[k] = E[k] + w^k · O[k], and X[M - k] the conjugate of
/// E[k] - w^k · O[k].
package struct DecimationInTimeTransform: Sendable {
  /// The number of samples.
  package let length: Int
  /// Into how many parts the samples are divided.
  private let stride: Int
  private let part: RealTransform<Float>

  /// 4 MB, which a cache holds. Measured: two recordings of 30 minutes took 0.9 s, as a whole 1.3 s.
  private static var longestPart: Int { 1 << 20 }

  /// A fast transform of at least `minimum` samples, hardly more.
  package init(atLeast minimum: Int) {
    var stride = 1
    while minimum > stride * Self.longestPart { stride *= 2 }
    // Each part's spectrum is to start on a boundary of 16 bytes.
    let quarter = fastTransformLength(atLeast: max(2, (minimum + 4 * stride - 1) / (4 * stride)))
    length = 4 * stride * quarter
    self.stride = stride
    part = realTransform(4 * quarter)
  }

  /// The number of frequencies.
  package var spectrumCount: Int { length / 2 + 1 }

  /// The spectrum of `values` from `offset` on, without their mean and with soft ends.
  package func forward(
    _ values: [Float], at offset: Int, _ spectrum: inout AlignedBuffer<Complex<Float>>
  ) {
    var samples = AlignedBuffer<Float>(repeating: 0, count: part.length)
    // The ends rise over 0.1 s at 12 kHz at most. Judged.
    let signal = PaddedSignal(
      values: values, offset: offset, mean: mean(of: values.span),
      ends: SoftEnds(count: min(values.count / 16, 1024)))
    forward(signal, &samples, every: 1, from: 0, &spectrum, at: 0)
  }

  /// The spectrum of every `step`-th sample, from `first` on, from the frequency `start` on.
  private func forward(
    _ signal: PaddedSignal, _ samples: inout AlignedBuffer<Float>, every step: Int, from first: Int,
    _ spectrum: inout AlignedBuffer<Complex<Float>>, at start: Int
  ) {
    if step == stride {
      samples.load(
        signal.values.span, at: signal.offset, mean: signal.mean, ends: signal.ends,
        every: step, from: first)
      return part.forward(samples, &spectrum, at: start)
    }
    // The even samples' spectrum, in the lower half, ends where the odd one's begins.
    let middle = length / (4 * step)
    forward(signal, &samples, every: 2 * step, from: first + step, &spectrum, at: start + middle)
    let firstOdd = spectrum.span[start + middle]
    forward(signal, &samples, every: 2 * step, from: first, &spectrum, at: start)
    combine(&spectrum, start..<start + 2 * middle + 1, firstOdd)
  }

  /// ``length`` times the signal of `spectrum`, which is overwritten.
  package func inverse(
    _ spectrum: inout AlignedBuffer<Complex<Float>>, _ signal: inout AlignedBuffer<Float>
  ) {
    var samples = AlignedBuffer<Float>(repeating: 0, count: part.length)
    inverse(&spectrum, at: 0, &samples, every: 1, from: 0, &signal)
  }

  private func inverse(
    _ spectrum: inout AlignedBuffer<Complex<Float>>, at start: Int,
    _ samples: inout AlignedBuffer<Float>, every step: Int, from first: Int,
    _ signal: inout AlignedBuffer<Float>
  ) {
    if step == stride {
      part.inverse(&spectrum, at: start, &samples)
      let values = samples.span
      var output = signal.mutableSpan
      for index in values.indices { output[step * index + first] = values[index] }
      return
    }
    let middle = length / (4 * step)
    let firstOdd = separate(&spectrum, start..<start + 2 * middle + 1)
    inverse(&spectrum, at: start, &samples, every: 2 * step, from: first, &signal)
    do {
      var all = spectrum.mutableSpan
      all[start + middle] = firstOdd
    }
    inverse(&spectrum, at: start + middle, &samples, every: 2 * step, from: first + step, &signal)
  }
}

/// Undoes what ``combine(_:_:_:)`` does, times 2, and returns the odd spectrum's first element.
private func separate(
  _ spectrum: inout AlignedBuffer<Complex<Float>>, _ range: Range<Int>
) -> Complex<Float> {
  var all = spectrum.mutableSpan
  var bins = all._mutatingExtracting(range)
  let count = bins.count - 1
  let middle = count / 2
  var firstOdd = Complex<Float>.zero
  var rotor = Rotor(step: -.pi / Double(count))
  for k in 0...middle / 2 {
    let (c, s): (Float, Float) = rotor.next()
    let other = middle - k
    let (a, b) = bins[k].rawStorage
    let (u, v) = bins[count - k].rawStorage
    let (p, q) = bins[other].rawStorage
    let (x, y) = bins[count - other].rawStorage
    // Times conj(w^k), and times i · w^k for M / 2 - k.
    let (f, g) = (a - u, b + v)
    let (h, l) = (p - x, q + y)
    let odd = Complex(f * c + g * s, g * c - f * s)
    bins[k] = Complex(a + u, b - v)
    bins[middle + other] = Complex(-h * s - l * c, h * c - l * s)
    bins[other] = Complex(p + x, q - y)
    if k == 0 { firstOdd = odd } else { bins[middle + k] = odd }
  }
  return firstOdd
}

/// Combines the spectra of the even samples (the lower half of `range`) and of the odd ones (the
/// upper half but for its first element, `firstOdd`).
private func combine(
  _ spectrum: inout AlignedBuffer<Complex<Float>>, _ range: Range<Int>, _ firstOdd: Complex<Float>
) {
  var all = spectrum.mutableSpan
  var bins = all._mutatingExtracting(range)
  let count = bins.count - 1
  let middle = count / 2
  let lastEven = bins[middle]
  var rotor = Rotor(step: -.pi / Double(count))
  // The products with k and with M / 2 - k take each other's places.
  for k in 0...middle / 2 {
    let (c, s): (Float, Float) = rotor.next()
    let other = middle - k
    let (a, b) = bins[k].rawStorage
    let (u, v) = (k == 0 ? firstOdd : bins[middle + k]).rawStorage
    let (p, q) = (k == 0 ? lastEven : bins[other]).rawStorage
    let (x, y) = bins[middle + other].rawStorage
    // w^k · O[k], and w^(M / 2 - k) = -i · conj(w^k).
    let (f, g) = (u * c - v * s, u * s + v * c)
    let (h, l) = (y * c - x * s, -x * c - y * s)
    bins[k] = Complex(a + f, b + g)
    bins[count - k] = Complex(a - f, g - b)
    bins[other] = Complex(p + h, q + l)
    bins[count - other] = Complex(p - h, l - q)
  }
}

/// A signal with zeros around it.
private struct PaddedSignal {
  let values: [Float]
  let offset: Int
  let mean: Float
  let ends: SoftEnds
}
