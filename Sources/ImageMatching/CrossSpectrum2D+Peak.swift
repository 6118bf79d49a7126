internal import ComplexModule
internal import Convolution
internal import RealModule

extension CrossSpectrum2D {
  /// The highest peak of the phase correlation, and how much it stands above the next one that is
  /// more than four pixels away, or a quarter of a small image; 1 if there is no such place.
  func phasePeak() -> (row: Int, column: Int, ratio: Double) {
    let surface = transposedTransform(smoothedPhases(), isInverse: true, threads: threads)
    let best = highest(of: surface) { _ in 0..<columns }
    let (nearRows, nearColumns) = (nearness(rows), nearness(columns))
    // In the rows near it what lies far to the right, and, counted on, far to the left.
    let right = best.column + nearColumns + 1
    let sides = right..<max(right, best.column + columns - nearColumns)
    let others = highest(of: surface) { row in
      distance(row, best.row, rows) > nearRows ? 0..<columns : 0..<0
    }
    let next = max(others.value, highest(of: surface) { _ in sides }.value)
    let ratio =
      next > 0 ? best.value / next : next > -.infinity ? Double.greatestFiniteMagnitude : 1
    return (signed(best.row, rows), signed(best.column, columns), ratio)
  }

  /// The phases as unit values, a little smoothed, by a Gaussian with a standard deviation of a
  /// pixel: the peak of a shift between two pixels is then found whole.
  private func smoothedPhases() -> Matrix<Complex<Double>> {
    // Phases without a magnitude beyond rounding say nothing.
    let floor = 1e-12 * squares.largest.squareRoot()
    let rowFilter = (0..<rows).map { gaussian(angle($0, rows)) }
    return makeMatrix(rows: columns, columns: rows, threads: threads) { band, output in
      for (line, column) in band.enumerated() {
        let coefficients = values.row(column)
        let columnFilter = gaussian(angle(column, columns))
        for row in 0..<rows {
          let length = coefficients[row].lengthSquared.squareRoot()
          output[line * rows + row] =
            length > floor
            ? coefficients[row].multiplied(by: rowFilter[row] * columnFilter / length) : .zero
        }
      }
    }
  }

  /// The highest place, in those columns of each row that `places` says, counted on around the end;
  /// the first of several.
  private func highest(
    of surface: Matrix<Complex<Double>>, _ places: @Sendable (Int) -> Range<Int>
  ) -> (row: Int, column: Int, value: Double) {
    mapBands(of: rows, threads: threads) { band in
      var best = (row: 0, column: 0, value: -Double.infinity)
      for row in band {
        let coefficients = surface.row(row)
        for place in places(row) {
          let column = place < columns ? place : place - columns
          if coefficients[column].real > best.value {
            best = (row, column, coefficients[column].real)
          }
        }
      }
      return best
    }.reduce((0, 0, -.infinity)) { $1.value > $0.2 ? $1 : $0 }
  }
}

private func gaussian(_ angle: Double) -> Double { Double.exp(-0.5 * angle * angle) }

/// How far apart two indices are, around the end.
private func distance(_ a: Int, _ b: Int, _ count: Int) -> Int {
  min(abs(a - b), count - abs(a - b))
}

/// The distance along an axis of `count` pixels up to which a place is part of the same peak. Over
/// fewer than eight the smoothing leaves nothing apart.
private func nearness(_ count: Int) -> Int { count < 8 ? count : min(4, count / 4) }
