// SPDX-License-Identifier: MIT

internal import ComputeSupport
package import Convolution

/// The correlation coefficients of two images at all shifts, over the pixels that count in both, each by the
/// product of its weights, and how many these are: for shifts from -(n - 1) to n - 1 of n rows or columns, in
/// order; 0 where nothing is in common. It is what masked registration looks for its shifts in, of images as
/// they are.
package func maskedCorrelation(
  of moving: Matrix<Double>, _ movingMask: Matrix<Double>, from reference: Matrix<Double>,
  _ mask: Matrix<Double>, threads: Int? = nil
) -> (coefficients: Matrix<Double>, counts: Matrix<Double>) {
  let weights = PairWeights(reference: mask, moving: movingMask)
  let images = ImagePair(
    reference: reference.centred(mask), moving: moving.centred(movingMask), weights: weights,
    threads: threadCount(threads))
  let (rows, columns) = (2 * reference.rows - 1, 2 * reference.columns - 1)
  let spectrum = CrossSpectrum2D(
    images.weighted.reference, images.weighted.moving, rows: rows, columns: columns,
    threads: images.threads)
  let sums = MaskedSums(images, weights, spectrum)
  var result = (
    coefficients: Matrix(repeating: 0.0, rows: rows, columns: columns),
    counts: Matrix(repeating: 0.0, rows: rows, columns: columns)
  )
  for row in 0..<rows {
    for column in 0..<columns {
      let (overlap, count) = sums.overlap(
        Shift(row: row - reference.rows + 1, column: column - reference.columns + 1))
      result.counts[row, column] = count
      // What transforms leave of nothing is rounding.
      if count > 1e-9 { result.coefficients[row, column] = overlap.correlation(count: count) }
    }
  }
  return result
}
