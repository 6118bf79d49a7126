internal import ComplexModule
internal import Convolution
internal import FourierTransform
internal import RealModule

/// The cross-spectrum of two images: its phases tell by how much one is shifted.
struct CrossSpectrum2D {
  /// The size of the transform, at least that of the images.
  let rows: Int
  let columns: Int
  /// How many threads may be used.
  let threads: Int
  /// `conj(R) · M`, column by column: that of a row and a column is in the row of the column.
  let values: Matrix<Complex<Double>>

  /// Transforms two images of one size, with zeros after them.
  init(_ reference: Matrix<Double>, _ moving: Matrix<Double>, threads: Int) {
    let rows = fastTransformLength(atLeast: reference.rows)
    let columns = fastTransformLength(atLeast: reference.columns)
    (self.rows, self.columns, self.threads) = (rows, columns, threads)
    // Both real images in one complex transform.
    let both = transposedTransform(
      makeMatrix(rows: rows, columns: columns, threads: threads) { band, output in
        for (line, row) in band.enumerated() {
          let start = line * columns
          let count = row < reference.rows ? reference.columns : 0
          for column in 0..<count {
            output[start + column] = Complex(
              reference.elements[row * count + column], moving.elements[row * count + column])
          }
          for column in count..<columns { output[start + column] = .zero }
        }
      }, isInverse: false, threads: threads)
    values = makeMatrix(rows: columns, columns: rows, threads: threads) { band, output in
      for (line, column) in band.enumerated() {
        let coefficients = both.row(column)
        let mirrors = both.row((columns - column) % columns)
        for row in 0..<rows {
          let z = coefficients[row]
          let mirrored = mirrors[row == 0 ? 0 : rows - row].conjugate
          // With Z = A + iB of real images: A = (Z + Z') / 2 and B = (Z - Z') / 2i.
          let a = (z + mirrored).multiplied(by: 0.5)
          let b = (z - mirrored) * Complex(0, -0.5)
          output[line * rows + row] = a.conjugate * b
        }
      }
    }
  }

  /// The sum and the largest of the squares of the magnitudes.
  var squares: (sum: Double, largest: Double) {
    mapBands(of: columns, threads: threads) { band in
      var (sum, largest) = (0.0, 0.0)
      for column in band {
        let coefficients = values.row(column)
        for row in coefficients.indices {
          sum += coefficients[row].lengthSquared
          largest = max(largest, coefficients[row].lengthSquared)
        }
      }
      return (sum, largest)
    }.reduce((0, 0)) { ($0.sum + $1.0, max($0.largest, $1.1)) }
  }

  /// The highest peak of the phase correlation, and its height over that of the next one that is not
  /// near it; 1 if there is none.
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

  /// The phases, smoothed by a Gaussian of one pixel: a peak between two pixels is found whole.
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

  /// The first highest place in those columns of each row, counted on around the end, of `places`.
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

/// The angular frequency, from -π to π, of one of `count`.
func angle(_ index: Int, _ count: Int) -> Double {
  2 * .pi * Double(signed(index, count)) / Double(count)
}

/// The index or, in the upper half, what it is short of `count`.
func signed(_ index: Int, _ count: Int) -> Int { 2 * index > count ? index - count : index }

private func gaussian(_ angle: Double) -> Double { Double.exp(-0.5 * angle * angle) }

/// How far apart two indices are, around the end.
private func distance(_ a: Int, _ b: Int, _ count: Int) -> Int {
  min(abs(a - b), count - abs(a - b))
}

/// The distance up to which a place is part of the same peak; all of an axis of less than eight.
private func nearness(_ count: Int) -> Int { count < 8 ? count : min(4, count / 4) }
