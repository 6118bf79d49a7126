// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import Convolution
internal import FourierTransform
internal import RealModule

/// The correlation of two whitened images at all shifts, over what they have in common at each.
struct ShiftSurface {
  private let images: ImagePair
  /// The products' sums, and how many pixels count as one independent one.
  private let products: Matrix<Complex<Double>>
  private let dependence: Double
  private let sums: [SummedArea]
  /// The root of the product of both mean squares.
  private let usualEnergy: Double

  /// nil if the images have too few pixels, or nothing beyond a prediction.
  init?(_ images: ImagePair) {
    guard let white = images.whitened() else { return nil }
    self.images = white
    let spectrum = CrossSpectrum2D(
      white.reference, white.moving, rows: 2 * white.reference.rows - 1,
      columns: 2 * white.reference.columns - 1, threads: white.threads)
    dependence = spectrum.dependence
    usualEnergy =
      (spectrum.energies.reference * spectrum.energies.moving).squareRoot()
      / Double(white.reference.count)
    products = transposedTransform(spectrum.values, isInverse: true, threads: white.threads)
    sums = [white.reference, white.moving].flatMap { image in
      [SummedArea(image) { $0 }, SummedArea(image) { $0 * $0 }]
    }
  }

  /// The best separate shifts by their evidence, the best first.
  func peaks(count: Int, apart: Int) -> [ShiftCandidate] {
    let (rows, columns) = (images.reference.rows, images.reference.columns)
    let width = 2 * columns - 1
    // Without what it takes to look at the pixels of each shift again.
    let surface: Matrix<Double> = makeMatrix(
      rows: 2 * rows - 1, columns: width, threads: images.threads
    ) { band, output in
      for (line, row) in band.enumerated() {
        for column in 0..<width {
          let shift = Shift(row: row - rows + 1, column: column - columns + 1)
          output[line * width + column] = evidence(shift).logLikelihood
        }
      }
    }
    // Each shift might have been it, in either polarity.
    let trials = Double.log(2 * Double(surface.count))
    var taken: [Shift] = []
    var result: [ShiftCandidate] = []
    for _ in 0..<count {
      guard let best = highest(of: surface, awayFrom: taken, by: apart) else { break }
      taken.append(best)
      var evidence = evidence(best)
      let overlap = images.overlap(best)
      evidence.concentration = overlap.concentration(side: blockSide(dependence))
      result.append(
        ShiftCandidate(
          shift: best, evidence: evidence, logProbability: min(0, trials - evidence.logLikelihood)))
    }
    return result.sorted { $0.evidence.logLikelihood > $1.evidence.logLikelihood }
  }

  private func evidence(_ shift: Shift) -> ShiftEvidence {
    let (rows, columns) = (images.reference.rows, images.reference.columns)
    let height = rows - abs(shift.row)
    let width = columns - abs(shift.column)
    let (top, left) = (max(0, -shift.row), max(0, -shift.column))
    let (otherTop, otherLeft) = (max(0, shift.row), max(0, shift.column))
    let row = products.row(shift.row < 0 ? shift.row + products.rows : shift.row)
    var overlap = OverlapSums()
    overlap.products =
      row[shift.column < 0 ? shift.column + products.columns : shift.column].real
      / Double(products.count)
    overlap.first = sums[0].sum(top, left, height, width)
    overlap.firstSquares = sums[1].sum(top, left, height, width)
    overlap.second = sums[2].sum(otherTop, otherLeft, height, width)
    overlap.secondSquares = sums[3].sum(otherTop, otherLeft, height, width)
    // Where both are flat there are rounding errors: of the transforms, and of sums of the whole.
    return ShiftEvidence(
      coefficient: overlap.correlation(
        count: height * width, least: 1e-6 * usualEnergy * Double(height * width)),
      count: Double(height * width) / dependence)
  }

  /// The first of the highest values, if it is above 0, that is not near those shifts.
  private func highest(
    of surface: Matrix<Double>, awayFrom taken: [Shift], by distance: Int
  ) -> Shift? {
    let (rows, columns) = (images.reference.rows, images.reference.columns)
    return mapBands(of: surface.rows, threads: images.threads) { band in
      var best = (shift: Shift?.none, value: 0.0)
      for row in band {
        let values = surface.row(row)
        for column in values.indices where values[column] > best.value {
          let shift = Shift(row: row - rows + 1, column: column - columns + 1)
          if !taken.contains(where: { $0.isNear(shift, within: distance) }) {
            best = (shift, values[column])
          }
        }
      }
      return best
    }.reduce((shift: Shift?.none, value: 0.0)) { $1.value > $0.value ? $1 : $0 }.shift
  }
}

/// The sums over all rectangles of an image (F. C. Crow, "Summed-area tables for texture mapping",
/// 1984).
private struct SummedArea {
  private let width: Int
  private var sums: [Double]

  init(_ image: Matrix<Double>, _ value: (Double) -> Double) {
    width = image.columns + 1
    sums = [Double](repeating: 0, count: (image.rows + 1) * width)
    for row in 0..<image.rows {
      let source = image.row(row)
      var line = 0.0
      for column in source.indices {
        line += value(source[column])
        sums[(row + 1) * width + column + 1] = sums[row * width + column + 1] + line
      }
    }
  }

  @inline(__always)
  func sum(_ row: Int, _ column: Int, _ height: Int, _ count: Int) -> Double {
    let (top, bottom) = (row * width + column, (row + height) * width + column)
    return sums[bottom + count] - sums[top + count] - sums[bottom] + sums[top]
  }
}
