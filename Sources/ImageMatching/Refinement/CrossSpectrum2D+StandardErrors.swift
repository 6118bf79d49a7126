// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import RealModule

/// A shift to a fraction of a pixel, with what it may be off by.
struct RefinedShift {
  var row: Double
  var column: Double
  /// The standard errors; nil along an axis of which the images do not tell.
  var rowError: Double?
  var columnError: Double?
}

extension CrossSpectrum2D {
  /// Of the spectrum of an image under Hann's window, frequencies that are next to each other or but one
  /// have a correlation of 2/3 and 1/6; the products of two such spectra the squares of these. So the
  /// variance of a sum of them is 1 + 2 (4/9 + 1/36) = 35/18 of that of independent ones, along each axis.
  private static var neighbours: Double { 35.0 / 18 }

  /// The standard errors of a shift at which the weighted sum of cosines is largest.
  ///
  /// They are those of any estimate that is the root of a sum, A⁻¹ B A⁻¹ (P. J. Huber, "The behavior of
  /// maximum likelihood estimates under nonstandard conditions", 1967): A is the sum's derivative, and B
  /// the variance of its terms, measured in the terms themselves, whatever the noise is. Those of opposite
  /// frequencies are the same, and those of neighbours are alike.
  func standardErrors(
    at shift: (row: Double, column: Double), _ weights: [Double]
  ) -> (row: Double?, column: Double?) {
    let sums = sum(at: shift, count: 6) { sums, frequency in
      let weight = frequency.weight(weights)
      let moments = [
        frequency.u * frequency.u, frequency.u * frequency.v, frequency.v * frequency.v,
      ]
      for (index, moment) in moments.enumerated() {
        sums[index] += weight * frequency.phase.real * moment
        let term = weight * frequency.phase.imaginary
        sums[3 + index] += term * term * moment
      }
    }
    // In a transform that is longer than the image, more frequencies are alike.
    let padding = Double(rows * columns) / Double(taperedRows * taperedColumns)
    let alike = 2 * Self.neighbours * Self.neighbours * padding
    let (a, b, c) = (sums[0], sums[1], sums[2])
    let variances = sums[3...].map { alike * $0 }
    let determinant = a * c - b * b
    guard a > 0, c > 0, determinant > 1e-12 * a * c else {
      // A single row or column.
      return (
        a > 0 ? variances[0].squareRoot() / a : nil,
        a > 0 || !(c > 0) ? nil : variances[2].squareRoot() / c
      )
    }
    // A row of the inverse, on both sides of the variance.
    func error(_ p: Double, _ q: Double) -> Double {
      let square = p * p * variances[0] + 2 * p * q * variances[1] + q * q * variances[2]
      return max(0, square).squareRoot() / determinant
    }
    return (error(c, -b), error(-b, a))
  }
}
