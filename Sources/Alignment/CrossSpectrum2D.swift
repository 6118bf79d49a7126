internal import ComplexModule
internal import Convolution
internal import FourierTransform
internal import RealModule

/// The cross-spectrum of parts of two images: its phases tell by how much one is shifted.
struct CrossSpectrum2D {
  /// The size of the transform, at least that of the parts.
  let rows: Int
  let columns: Int
  /// `conj(R) · M`, row by row.
  private(set) var values: [Complex<Double>]

  /// Transforms the part of `reference` in the given rows and columns, and the part of `moving` of
  /// the same size that lies `movedBy` further down and to the right, both without their mean and
  /// tapered towards their edges, which do not move with the contents.
  init<Element: ConvolutionScalar>(
    _ reference: Matrix<Element>, _ moving: Matrix<Element>, rows part: Range<Int>,
    columns partColumns: Range<Int>, movedBy shift: (row: Int, column: Int)
  ) {
    rows = fastTransformLength(atLeast: part.count)
    columns = fastTransformLength(atLeast: partColumns.count)
    let (rowTaper, columnTaper) = (taper(part.count), taper(partColumns.count))
    var (first, second) = (0.0, 0.0)
    for row in part {
      for column in partColumns {
        first += Double(reference[row, column])
        second += Double(moving[row + shift.row, column + shift.column])
      }
    }
    let count = Double(part.count * partColumns.count)
    let (firstMean, secondMean) = (first / count, second / count)
    // Both real images in one complex transform.
    var both = [Complex<Double>](repeating: .zero, count: rows * columns)
    for (r, row) in part.enumerated() {
      for (c, column) in partColumns.enumerated() {
        let weight = rowTaper[r] * columnTaper[c]
        both[r * columns + c] = Complex(
          weight * (Double(reference[row, column]) - firstMean),
          weight * (Double(moving[row + shift.row, column + shift.column]) - secondMean))
      }
    }
    transform2D(&both, rows: rows, columns: columns, isInverse: false)
    values = [Complex<Double>](repeating: .zero, count: both.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let z = both[row * columns + column]
        let mirrored = both[(rows - row) % rows * columns + (columns - column) % columns].conjugate
        // With Z = A + iB of real images: A = (Z + Z') / 2 and B = (Z - Z') / 2i.
        let a = (z + mirrored).multiplied(by: 0.5)
        let b = (z - mirrored) * Complex(0, -0.5)
        values[row * columns + column] = a.conjugate * b
      }
    }
  }

  /// The highest peak of the phase correlation, and how much it stands above the next one that is
  /// more than four pixels away, or a quarter of a small image; 1 if there is no such place.
  func phasePeak() -> (row: Int, column: Int, ratio: Double) {
    // Phases without a magnitude beyond rounding say nothing.
    let floor = 1e-12 * values.reduce(0.0) { max($0, $1.length) }
    var phases = values.map { value -> Complex<Double> in
      let length = value.length
      return length > floor ? value.multiplied(by: 1 / length) : .zero
    }
    // A little smoothing, by a Gaussian with a standard deviation of a pixel: the peak of a shift
    // between two pixels is then found whole.
    let rowFilter = (0..<rows).map { Double.exp(-0.5 * squared(angle($0, rows))) }
    let columnFilter = (0..<columns).map { Double.exp(-0.5 * squared(angle($0, columns))) }
    for row in 0..<rows {
      for column in 0..<columns {
        let index = row * columns + column
        phases[index] = phases[index].multiplied(by: rowFilter[row] * columnFilter[column])
      }
    }
    transform2D(&phases, rows: rows, columns: columns, isInverse: true)
    var best = (index: 0, value: -Double.infinity)
    for (index, value) in phases.enumerated() where value.real > best.value {
      best = (index, value.real)
    }
    let (row, column) = best.index.quotientAndRemainder(dividingBy: columns)
    let (nearRows, nearColumns) = (nearness(rows), nearness(columns))
    var next: Double?
    for r in 0..<rows {
      for c in 0..<columns
      where distance(r, row, rows) > nearRows || distance(c, column, columns) > nearColumns {
        next = max(next ?? 0, phases[r * columns + c].real)
      }
    }
    let ratio = next.map { $0 > 0 ? best.value / $0 : Double.greatestFiniteMagnitude } ?? 1
    return (signed(row, rows), signed(column, columns), ratio)
  }

  /// The small shift for which the phases agree best, by Newton's method on the weighted sum of
  /// their cosines.
  func refinedShift() -> (row: Double, column: Double) {
    var shift = (row: 0.0, column: 0.0)
    for round in 0..<4 {
      let weights = ringWeights(at: shift)
      for _ in 0..<(round == 0 ? 6 : 3) {
        let step = newtonStep(at: shift, weights)
        shift.row += step.row
        shift.column += step.column
        if abs(step.row) + abs(step.column) < 1e-9 { break }
      }
    }
    return shift
  }

  private static var rings: Int { 64 }

  private func ring(_ u: Double, _ v: Double) -> Int {
    min(Int((u * u + v * v).squareRoot() / .pi * Double(Self.rings)), Self.rings - 1)
  }

  /// For each ring of frequencies how much its phases are worth, with the coherence that they show
  /// at a shift.
  private func ringWeights(at shift: (row: Double, column: Double)) -> [Double] {
    var coherent = [Double](repeating: 0, count: Self.rings)
    var total = coherent
    visit(shift) { ring, phase, _, _, _ in
      coherent[ring] += phase.real
      total[ring] += 1
    }
    return (0..<Self.rings).map { ring in
      guard total[ring] > 0 else { return 0 }
      // What phases at random would show on average is no coherence.
      let squared = max(
        0, (coherent[ring] * abs(coherent[ring]) / total[ring] - 1) / total[ring])
      return squared / (1.01 - min(1, squared))
    }
  }

  private func newtonStep(
    at shift: (row: Double, column: Double), _ weights: [Double]
  ) -> (row: Double, column: Double) {
    var (gu, gv, huu, huv, hvv) = (0.0, 0.0, 0.0, 0.0, 0.0)
    visit(shift) { ring, phase, length, u, v in
      // What has little magnitude is mostly the taper's leakage, which does not move.
      let weight = weights[ring] * length.squareRoot()
      gu -= weight * u * phase.imaginary
      gv -= weight * v * phase.imaginary
      // At the peak the cosines are what the curvature is made of; those that disagree would make
      // it indefinite.
      let curvature = weight * max(phase.real, 0)
      huu += curvature * u * u
      huv += curvature * u * v
      hvv += curvature * v * v
    }
    let determinant = huu * hvv - huv * huv
    if determinant > 1e-12 * huu * hvv, determinant > 0 {
      let row = (hvv * gu - huv * gv) / determinant
      let column = (huu * gv - huv * gu) / determinant
      return (max(-0.5, min(0.5, row)), max(-0.5, min(0.5, column)))
    }
    // One of the axes has no frequencies: a single row or column.
    return (huu > 0 ? gu / huu : 0, huu > 0 || hvv == 0 ? 0 : gv / hvv)
  }

  /// Calls `body` with the ring, the phase as a unit number turned back by the shift, its
  /// magnitude, and both
  /// angular frequencies, of each frequency up to three quarters of the highest: what lies beyond
  /// is not the same in two sampled images.
  private func visit(
    _ shift: (row: Double, column: Double),
    _ body: (Int, Complex<Double>, _ magnitude: Double, _ u: Double, _ v: Double) -> Void
  ) {
    let columnTurns = (0..<columns).map {
      Complex<Double>(length: 1, phase: angle($0, columns) * shift.column)
    }
    for row in 0..<rows {
      let u = angle(row, rows)
      let rowTurn = Complex<Double>(length: 1, phase: u * shift.row)
      guard abs(u) <= 0.75 * .pi else { continue }
      for column in 0..<columns {
        let v = angle(column, columns)
        guard abs(v) <= 0.75 * .pi, row != 0 || column != 0 else { continue }
        let value = values[row * columns + column]
        let (x, y) = value.rawStorage
        let length = (x * x + y * y).squareRoot()
        guard length > 0 else { continue }
        let turned = value * rowTurn * columnTurns[column]
        body(ring(u, v), turned.multiplied(by: 1 / length), length, u, v)
      }
    }
  }
}

private func squared(_ value: Double) -> Double { value * value }

/// The angular frequency, from -π to π, of one of `count`.
private func angle(_ index: Int, _ count: Int) -> Double {
  2 * .pi * Double(signed(index, count)) / Double(count)
}

/// The index or, in the upper half, what it is short of `count`.
private func signed(_ index: Int, _ count: Int) -> Int { 2 * index > count ? index - count : index }

/// How far apart two indices are, around the end.
private func distance(_ a: Int, _ b: Int, _ count: Int) -> Int {
  min(abs(a - b), count - abs(a - b))
}

/// The distance along an axis of `count` pixels up to which a place is part of the same peak. Over
/// fewer than eight the smoothing leaves nothing apart.
private func nearness(_ count: Int) -> Int { count < 8 ? count : min(4, count / 4) }

/// Hann's window, which is 1 where there is but one element.
private func taper(_ count: Int) -> [Double] {
  (0..<count).map { 0.5 - 0.5 * Double.cos(2 * .pi * (Double($0) + 0.5) / Double(count)) }
}
