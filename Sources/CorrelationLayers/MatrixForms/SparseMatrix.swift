// SPDX-License-Identifier: MIT

public import Convolution
public import FourierTransform

/// A matrix of which only the numbers that are not zero by construction are kept, row by row.
///
/// The matrices of convolutions are of this kind: a row for each output, with the kernel's numbers
/// at the places that the output is computed from.
public struct SparseMatrix<Scalar: FourierScalar>: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The numbers, no two of them at one place.
  private let entries: [Entry]

  private struct Entry: Sendable, Equatable {
    let row: Int
    let column: Int
    let value: Scalar
  }

  /// The product with a vector.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)`` if the vector has not as many
  ///   elements as the matrix has columns.
  /// - Complexity: O(numbers kept).
  public func times(_ vector: [Scalar]) throws(LayerError) -> [Scalar] {
    guard vector.count == columns else {
      throw .wrongElementCount(expected: columns, actual: vector.count)
    }
    var result = [Scalar](repeating: 0, count: rows)
    for entry in entries { result[entry.row] += entry.value * vector[entry.column] }
    return result
  }

  /// The product of the transposed matrix with a vector: what takes the gradient of an output to
  /// the gradient of the input.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)`` if the vector has not as many
  ///   elements as the matrix has rows.
  /// - Complexity: O(numbers kept).
  public func transposeTimes(_ vector: [Scalar]) throws(LayerError) -> [Scalar] {
    let turned = entries.map { Entry(row: $0.column, column: $0.row, value: $0.value) }
    return try SparseMatrix(rows: columns, columns: rows, entries: turned).times(vector)
  }

  /// The matrix written out.
  ///
  /// - Throws: ``LayerError/invalidShape(_:)`` if it has too many elements.
  public func dense() throws(LayerError) -> Matrix<Scalar> {
    _ = try checkedElementCount([rows, columns])
    var result = Matrix<Scalar>(repeating: 0, rows: rows, columns: columns)
    for entry in entries { result[entry.row, entry.column] = entry.value }
    return result
  }
}

extension SparseMatrix {
  /// The Toeplitz matrix of the correlation with `kernel` of a signal of `signalLength` samples:
  /// row i has the kernel from column i on.
  ///
  /// Its product with the signal is the valid part, `signalLength - kernel.count + 1` numbers. The
  /// rows of a convolution are those of the reversed kernel.
  ///
  /// - Throws: ``LayerError/outOfRange(_:allowed:actual:)`` if the kernel is empty or
  ///   longer than the signal.
  public static func toeplitz(
    kernel: [Scalar], signalLength: Int
  ) throws(LayerError) -> SparseMatrix {
    try blockToeplitz(
      kernel: Matrix(rows: 1, columns: kernel.count, elements: kernel), imageRows: 1,
      imageColumns: signalLength)
  }

  /// The doubly block Toeplitz matrix of the correlation with `kernel` of images of the given size:
  /// for n x n images and m x m kernels it has (n - m + 1)² rows and n² columns.
  ///
  /// Its product with an image's numbers, row by row, is the valid part.
  ///
  /// - Throws: ``LayerError/outOfRange(_:allowed:actual:)`` if the kernel is empty or
  ///   larger than the image, and ``LayerError/invalidShape(_:)`` for sizes that overflow.
  public static func blockToeplitz(
    kernel: Matrix<Scalar>, imageRows: Int, imageColumns: Int
  ) throws(LayerError) -> SparseMatrix {
    try SparseMatrix(kernel, imageRows, imageColumns, isCirculant: false)
  }

  /// The doubly block circulant matrix of the correlation with `kernel` of images of the given
  /// size that continue at the opposite edge: square, with a row for each element of the image.
  ///
  /// The Fourier transform diagonalises it, which is why transforms convolve. The rows of patches
  /// that do not cross an edge are those of ``blockToeplitz(kernel:imageRows:imageColumns:)``.
  ///
  /// - Throws: as ``blockToeplitz(kernel:imageRows:imageColumns:)``.
  public static func blockCirculant(
    kernel: Matrix<Scalar>, imageRows: Int, imageColumns: Int
  ) throws(LayerError) -> SparseMatrix {
    try SparseMatrix(kernel, imageRows, imageColumns, isCirculant: true)
  }

  /// The kernel at all places of an image that goes on at the other edge, or at those without it.
  private init(
    _ kernel: Matrix<Scalar>, _ imageRows: Int, _ imageColumns: Int, isCirculant: Bool
  ) throws(LayerError) {
    for (length, limit) in [(kernel.rows, imageRows), (kernel.columns, imageColumns)] {
      try check(.inputSize, limit)
      try check(.kernelSize, length, to: limit)
    }
    let down = isCirculant ? imageRows : imageRows - kernel.rows + 1
    let across = isCirculant ? imageColumns : imageColumns - kernel.columns + 1
    _ = try checkedElementCount([down, across, kernel.rows, kernel.columns])
    rows = down * across
    columns = imageRows * imageColumns
    entries = (0..<rows).flatMap { patch in
      kernel.elements.enumerated().map { place, value in
        let row = (patch / across + place / kernel.columns) % imageRows
        let column = (patch % across + place % kernel.columns) % imageColumns
        return Entry(row: patch, column: row * imageColumns + column, value: value)
      }
    }
  }
}
