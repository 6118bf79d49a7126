// SPDX-License-Identifier: MIT

internal import Convolution
internal import RealModule

/// Two images of one size.
struct ImagePair {
  var reference: Matrix<Double>
  var moving: Matrix<Double>
  /// How much the elements count; nil where all of both do. What does not count is 0 in the images.
  var weights: PairWeights?
  var threads: Int

  /// The sums of neighbours in pairs along each axis that is long enough; nil if none is.
  var halved: ImagePair? {
    guard let weights else {
      guard let first = reference.halved, let second = moving.halved else { return nil }
      return ImagePair(reference: first, moving: second, threads: threads)
    }
    guard let first = reference.halved(weights.reference),
      let second = moving.halved(weights.moving)
    else { return nil }
    return ImagePair(
      reference: first.image, moving: second.image,
      weights: PairWeights(reference: first.weights, moving: second.weights), threads: threads)
  }

  /// The part of the reference image that is in the moving one too, and that part of the latter.
  func overlap(_ shift: Shift) -> ImagePair {
    let rows = max(0, -shift.row)..<(reference.rows - max(0, shift.row))
    let columns = max(0, -shift.column)..<(reference.columns - max(0, shift.column))
    func part(_ image: Matrix<Double>, _ down: Int, _ right: Int) -> Matrix<Double> {
      makeMatrix(rows: rows.count, columns: columns.count, threads: threads) { band, output in
        for (line, row) in band.enumerated() {
          let source = image.row(rows.lowerBound + row + down)
          for column in 0..<columns.count {
            output[line * columns.count + column] = source[columns.lowerBound + column + right]
          }
        }
      }
    }
    return ImagePair(
      reference: part(reference, 0, 0), moving: part(moving, shift.row, shift.column),
      weights: weights.map {
        PairWeights(
          reference: part($0.reference, 0, 0), moving: part($0.moving, shift.row, shift.column))
      }, threads: threads)
  }

  /// The correlation coefficient of the overlap; 0 if one of its parts is flat.
  func correlation(_ shift: Shift) -> Double {
    let rows = max(0, -shift.row)..<(reference.rows - max(0, shift.row))
    let columns = max(0, -shift.column)..<(reference.columns - max(0, shift.column))
    let parts = mapBands(of: rows.count, threads: threads) { band in
      var sums = OverlapSums()
      for row in band {
        let first = reference.row(rows.lowerBound + row)
        let second = moving.row(rows.lowerBound + row + shift.row)
        guard let weights else {
          for column in columns { sums.add(first[column], second[column + shift.column]) }
          continue
        }
        let firstWeights = weights.reference.row(rows.lowerBound + row)
        let secondWeights = weights.moving.row(rows.lowerBound + row + shift.row)
        for column in columns {
          sums.add(
            first[column], second[column + shift.column],
            weight: firstWeights[column] * secondWeights[column + shift.column])
        }
      }
      return sums
    }
    return parts.reduce(into: OverlapSums()) { $0.add($1) }.correlation(
      count: weights == nil ? Double(rows.count * columns.count) : commonCount(shift))
  }
}

extension Matrix<Double> {
  /// The sum of the squares.
  var squares: Double { elements.reduce(0) { $0 + $1 * $1 } }

  /// The sums of neighbours in pairs along each axis that is long enough; nil if none is.
  var halved: Matrix? {
    let (down, right) = (rows >= 2 * leastExtent ? 2 : 1, columns >= 2 * leastExtent ? 2 : 1)
    guard down * right > 1 else { return nil }
    var result = Matrix(repeating: 0, rows: rows / down, columns: columns / right)
    var sums = result.elements
    let width = result.columns
    for row in 0..<(result.rows * down) {
      let source = self.row(row)
      for column in 0..<(width * right) {
        sums[row / down * width + column / right] += source[column]
      }
    }
    result.elements = sums
    return result
  }

  /// The image about 0, its extreme elements limited to what all but one in a hundred keep to (J. W.
  /// Tukey's Winsorising): no few pixels decide about its squares. An image that would be flat then
  /// keeps its extremes. A power of two makes the largest about 1, for two images to go through one
  /// transform.
  ///
  /// - Parameter weights: How much the elements count; what does not becomes 0. One at least does.
  func limited(_ weights: Matrix?) -> Matrix {
    let counted =
      weights.map { zip(elements, $0.elements).compactMap { $1 > 0 ? $0 : nil } } ?? elements
    // Enough for a quantile of 1 in 200, and odd, lest it meet the same columns again and again.
    let step = Swift.max(1, counted.count / (1 << 14)) | 1
    let sample = stride(from: 0, to: counted.count, by: step).map { counted[$0] }.sorted()
    let tail = sample.count / 200
    var (low, high) = (sample[tail], sample[sample.count - 1 - tail])
    if !(low < high) { (low, high) = (counted.min() ?? low, counted.max() ?? high) }
    let peak = Swift.max(low.magnitude, high.magnitude)
    // In two steps, neither of which leaves the type's range.
    let exponent = peak > 0 ? -Int(peak.exponent) - 1 : 0
    let factors = [exponent / 2, exponent - exponent / 2].map {
      Double(sign: .plus, exponent: $0, significand: 1)
    }
    let middle = sample[sample.count / 2] * factors[0] * factors[1]
    let limited = Matrix(
      rows: rows, columns: columns,
      elements: elements.map {
        Swift.min(Swift.max($0, low), high) * factors[0] * factors[1] - middle
      })
    return weights.map { limited.cleared(where: $0) } ?? limited
  }

  /// The sums over blocks of `side` by `side` elements of what `value` makes of each; the last ones of
  /// a row or column may be smaller.
  func blockSums(side: Int, _ value: (Double) -> Double) -> [Double] {
    let width = (columns + side - 1) / side
    var sums = [Double](repeating: 0, count: (rows + side - 1) / side * width)
    for row in 0..<rows {
      let source = self.row(row)
      let start = row / side * width
      for column in 0..<columns { sums[start + column / side] += value(source[column]) }
    }
    return sums
  }
}

/// An axis has as many pixels at least as neighbours are taken along it, twice over.
let leastExtent = 4
