// SPDX-License-Identifier: MIT

import Convolution
import TestSupport

/// White noise.
func noise(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
  Matrix(rows: rows, columns: columns, elements: whiteNoise(rows * columns, seed: seed))
}

/// A part of an image.
func part(
  _ image: Matrix<Double>, _ row: Int, _ column: Int, _ rows: Int, _ columns: Int
) -> Matrix<Double> {
  Matrix((row..<(row + rows)).map { r in (column..<(column + columns)).map { image[r, $0] } })
}

/// An image of noise with strongly correlated neighbours.
func smooth(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
  Matrix(rows: rows, columns: columns, elements: correlatedNoise(rows, columns, seed: seed))
}
