// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import ComputeSupport
internal import Convolution
internal import FourierTransform

/// What frequencies the patches of an image are made of: what whitens a patch, and with it a template.
///
/// The frequencies are those of the cosine transform, that of a patch mirrored at its edges. For an
/// image whose neighbours are alike they are near the patches' principal components (N. Ahmed,
/// T. Natarajan and K. R. Rao, "Discrete cosine transform", 1974): divided by the roots of their mean
/// energies, they are uncorrelated numbers of one variance. Noise in the image is part of these, so
/// that frequencies which drown in it count for little.
struct PatchSpectrum {
  private let rows: Int
  private let columns: Int
  /// For each frequency of a mirrored patch, those of a column side by side, what it is multiplied by.
  private let factors: [Double]

  /// - Parameter patches: of one size, less their means; at least one.
  /// - Parameter energy: a patch counts by this at most. An image has stronger ones than that which is
  ///   to be whitened, and fill values.
  init(_ patches: [Matrix<Double>], atMost energy: Double, threads: Int) {
    let (rows, columns) = (patches[0].rows, patches[0].columns)
    (self.rows, self.columns) = (rows, columns)
    let limited = patches.map { patch in
      let own = patch.squares
      let factor = own > energy ? (energy / own).squareRoot() : 1
      return Matrix(
        rows: rows, columns: columns, elements: patch.elements.map { $0 * factor })
    }
    // Two real patches in one complex transform.
    let sums = parallelMap((limited.count + 1) / 2, threads: threads) { pair in
      let second = 2 * pair + 1
      let values = mirroredTransform(
        limited[2 * pair],
        second < limited.count
          ? limited[second] : Matrix(repeating: 0, rows: rows, columns: columns), threads: 1)
      return (0..<columns).flatMap { column in
        let other = column > 0 ? 2 * columns - column : 0
        return (0..<rows).map { row in
          values[column, row].lengthSquared
            + values[other, row > 0 ? 2 * rows - row : 0].lengthSquared
        }
      }
    }
    var energies = sums[0]
    for sum in sums.dropFirst() { for index in sum.indices { energies[index] += sum[index] } }
    energies[0] = 0
    // Of few patches neighbouring frequencies are taken together, so that a mean is of 32 numbers.
    let reach = Int(((32 / Double(patches.count)).squareRoot() / 2 - 0.5).rounded(.up))
    let means = Self.means(energies, reach: max(0, reach), lines: columns, length: rows)
    // What rounding leaves of frequencies that the image does not have.
    let least = 0x1p-30 * means.reduce(0, +) / Double(means.count)
    factors = (0..<4 * rows * columns).map { index in
      let (column, row) = index.quotientAndRemainder(dividingBy: 2 * rows)
      let (k, l) = (min(row, 2 * rows - row), min(column, 2 * columns - column))
      // The constant, and what mirrored patches do not have.
      guard (k, l) != (0, 0), k < rows, l < columns else { return 0 }
      return 1 / max(means[l * rows + k], least).squareRoot()
    }
  }

  /// Two patches, whitened.
  func whitened(_ first: Matrix<Double>, _ second: Matrix<Double>, threads: Int) -> ImagePair {
    var values = mirroredTransform(first, second, threads: threads)
    for index in factors.indices {
      values.elements[index] = values.elements[index].multiplied(by: factors[index])
    }
    let white = transposedTransform(values, isInverse: true, threads: threads)
    func quarter(_ part: (Complex<Double>) -> Double) -> Matrix<Double> {
      Matrix((0..<rows).map { row in (0..<columns).map { part(white[row, $0]) } })
    }
    return ImagePair(
      reference: quarter { $0.real }, moving: quarter { $0.imaginary }, threads: threads)
  }

  /// The means of lines of numbers over the neighbours within `reach` along both axes, but for the
  /// first of all.
  private static func means(
    _ values: [Double], reach: Int, lines: Int, length: Int
  ) -> [Double] {
    guard reach > 0 else { return values }
    return values.indices.map { index in
      let (line, place) = index.quotientAndRemainder(dividingBy: length)
      var (sum, count) = (0.0, 0.0)
      for l in max(0, line - reach)...min(lines - 1, line + reach) {
        for p in max(0, place - reach)...min(length - 1, place + reach) where (l, p) != (0, 0) {
          sum += values[l * length + p]
          count += 1
        }
      }
      return count > 0 ? sum / count : 0
    }
  }
}

/// The transposed transform of two images, one the imaginary part, mirrored at their ends.
private func mirroredTransform(
  _ first: Matrix<Double>, _ second: Matrix<Double>, threads: Int
) -> Matrix<Complex<Double>> {
  let (rows, columns) = (first.rows, first.columns)
  return transposedTransform(
    makeMatrix(rows: 2 * rows, columns: 2 * columns, threads: threads) { band, output in
      for (line, row) in band.enumerated() {
        let source = min(row, 2 * rows - 1 - row) * columns
        for column in 0..<2 * columns {
          let place = source + min(column, 2 * columns - 1 - column)
          output[line * 2 * columns + column] = Complex(
            first.elements[place], second.elements[place])
        }
      }
    }, isInverse: false, threads: threads)
}
