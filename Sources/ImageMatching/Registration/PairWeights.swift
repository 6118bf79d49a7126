// SPDX-License-Identifier: MIT

internal import Convolution

/// How much the elements of two images count, from 0 to 1.
struct PairWeights: Sendable {
  var reference: Matrix<Double>
  var moving: Matrix<Double>
}

extension ImagePair {
  /// How many pixels the images have in common at a shift: those that count in both, each by the product
  /// of its weights.
  func commonCount(_ shift: Shift) -> Double {
    let rows = max(0, -shift.row)..<max(0, -shift.row, reference.rows - max(0, shift.row))
    let columns =
      max(0, -shift.column)..<max(0, -shift.column, reference.columns - max(0, shift.column))
    guard let weights else { return Double(rows.count * columns.count) }
    return mapBands(of: rows.count, threads: threads) { band in
      var sum = 0.0
      for row in band {
        let first = weights.reference.row(rows.lowerBound + row)
        let second = weights.moving.row(rows.lowerBound + row + shift.row)
        for column in columns { sum += first[column] * second[column + shift.column] }
      }
      return sum
    }.reduce(0, +)
  }

  /// Each element times its weight.
  var weighted: ImagePair {
    guard let weights else { return self }
    return ImagePair(
      reference: reference.times(weights.reference), moving: moving.times(weights.moving),
      weights: weights, threads: threads)
  }

  /// The images less their means under the weights, each element times its weight.
  var centred: ImagePair {
    guard let weights else {
      return ImagePair(reference: reference.centred, moving: moving.centred, threads: threads)
    }
    return ImagePair(
      reference: reference.centred(weights.reference).times(weights.reference),
      moving: moving.centred(weights.moving).times(weights.moving), weights: weights,
      threads: threads)
  }
}

extension Matrix<Double> {
  /// The elements less their mean under weights; 0 where the weight is.
  func centred(_ weights: Matrix?) -> Matrix {
    guard let weights else { return centred }
    let total = weights.elements.reduce(0, +)
    let sum = zip(elements, weights.elements).reduce(0) { $0 + $1.0 * $1.1 }
    let mean = total > 0 ? sum / total : 0
    return Matrix(rows: rows, columns: columns, elements: elements.map { $0 - mean })
      .cleared(where: weights)
  }

  /// The products of the elements of two matrices of one size.
  func times(_ other: Matrix) -> Matrix {
    Matrix(
      rows: rows, columns: columns, elements: zip(elements, other.elements).map { $0 * $1 })
  }

  /// The elements, with 0 where the weight is 0, whatever stands there.
  func cleared(where weights: Matrix) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: zip(elements, weights.elements).map { $1 > 0 ? $0 : 0 })
  }

  /// What the sums of neighbours in pairs would be if all elements were like those that count, and the
  /// means of their weights; nil if no axis is long enough.
  func halved(_ weights: Matrix) -> (image: Matrix, weights: Matrix)? {
    guard var sums = times(weights).halved, var counts = weights.halved else { return nil }
    let area = Double(rows / sums.rows * (columns / sums.columns))
    for index in sums.elements.indices {
      let count = counts.elements[index]
      sums.elements[index] = count > 0 ? sums.elements[index] / count * area : 0
      counts.elements[index] = count / area
    }
    return (sums, counts)
  }
}
