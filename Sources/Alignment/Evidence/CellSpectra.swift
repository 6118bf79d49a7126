// SPDX-License-Identifier: MIT

import ComplexModule
import ComputeSupport
import FourierTransform
import RealModule

/// The spectra of the cells that a segment is cut into, each frequency divided by the root of its
/// magnitude: half-way between plain products and those of the phase transform.
struct CellSpectra {
  fileprivate var real: [Float]
  fileprivate var imaginary: [Float]
  /// Frequencies of a cell.
  let width: Int

  /// The same cells once more behind them, so that they can be read in a circle.
  var doubled: CellSpectra {
    CellSpectra(real: real + real, imaginary: imaginary + imaginary, width: width)
  }

  /// Of each frequency, `factor` times the sum over cells of the products of their conjugates with the
  /// cells of `other` that are `shift` cells later, added to the sums.
  func addProducts(
    _ cells: Range<Int>, with other: CellSpectra, shift: Int, factor: Float = 1,
    to sumsReal: inout [Float], _ sumsImaginary: inout [Float]
  ) {
    let (a, b, u, v) = (real.span, imaginary.span, other.real.span, other.imaginary.span)
    var x = sumsReal.mutableSpan
    var y = sumsImaginary.mutableSpan
    for cell in cells {
      let (own, others) = (cell * width, (cell + shift) * width)
      for bin in 0..<width {
        let (p, q) = (factor * a[own + bin], factor * b[own + bin])
        let (c, d) = (u[others + bin], v[others + bin])
        x[bin] = Relaxed.multiplyAdd(p, c, Relaxed.multiplyAdd(q, d, x[bin]))
        y[bin] = Relaxed.multiplyAdd(p, d, Relaxed.multiplyAdd(-q, c, y[bin]))
      }
    }
  }
}

/// Transforms the cells of segments.
struct CellTransform {
  private let transform: RealTransform<Float>
  private let bins: Range<Int>
  /// Of each frequency the root of what it counts in products.
  private let weights: [Float]
  /// What whitening rounds, in the level of a segment: beside a huge sample, all else is that, and alike
  /// in both signals. 16 units: four transforms of 2 to 3 units each (Schatzman 1996).
  private static var rounding: Float { 0x1p-20 }

  /// - Parameter gain: How much a frequency, in Hz, counts.
  init(length: Int, _ band: SearchBand, gain: (Double) -> Float) {
    transform = realTransform(length)
    let low = max(1, Int(band.low / band.rate * Double(length)) + 1)
    let high = max(low + 1, Int((band.high / band.rate * Double(length)).rounded(.up)))
    bins = low..<min(high, transform.spectrumCount)
    weights = bins.map { gain(Double($0) * band.rate / Double(length)).squareRoot() }
  }

  /// A segment's cells, brought forward by a fraction of a sample.
  func spectra(
    _ segment: borrowing AlignedBuffer<Float>, later fraction: Double
  ) -> CellSpectra {
    let length = transform.length
    let factors = zip(bins, weights).map { bin, weight in
      let angle = 2 * Double.pi * Double(bin) * fraction / Double(length)
      return Complex(weight * Float(Double.cos(angle)), weight * Float(Double.sin(angle)))
    }
    let count = segment.count / length
    let level = (dot(segment.span, segment.span) / Float(count)).squareRoot()
    let least = max(Self.rounding * level, .leastNormalMagnitude)
    var result = CellSpectra(real: [], imaginary: [], width: bins.count)
    result.real.reserveCapacity(count * bins.count)
    result.imaginary.reserveCapacity(count * bins.count)
    var piece = AlignedBuffer<Float>(repeating: 0, count: length)
    var spectrum = AlignedBuffer<Complex<Float>>(
      repeating: .zero, count: transform.spectrumCount)
    for cell in 0..<count {
      let start = cell * length
      piece.load(segment.span.extracting(start..<start + length), at: 0, mean: 0, ends: .none)
      transform.forward(piece, &spectrum)
      let read = spectrum.span
      for (index, bin) in bins.enumerated() {
        let (a, b) = read[bin].rawStorage
        let magnitude = (a * a + b * b).squareRoot()
        let scale = magnitude > least ? 1 / magnitude.squareRoot() : 0
        let (c, s) = factors[index].rawStorage
        result.real.append(scale * (a * c - b * s))
        result.imaginary.append(scale * (a * s + b * c))
      }
    }
    return result
  }
}
