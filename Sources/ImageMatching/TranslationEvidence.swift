internal import ComputeSupport
internal import Convolution
internal import FourierTransform
internal import RealModule

/// The natural logarithm of the probability, at most 0, that unrelated images agree as well as these
/// parts of one size do, pixel by pixel.
///
/// Neighbouring pixels are alike: each is reduced to what it has beyond a prediction from those before
/// it, and the correlation of n pixels of unrelated images then varies as that of n / s independent
/// ones, s the sum of the products of both autocorrelations (M. S. Bartlett, "Some aspects of the
/// time-correlation problem in regard to tests of significance", 1935). Of N such, a correlation
/// coefficient of r or more has at most the probability (1 - r²)^(N/2 - 1) (R. A. Fisher, 1915, for
/// normal numbers); and so have their ranks (C. Spearman, 1904), which a few bright dots do not move.
///
/// Where noise hides fine detail, the images are compared at half the size, and again; the best of k
/// comparisons counts, at k times its probability.
func translationEvidence(
  _ first: Matrix<Double>, _ second: Matrix<Double>, threads: Int
) -> Double {
  var logProbabilities: [Double] = []
  var (first, second) = (first, second)
  while true {
    logProbabilities.append(compare(first.middle, second.middle, threads))
    guard let half = first.halved, let other = second.halved else { break }
    (first, second) = (half, other)
  }
  let best = logProbabilities.min() ?? 0
  return min(0, best + Double.log(Double(logProbabilities.count)))
}

/// Rows and columns that are sure enough, and cost little beside a large image's transforms.
private let largestPart = 128
/// An axis has as many pixels at least as neighbours are taken along it, twice over.
private let leastExtent = 4

extension Matrix<Double> {
  /// The part in the middle, if the whole is large.
  fileprivate var middle: Matrix {
    let (height, width) = (Swift.min(rows, largestPart), Swift.min(columns, largestPart))
    guard height < rows || width < columns else { return self }
    let (top, left) = ((rows - height) / 2, (columns - width) / 2)
    let part = (top..<top + height).flatMap { row in
      elements[(row * columns + left)..<(row * columns + left + width)]
    }
    return Matrix(rows: height, columns: width, elements: part)
  }

  /// The sums of neighbours in pairs along each axis that is long enough; nil if none is.
  fileprivate var halved: Matrix? {
    let (down, right) = (rows >= 2 * leastExtent ? 2 : 1, columns >= 2 * leastExtent ? 2 : 1)
    guard down * right > 1 else { return nil }
    var result = Matrix(repeating: 0, rows: rows / down, columns: columns / right)
    var sums = result.elements
    for row in 0..<(result.rows * down) {
      for column in 0..<(result.columns * right) {
        sums[row / down * result.columns + column / right] += elements[row * columns + column]
      }
    }
    result.elements = sums
    return result
  }
}

/// The logarithm of the probability of a comparison at one size.
private func compare(_ first: Matrix<Double>, _ second: Matrix<Double>, _ threads: Int) -> Double {
  guard let (first, second) = whitened(first, second) else { return 0 }
  return max(chance(first, second, threads), chance(ranked(first), ranked(second), threads))
}

/// What each pixel of two images has beyond its prediction; nil where there is none or nothing left.
private func whitened(
  _ first: Matrix<Double>, _ second: Matrix<Double>
) -> (Matrix<Double>, Matrix<Double>)? {
  let (rows, columns) = (first.rows, first.columns)
  // The nearest neighbours of those before a pixel, line by line.
  let neighbours: [(row: Int, column: Int)]
  switch (rows >= leastExtent, columns >= leastExtent) {
  case (true, true): neighbours = [(0, -1), (-1, -1), (-1, 0), (-1, 1)]
  case (false, true): neighbours = [(0, -1), (0, -2)]
  case (true, false): neighbours = [(-1, 0), (-2, 0)]
  case (false, false): return nil
  }
  let top = -(neighbours.map(\.row).min() ?? 0)
  let left = -(neighbours.map(\.column).min() ?? 0)
  let right = max(0, neighbours.map(\.column).max() ?? 0)
  let images = [centred(first), centred(second)]
  let energies = images.map { $0.reduce(0) { $0 + $1 * $1 } }
  guard energies.allSatisfy({ $0 > 0 }) else { return nil }
  let offsets = neighbours.map { $0.row * columns + $0.column }

  func forEachPixel(_ body: (Int) -> Void) {
    for row in top..<rows {
      for column in left..<(columns - right) { body(row * columns + column) }
    }
  }

  // Least squares, with equal weight for both images.
  let size = offsets.count
  var normal = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
  var target = [Double](repeating: 0, count: size)
  for (image, energy) in zip(images, energies) {
    let weight = 1 / energy
    forEachPixel { index in
      for row in 0..<size {
        let value = weight * image[index + offsets[row]]
        target[row] += value * image[index]
        for column in 0...row { normal[row][column] += value * image[index + offsets[column]] }
      }
    }
  }
  let trace = (0..<size).reduce(0) { $0 + normal[$1][$1] }
  guard trace > 0 else { return nil }
  for row in 0..<size {
    for column in 0..<row { normal[column][row] = normal[row][column] }
    // Neighbours that are all alike leave the coefficients open but for this.
    normal[row][row] += 1e-9 * trace
  }
  let inverse = inverted(normal)
  let coefficients = inverse.map { row in zip(row, target).reduce(0) { $0 + $1.0 * $1.1 } }

  let rests = images.map { image in
    var rest: [Double] = []
    rest.reserveCapacity((rows - top) * (columns - left - right))
    forEachPixel { index in
      var value = image[index]
      for (offset, coefficient) in zip(offsets, coefficients) {
        value -= coefficient * image[index + offset]
      }
      rest.append(value)
    }
    return Matrix(rows: rows - top, columns: columns - left - right, elements: rest)
  }
  // Less than this is rounding: the prediction was perfect.
  for (rest, energy) in zip(rests, energies)
  where !(rest.elements.reduce(0, { $0 + $1 * $1 }) > 1e-24 * energy) { return nil }
  return (rests[0], rests[1])
}

/// The ranks of the elements; equal ones share theirs.
private func ranked(_ image: Matrix<Double>) -> Matrix<Double> {
  let values = image.elements
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
    start = end
  }
  return Matrix(rows: image.rows, columns: image.columns, elements: ranks)
}

/// The logarithm of the probability of so large a correlation coefficient of unrelated images.
private func chance(_ first: Matrix<Double>, _ second: Matrix<Double>, _ threads: Int) -> Double {
  let images = [first, second].map { image in
    let values = centred(image)
    let scale = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return Matrix(
      rows: image.rows, columns: image.columns,
      elements: scale > 0 ? values.map { $0 / scale } : values)
  }
  let coefficient = zip(images[0].elements, images[1].elements).reduce(0) { $0 + $1.0 * $1.1 }
  guard coefficient > 0 else { return 0 }
  let spectrum = CrossSpectrum2D(images[0], images[1], threads: threads)
  // Of energies of 1, Bartlett's sum is the mean of the squares of the cross-spectrum.
  let dependence = spectrum.squares.sum / Double(spectrum.values.count)
  let independent = Double(first.count) / max(1, dependence)
  return min(0, (independent / 2 - 1) * Double.log(onePlus: -min(1, coefficient * coefficient)))
}

/// The elements without their mean.
private func centred(_ image: Matrix<Double>) -> [Double] {
  let mean = image.elements.reduce(0, +) / Double(image.count)
  return image.elements.map { $0 - mean }
}
