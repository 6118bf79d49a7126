// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import Convolution
internal import RealModule

extension CrossSpectrum2D {
  /// The small shift for which the weighted sum of the phases' cosines is largest (Newton's method), and
  /// its standard errors.
  func refinedShift() -> RefinedShift {
    var shift = (row: 0.0, column: 0.0)
    var weights: [Double] = []
    for round in 0..<4 {
      weights = ringWeights(at: shift)
      for _ in 0..<(round == 0 ? 6 : 3) {
        let step = newtonStep(at: shift, weights)
        shift.row += step.row
        shift.column += step.column
        if abs(step.row) + abs(step.column) < 1e-9 { break }
      }
    }
    let errors = standardErrors(at: shift, weights)
    return RefinedShift(
      row: shift.row, column: shift.column, rowError: errors.row, columnError: errors.column)
  }

  /// For each ring of frequencies how much its phases are worth, by their coherence at a shift.
  private func ringWeights(at shift: (row: Double, column: Double)) -> [Double] {
    let sums = sum(at: shift, count: 2 * ringCount) { sums, frequency in
      sums[2 * frequency.ring] += frequency.phase.real
      sums[2 * frequency.ring + 1] += 1
    }
    // A ring of few frequencies has a coherence by chance, so five are taken together. Judged: of
    // made scenes of 96 to 256 pixels in noise, errors were smaller by it, and their stated size right.
    func pooled(_ ring: Int, _ part: Int) -> Double {
      (max(0, ring - 2)...min(ringCount - 1, ring + 2)).reduce(0) { $0 + sums[2 * $1 + part] }
    }
    return (0..<ringCount).map { ring in
      let (coherent, total) = (pooled(ring, 0), pooled(ring, 1))
      guard total > 0 else { return 0 }
      // What phases at random would show on average is no coherence.
      let squared = max(0, (coherent * abs(coherent) / total - 1) / total)
      return squared / (1.01 - min(1, squared))
    }
  }

  private func newtonStep(
    at shift: (row: Double, column: Double), _ weights: [Double]
  ) -> (row: Double, column: Double) {
    let sums = sum(at: shift, count: 5) { sums, frequency in
      // What has little magnitude is mostly the taper's leakage, which does not move.
      let weight = frequency.weight(weights)
      let (u, v) = (frequency.u, frequency.v)
      sums[0] -= weight * u * frequency.phase.imaginary
      sums[1] -= weight * v * frequency.phase.imaginary
      // The cosines that disagree would make the curvature indefinite.
      let curvature = weight * max(frequency.phase.real, 0)
      sums[2] += curvature * u * u
      sums[3] += curvature * u * v
      sums[4] += curvature * v * v
    }
    let (gu, gv, huu, huv, hvv) = (sums[0], sums[1], sums[2], sums[3], sums[4])
    let determinant = huu * hvv - huv * huv
    if determinant > 1e-12 * huu * hvv, determinant > 0 {
      let row = (hvv * gu - huv * gv) / determinant
      let column = (huu * gv - huv * gu) / determinant
      return (max(-0.5, min(0.5, row)), max(-0.5, min(0.5, column)))
    }
    // One of the axes has no frequencies: a single row or column.
    return (huu > 0 ? gu / huu : 0, huu > 0 || hvv == 0 ? 0 : gv / hvv)
  }

  /// Adds up what `body` adds to `count` sums for each frequency, the phases rotated back by a shift;
  /// beyond three quarters of the highest, two sampled images are not the same.
  func sum(
    at shift: (row: Double, column: Double), count: Int,
    _ body: @Sendable (inout [Double], Frequency) -> Void
  ) -> [Double] {
    let rowPhasors = (0..<rows).map {
      Complex<Double>(length: 1, phase: angle($0, rows) * shift.row)
    }
    let parts = mapBands(of: columns, threads: threads) { band in
      var sums = [Double](repeating: 0, count: count)
      for column in band {
        let v = angle(column, columns)
        let columnPhasor = Complex<Double>(length: 1, phase: v * shift.column)
        guard abs(v) <= 0.75 * .pi else { continue }
        let coefficients = values.row(column)
        for row in 0..<rows {
          let u = angle(row, rows)
          guard abs(u) <= 0.75 * .pi, row != 0 || column != 0 else { continue }
          let length = coefficients[row].lengthSquared.squareRoot()
          guard length > 0 else { continue }
          let rotated = coefficients[row] * rowPhasors[row] * columnPhasor
          body(
            &sums,
            Frequency(u: u, v: v, phase: rotated.multiplied(by: 1 / length), length: length))
        }
      }
      return sums
    }
    return parts.reduce(into: [Double](repeating: 0, count: count)) { total, part in
      for index in 0..<count { total[index] += part[index] }
    }
  }
}

private let ringCount = 64

/// One frequency of a cross-spectrum.
struct Frequency {
  /// The angular frequencies, down and to the right.
  var u: Double
  var v: Double
  /// A number of the length 1.
  var phase: Complex<Double>
  /// The magnitude.
  var length: Double

  /// How much it counts, by the weights of rings.
  func weight(_ rings: [Double]) -> Double { rings[ring] * length.squareRoot() }

  /// Which of the rings around frequency 0 it lies in.
  var ring: Int {
    min(Int((u * u + v * v).squareRoot() / .pi * Double(ringCount)), ringCount - 1)
  }
}
