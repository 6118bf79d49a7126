// SPDX-License-Identifier: MIT

internal import Convolution
internal import RealModule

/// The terms w g d of the equation for the shift of one image in another, Σ w g d = 0, over the pixels that
/// count in both: with the weights w, the differences d and the reference's slopes g.
struct ImageDifferences {
  private let down: Matrix<Double>
  private let right: Matrix<Double>
  /// The sums' derivatives by the shift: of the slopes of one image with those of the other, which noise
  /// has no part in.
  private let common: SymmetricMatrix
  /// Of the reference's slopes with themselves, which is the larger the more noise there is.
  private let own: SymmetricMatrix
  private let sums: (down: Double, right: Double)
  /// The sum of the weights.
  private let count: Double
  private let threads: Int
  /// Over how many pixels terms are taken together.
  private let reach: (rows: Int, columns: Int)

  /// - Parameters:
  ///   - reference: The image that stays.
  ///   - pair: The images, with the weights of the interpolated ones.
  ///   - shift: The whole pixels by which the reference's contents are further down and to the right …
  ///   - fraction: … and the parts of a pixel.
  init(
    _ reference: InterpolatedImage, _ pair: ImagePair, _ shift: Shift,
    _ fraction: (row: Double, column: Double), _ kernels: RefinementKernels, _ polarity: Double
  ) {
    threads = pair.threads
    let (rows, columns) = (pair.reference.rows, pair.reference.columns)
    let moving = InterpolatedImage(pair.moving, at: shift, fraction, kernels, threads: pair.threads)
    let weights = pair.products(at: shift)
    func total(_ count: Int, _ body: @Sendable (inout [Double], Int, Double) -> Void) -> [Double] {
      let parts = mapBands(of: rows, threads: pair.threads) { band in
        var sums = [Double](repeating: 0, count: count)
        for index in band.lowerBound * columns..<band.upperBound * columns
        where weights.elements[index] > 0 { body(&sums, index, weights.elements[index]) }
        return sums
      }
      return parts.reduce(into: [Double](repeating: 0, count: count)) { total, part in
        for index in total.indices { total[index] += part[index] }
      }
    }
    let (still, moved) = (reference.values.elements, moving.values.elements)
    let means = total(3) { sums, index, weight in
      sums[0] += weight
      sums[1] += weight * still[index]
      sums[2] += weight * moved[index]
    }
    let (mean, movedMean) = (means[1] / means[0], means[2] / means[0])
    let squares = total(2) { sums, index, weight in
      sums[0] += weight * (still[index] - mean) * (still[index] - mean)
      sums[1] += weight * (moved[index] - movedMean) * (moved[index] - movedMean)
    }
    // Noise in either image makes a least-squares contrast too low; the deviations are both alike.
    let contrast = squares[0] > 0 ? polarity * (squares[1] / squares[0]).squareRoot() : polarity
    let values = total(8) { sums, index, weight in
      let a = (
        down: contrast * reference.down.elements[index],
        right: contrast * reference.right.elements[index]
      )
      let b = (down: moving.down.elements[index], right: moving.right.elements[index])
      let difference = moved[index] - movedMean - contrast * (still[index] - mean)
      sums[0] += weight * a.down * difference
      sums[1] += weight * a.right * difference
      sums[2] += weight * a.down * b.down
      sums[3] += weight * (a.down * b.right + a.right * b.down) / 2
      sums[4] += weight * a.right * b.right
      sums[5] += weight * a.down * a.down
      sums[6] += weight * a.down * a.right
      sums[7] += weight * a.right * a.right
    }
    sums = (values[0], values[1])
    count = means[0]
    common = SymmetricMatrix(a: values[2], b: values[3], c: values[4])
    own = SymmetricMatrix(a: values[5], b: values[6], c: values[7])
    func terms(_ slopes: Matrix<Double>) -> Matrix<Double> {
      let (first, second) = (reference.values.elements, moving.values.elements)
      return makeMatrix(rows: rows, columns: columns, threads: pair.threads) { band, output in
        let start = band.lowerBound * columns
        for index in start..<band.upperBound * columns {
          let difference = second[index] - movedMean - contrast * (first[index] - mean)
          output[index - start] =
            weights.elements[index] * contrast * slopes.elements[index] * difference
        }
      }
    }
    down = terms(reference.down)
    right = terms(reference.right)
    // Filtered, noise is hardly alike over more than half of what the filter reaches.
    reach = (
      max(1, min(2 * kernels.rows.halfWidth, rows / 4)),
      max(1, min(2 * kernels.columns.halfWidth, columns / 4))
    )
  }

  /// By how much to change the shift for the sums to be 0: Newton's method, as far as the slopes tell.
  var step: (row: Double, column: Double) {
    // Where the slopes of both images have little in common, by far too long a step would result.
    let isSure =
      common.a >= 0.2 * own.a && common.c >= 0.2 * own.c
      && common.determinant >= 0.02 * own.determinant
    let (row, column) = (isSure ? common : own).solution(-sums.down, -sums.right)
    return (max(-0.5, min(0.5, row)), max(-0.5, min(0.5, column)))
  }

  /// The standard errors of the shift at which the sums are 0, A⁻¹ B A⁻¹ (P. J. Huber, 1967), nil along an
  /// axis of which the images do not tell.
  ///
  /// A is the sums' derivative, and B the variance of its terms, of which neighbours are alike: the mean of
  /// the squares of their sums over all windows of `reach` pixels (T. G. Conley, "GMM estimation with cross
  /// sectional dependence", 1999, with the weights of M. S. Bartlett).
  var standardErrors: (row: Double?, column: Double?) {
    let (first, second) = (windowSums(down), windowSums(right))
    let parts = mapBands(of: first.rows, threads: threads) { band in
      var sums = SymmetricMatrix(a: 0, b: 0, c: 0)
      for row in band {
        let (down, right) = (first.row(row), second.row(row))
        for column in down.indices {
          sums.a += down[column] * down[column]
          sums.b += down[column] * right[column]
          sums.c += right[column] * right[column]
        }
      }
      return sums
    }
    let area = Double(reach.rows * reach.columns)
    // The sum of all terms is 0, of which each window has had its part.
    let scale = 1 / (area * max(0.5, 1 - area / count))
    let variance = parts.reduce(into: SymmetricMatrix(a: 0, b: 0, c: 0)) {
      $0.a += $1.a * scale
      $0.b += $1.b * scale
      $0.c += $1.c * scale
    }
    guard common.isDefinite else {
      // A single row or column, or nothing in common.
      return (
        common.a > 0 && !(own.c > 0) ? variance.a.squareRoot() / common.a : nil,
        common.c > 0 && !(own.a > 0) ? variance.c.squareRoot() / common.c : nil
      )
    }
    /// A row of the inverse, on both sides of the variance.
    func error(_ p: Double, _ q: Double) -> Double {
      let square = p * p * variance.a + 2 * p * q * variance.b + q * q * variance.c
      return max(0, square).squareRoot() / common.determinant
    }
    return (error(common.c, -common.b), error(-common.b, common.a))
  }

  /// The sums over all windows of `reach` pixels, those over the edges too.
  private func windowSums(_ terms: Matrix<Double>) -> Matrix<Double> {
    let area = SummedArea(terms) { $0 }
    let (rows, columns) = (terms.rows, terms.columns)
    let width = columns + reach.columns - 1
    return makeMatrix(rows: rows + reach.rows - 1, columns: width, threads: threads) {
      band, output in
      for (line, row) in band.enumerated() {
        let (top, bottom) = (max(0, row - reach.rows + 1), min(rows, row + 1))
        for column in 0..<width {
          let (left, right) = (max(0, column - reach.columns + 1), min(columns, column + 1))
          output[line * width + column] = area.sum(top, left, bottom - top, right - left)
        }
      }
    }
  }
}

/// A symmetric matrix of two rows: a b, b c.
private struct SymmetricMatrix {
  var a: Double
  var b: Double
  var c: Double

  var determinant: Double { a * c - b * b }

  /// Whether it is positive definite, beyond rounding.
  var isDefinite: Bool { a > 0 && c > 0 && determinant > 1e-12 * a * c }

  /// What it gives these two; along one axis if there is no other.
  func solution(_ first: Double, _ second: Double) -> (Double, Double) {
    guard isDefinite else { return (a > 0 ? first / a : 0, a > 0 || !(c > 0) ? 0 : second / c) }
    return ((c * first - b * second) / determinant, (a * second - b * first) / determinant)
  }
}

extension ImagePair {
  /// The products of the weights, on the reference's grid; 0 where the moving image ends.
  fileprivate func products(at shift: Shift) -> Matrix<Double> {
    let (rows, columns) = (reference.rows, reference.columns)
    guard let weights else { return Matrix(repeating: 1, rows: rows, columns: columns) }
    return makeMatrix(rows: rows, columns: columns, threads: threads) { band, output in
      for (line, row) in band.enumerated() {
        for column in 0..<columns { output[line * columns + column] = 0 }
        guard 0..<rows ~= row + shift.row else { continue }
        let first = weights.reference.row(row)
        let second = weights.moving.row(row + shift.row)
        for column in max(0, -shift.column)..<max(0, -shift.column, columns - max(0, shift.column))
        where column < columns {
          output[line * columns + column] = first[column] * second[column + shift.column]
        }
      }
    }
  }
}
