// SPDX-License-Identifier: MIT

internal import ComplexModule
internal import Convolution
internal import FourierTransform
internal import RealModule

/// The cross-spectrum of two images: its phases tell by how much one is shifted.
struct CrossSpectrum2D {
  /// The size of the transform, at least that of the images.
  let rows: Int
  let columns: Int
  /// The size of the images in it.
  let taperedRows: Int
  let taperedColumns: Int
  /// How many threads may be used.
  let threads: Int
  /// `conj(R) · M`, column by column: that of a row and a column is in the row of the column.
  let values: Matrix<Complex<Double>>
  /// The sums of the squares of the images' elements.
  let energies: (reference: Double, moving: Double)

  /// Transforms two images of one size, with zeros after them, up to a size of at least so many rows
  /// and columns; nil for the images' own.
  init(
    _ reference: Matrix<Double>, _ moving: Matrix<Double>, rows: Int? = nil, columns: Int? = nil,
    threads: Int
  ) {
    (taperedRows, taperedColumns) = (reference.rows, reference.columns)
    let rows = fastTransformLength(atLeast: rows ?? reference.rows)
    let columns = fastTransformLength(atLeast: columns ?? reference.columns)
    (self.rows, self.columns, self.threads) = (rows, columns, threads)
    energies = (reference.squares, moving.squares)
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

  /// The sum of the squares of the magnitudes.
  var squares: Double {
    mapBands(of: columns, threads: threads) { band in
      var sum = 0.0
      for column in band {
        let coefficients = values.row(column)
        for row in coefficients.indices { sum += coefficients[row].lengthSquared }
      }
      return sum
    }.reduce(0, +)
  }
}

/// The angular frequency, from -π to π, of one of `count`.
func angle(_ index: Int, _ count: Int) -> Double {
  2 * .pi * Double(signed(index, count)) / Double(count)
}

/// The index or, in the upper half, what it is short of `count`.
func signed(_ index: Int, _ count: Int) -> Int { 2 * index > count ? index - count : index }
