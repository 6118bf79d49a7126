// SPDX-License-Identifier: MIT

internal import ComplexModule
public import FourierTransform
internal import RealModule

/// A signal divided by its Euclidean norm `√Σ|x|²`; nil if that is 0, or a sample not finite.
///
/// The correlation of two such signals is the normalised cross-correlation: of magnitude 1 at most,
/// and 1 at lag 0 for a signal with itself. MATLAB's `xcorr` calls it "normalized". Neither very
/// large nor very small samples are lost on the way.
///
/// - Complexity: O(n).
public func normalized<Signal>(_ signal: borrowing Signal) -> [Signal.Element]?
where Signal: ContiguousSamples & ~Copyable & ~Escapable, Signal.Element: SignalElement {
  normalizedSamples(signal._array())
}

/// A matrix divided by the Euclidean norm of its elements; nil if that is 0, or an element not
/// finite. See ``normalized(_:)->[Signal.Element]?`` of a signal.
///
/// - Complexity: O(n).
public func normalized<Element: SignalElement>(_ image: Matrix<Element>) -> Matrix<Element>? {
  normalizedSamples(image.elements).map {
    Matrix(rows: image.rows, columns: image.columns, elements: $0)
  }
}

private func normalizedSamples<Element: SignalElement>(_ signal: [Element]) -> [Element]? {
  var largest = Element.Scalar.zero
  for sample in signal {
    guard sample.hasFiniteParts else { return nil }
    largest = max(largest, sample.largestPart)
  }
  guard largest > 0 else { return nil }
  // A power of two that makes the largest about 1, in two steps, since that of a subnormal number
  // is beyond the range; then squares are neither infinite nor all zero.
  let exponent = -Int(largest.exponent)
  let near = signal.map {
    $0.scaled(by: powerOfTwo(exponent / 2)).scaled(by: powerOfTwo(exponent - exponent / 2))
  }
  let factor = 1 / Element.Scalar(sumOfSquares(near.span).squareRoot())
  return near.map { $0.scaled(by: factor) }
}

/// The sum of the squared magnitudes of samples, `Σ|x|²`: squares in the samples' own precision,
/// their sum in double.
///
/// - Complexity: O(n).
@specialized(where Element == Float)
package func sumOfSquares<Element: SignalElement>(_ signal: Span<Element>) -> Double {
  var total = 0.0
  var start = 0
  while start < signal.count {
    // Sums of sums: the rounding grows with the number of blocks, not of samples.
    let end = min(start + 1024, signal.count)
    var block = 0.0
    for index in start..<end {
      // The product is real: its imaginary part is 0.
      block += Double((signal[index] * signal[index].conjugated).largestPart)
    }
    total += block
    start = end
  }
  return total
}
