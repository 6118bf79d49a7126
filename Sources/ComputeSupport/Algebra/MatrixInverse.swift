// SPDX-License-Identifier: MIT

/// The inverse of a symmetric positive definite matrix, by Gauss & Jordan.
package func inverted(_ matrix: [[Double]]) -> [[Double]] {
  let size = matrix.count
  var left = matrix
  var right = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0.0 } }
  for pivot in 0..<size {
    // Positive; the floor is for weights that underflow.
    let scale = 1 / max(left[pivot][pivot], .leastNormalMagnitude)
    for column in 0..<size {
      left[pivot][column] *= scale
      right[pivot][column] *= scale
    }
    for row in 0..<size where row != pivot {
      let factor = left[row][pivot]
      if factor == 0 { continue }
      for column in 0..<size {
        left[row][column] -= factor * left[pivot][column]
        right[row][column] -= factor * right[pivot][column]
      }
    }
  }
  return right
}
