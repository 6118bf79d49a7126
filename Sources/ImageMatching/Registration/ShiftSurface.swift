// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import Convolution
internal import FourierTransform
internal import RealModule

/// The correlation of two whitened images at all shifts, over what they have in common at each.
struct ShiftSurface {
  private let images: ImagePair
  /// What the pixels in common add up to at each shift.
  private let sums: any ShiftSums
  /// How many pixels count as one independent one.
  private let dependence: Double
  /// The root of the product of both mean squares.
  private let usualEnergy: Double
  /// Shifts with fewer pixels in common are left out.
  private let leastCount: Double

  /// nil if the images have too few pixels, or nothing beyond a prediction.
  ///
  /// - Parameter overlapRatio: The least share of the most pixels that any shift has in common.
  init?(_ images: ImagePair, overlapRatio: Double) {
    guard let white = images.whitened() else { return nil }
    self.images = white
    let spectrum = CrossSpectrum2D(
      white.weighted.reference, white.weighted.moving, rows: 2 * white.reference.rows - 1,
      columns: 2 * white.reference.columns - 1, threads: white.threads)
    dependence = spectrum.dependence
    let energy = (spectrum.energies.reference * spectrum.energies.moving).squareRoot()
    guard let weights = white.weights else {
      let count = Double(white.reference.count)
      usualEnergy = energy / count
      leastCount = overlapRatio * count
      sums = WholeSums(white, spectrum)
      return
    }
    let counts = [weights.reference, weights.moving].map { $0.elements.reduce(0, +) }
    usualEnergy = energy / max(1, counts[0] * counts[1]).squareRoot()
    let masked = MaskedSums(white, weights, spectrum)
    // A pixel less is what rounding of the transforms may take.
    leastCount = max(1, overlapRatio * masked.largestCount) - 1e-6
    sums = masked
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
    let (overlap, count) = sums.overlap(shift)
    guard count >= leastCount else { return ShiftEvidence(coefficient: 0, count: 0) }
    // Where both are flat there are rounding errors: of the transforms, and of sums of the whole.
    return ShiftEvidence(
      coefficient: overlap.correlation(count: count, least: 1e-6 * usualEnergy * count),
      count: count / dependence)
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
