// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import Convolution
internal import FourierTransform
internal import RealModule

/// An image whose elements count by weights from 0 to 1, in double precision, less its mean under them;
/// 0 where the weight is.
struct WeightedImage: Sendable {
  let values: Matrix<Double>
  let weights: Matrix<Double>
  /// Whether all weights are 1.
  let isWhole: Bool

  init<Element: FourierScalar>(_ image: Matrix<Element>, _ weights: Matrix<Element>?) {
    let weights = weights.map { inDouble($0) }
    isWhole = weights?.elements.allSatisfy { $0 == 1 } ?? true
    self.weights =
      weights ?? Matrix(repeating: 1, rows: image.rows, columns: image.columns)
    let elements = zip(image.elements, self.weights.elements)
    let peak = elements.reduce(0) {
      $1.1 > 0 && $1.0.isFinite ? max($0, Double($1.0).magnitude) : $0
    }
    // Squares and their sums stay in the range of the type.
    let factor = peak > 0 ? 1 / peak : 1
    var (sum, weight) = (0.0, 0.0)
    for (value, share) in elements where share > 0 && value.isFinite {
      sum += share * Double(value) * factor
      weight += share
    }
    let mean = weight > 0 ? sum / weight : 0
    values = Matrix(
      rows: image.rows, columns: image.columns,
      elements: elements.map { $1 > 0 ? Double($0) * factor - mean : 0 })
  }

  /// The sum of the weights.
  var total: Double { weights.elements.reduce(0, +) }

  /// Whether all elements that count are equal, but for rounding.
  var isFlat: Bool {
    zip(values.elements, weights.elements).allSatisfy { $1 == 0 || $0.magnitude < 1e-15 }
  }

  /// The first element that counts and is not finite.
  var firstNotFinite: Int? { values.elements.firstIndex { !$0.isFinite } }
}

/// The normalised cross-correlation of a template with the patches of an image over what counts in both,
/// each pair of elements by the product of its weights; NaN where that is less than half of the
/// template's, or holds what is not finite (D. Padfield, "Masked object registration in the Fourier
/// domain", 2012).
func maskedScores(
  _ template: WeightedImage, in image: WeightedImage, threads: Int
) -> Matrix<Double> {
  let isMissing = image.values.elements.map { $0.isFinite ? 0.0 : 1.0 }
  let hasMissing = isMissing.contains(1)
  let values = image.values.elements.map { $0.isFinite ? $0 : 0 }
  let (rows, columns) = (image.values.rows, image.values.columns)
  func weighted(_ power: Int, _ values: [Double], _ weights: [Double]) -> [Double] {
    zip(values, weights).map { value, weight in
      (0..<power).reduce(weight) { product, _ in product * value }
    }
  }
  func correlated(_ kernel: [Double], _ elements: [Double]) -> [Double] {
    correlate(
      Matrix(rows: rows, columns: columns, elements: elements),
      Matrix(rows: template.values.rows, columns: template.values.columns, elements: kernel),
      mode: .valid, columnMode: .valid, boundary: .zero, method: nil, threads: threads
    ).elements
  }
  let kernels = (0...2).map { weighted($0, template.values.elements, template.weights.elements) }
  let images = (0...2).map { weighted($0, values, image.weights.elements) }
  let weight = correlated(kernels[0], images[0])
  let sum = correlated(kernels[0], images[1])
  let squares = correlated(kernels[0], images[2])
  let templateSum = correlated(kernels[1], images[0])
  let templateSquares = correlated(kernels[2], images[0])
  let products = correlated(kernels[1], images[1])
  let missing = hasMissing ? correlated(kernels[0].map { $0 > 0 ? 1 : 0 }, isMissing) : []
  // What transforms round is in proportion to the largest sums of all.
  let least = 0.5 * template.total
  let rounding = 1e-11
  let (largest, largestOfTemplate) = (squares.max() ?? 0, templateSquares.max() ?? 0)
  let scores = weight.indices.map { index -> Double in
    guard weight[index] >= least, missing.isEmpty || missing[index] < 0.5 else { return .nan }
    let patch = squares[index] - sum[index] * sum[index] / weight[index]
    let kernel = templateSquares[index] - templateSum[index] * templateSum[index] / weight[index]
    guard patch > rounding * largest, kernel > rounding * largestOfTemplate else { return 0 }
    let product = products[index] - sum[index] * templateSum[index] / weight[index]
    return max(-1, min(1, product / (patch * kernel).squareRoot()))
  }
  return Matrix(
    rows: rows - template.values.rows + 1, columns: columns - template.values.columns + 1,
    elements: scores)
}
