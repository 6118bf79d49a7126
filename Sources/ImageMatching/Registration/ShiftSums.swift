// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import Convolution

/// What the pixels that two images have in common add up to, at each shift.
protocol ShiftSums: Sendable {
  /// The sums at a shift, and how many pixels they are of.
  func overlap(_ shift: Shift) -> (sums: OverlapSums, count: Double)
}

/// The sums of images of which all counts: products by transforms, the rest by summed areas.
struct WholeSums: ShiftSums {
  private let rows: Int
  private let columns: Int
  private let products: Matrix<Complex<Double>>
  private let areas: [SummedArea]

  /// - Parameter spectrum: Of the same images, with as many zeros after them as all shifts need.
  init(_ images: ImagePair, _ spectrum: CrossSpectrum2D) {
    (rows, columns) = (images.reference.rows, images.reference.columns)
    products = transposedTransform(spectrum.values, isInverse: true, threads: images.threads)
    areas = [images.reference, images.moving].flatMap { image in
      [SummedArea(image) { $0 }, SummedArea(image) { $0 * $0 }]
    }
  }

  func overlap(_ shift: Shift) -> (sums: OverlapSums, count: Double) {
    let height = rows - abs(shift.row)
    let width = columns - abs(shift.column)
    let (top, left) = (max(0, -shift.row), max(0, -shift.column))
    let (otherTop, otherLeft) = (max(0, shift.row), max(0, shift.column))
    var sums = OverlapSums()
    sums.products = products[at: shift].real / Double(products.count)
    sums.first = areas[0].sum(top, left, height, width)
    sums.firstSquares = areas[1].sum(top, left, height, width)
    sums.second = areas[2].sum(otherTop, otherLeft, height, width)
    sums.secondSquares = areas[3].sum(otherTop, otherLeft, height, width)
    return (sums, Double(height * width))
  }
}

/// The sums over the pixels that count in both images, each by the product of its weights: six
/// correlations of the weights, the images and their squares (D. Padfield, "Masked object registration in
/// the Fourier domain", 2012).
struct MaskedSums: ShiftSums {
  /// In pairs, one in the real and one in the imaginary parts: the products and the counts, both sums,
  /// and both sums of squares.
  private let products: Matrix<Complex<Double>>
  private let sums: Matrix<Complex<Double>>
  private let squares: Matrix<Complex<Double>>
  /// The most pixels that count in both at any shift.
  let largestCount: Double

  /// - Parameter spectrum: Of the images times their weights.
  init(_ images: ImagePair, _ weights: PairWeights, _ spectrum: CrossSpectrum2D) {
    let (reference, moving) = (images.weighted.reference, images.weighted.moving)
    func cross(_ first: Matrix<Double>, _ second: Matrix<Double>) -> CrossSpectrum2D {
      CrossSpectrum2D(
        first, second, rows: spectrum.rows, columns: spectrum.columns, threads: images.threads)
    }
    func pair(_ first: CrossSpectrum2D, _ second: CrossSpectrum2D) -> Matrix<Complex<Double>> {
      let (a, b) = (first.values, second.values)
      let both: Matrix<Complex<Double>> = makeMatrix(
        rows: a.rows, columns: a.columns, threads: images.threads
      ) { band, output in
        for (line, row) in band.enumerated() {
          let (first, second) = (a.row(row), b.row(row))
          for column in first.indices {
            output[line * a.columns + column] = first[column] + Complex(0, 1) * second[column]
          }
        }
      }
      return transposedTransform(both, isInverse: true, threads: images.threads)
    }
    let counts = pair(spectrum, cross(weights.reference, weights.moving))
    products = counts
    sums = pair(cross(reference, weights.moving), cross(weights.reference, moving))
    squares = pair(
      cross(reference.times(images.reference), weights.moving),
      cross(weights.reference, moving.times(images.moving)))
    largestCount =
      mapBands(of: counts.rows, threads: images.threads) { band in
        var largest = 0.0
        for row in band {
          let values = counts.row(row)
          for column in values.indices { largest = max(largest, values[column].imaginary) }
        }
        return largest
      }.reduce(0) { max($0, $1) } / Double(counts.count)
  }

  func overlap(_ shift: Shift) -> (sums: OverlapSums, count: Double) {
    let scale = 1 / Double(products.count)
    let (products, sums, squares) = (products[at: shift], sums[at: shift], squares[at: shift])
    var overlap = OverlapSums()
    overlap.products = products.real * scale
    overlap.first = sums.real * scale
    overlap.second = sums.imaginary * scale
    overlap.firstSquares = squares.real * scale
    overlap.secondSquares = squares.imaginary * scale
    return (overlap, products.imaginary * scale)
  }
}

extension Matrix<Complex<Double>> {
  /// The element of a shift, those up and to the left from the end on.
  fileprivate subscript(at shift: Shift) -> Complex<Double> {
    let row = row(shift.row < 0 ? shift.row + rows : shift.row)
    return row[shift.column < 0 ? shift.column + columns : shift.column]
  }
}
