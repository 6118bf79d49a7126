public import Convolution
public import FourierTransform

/// A matrix of which only the numbers that are not zero by construction are kept, row by row
/// ("compressed sparse rows").
///
/// The matrices of convolutions are of this kind: a row for each output, with the kernel's numbers
/// at the places that the output is computed from.
public struct SparseMatrix<Scalar: FourierScalar>: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// Where each row's numbers begin, and where the last one's end: `rows + 1` offsets.
  let rowStarts: [Int]
  /// The columns of the numbers.
  let columnIndices: [Int]
  /// The numbers.
  let values: [Scalar]

  /// Creates a matrix from its rows: for each number its column and its value, no column twice.
  init(columns: Int, rows: [[(column: Int, value: Scalar)]]) {
    self.rows = rows.count
    self.columns = columns
    var starts = [0]
    for row in rows { starts.append(starts[starts.count - 1] + row.count) }
    rowStarts = starts
    columnIndices = rows.flatMap { $0.map(\.column) }
    values = rows.flatMap { $0.map(\.value) }
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
    return (0..<rows).map { row in
      var sum: Scalar = 0
      for index in rowStarts[row]..<rowStarts[row + 1] {
        sum += values[index] * vector[columnIndices[index]]
      }
      return sum
    }
  }

  /// The product of the transposed matrix with a vector: what takes the gradient of an output to
  /// the gradient of the input.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)`` if the vector has not as many
  ///   elements as the matrix has rows.
  /// - Complexity: O(numbers kept).
  public func transposeTimes(_ vector: [Scalar]) throws(LayerError) -> [Scalar] {
    guard vector.count == rows else {
      throw .wrongElementCount(expected: rows, actual: vector.count)
    }
    var result = [Scalar](repeating: 0, count: columns)
    for row in 0..<rows {
      for index in rowStarts[row]..<rowStarts[row + 1] {
        result[columnIndices[index]] += values[index] * vector[row]
      }
    }
    return result
  }

  /// The matrix written out.
  ///
  /// - Throws: ``LayerError/invalidShape(_:)`` if it has too many elements.
  public func dense() throws(LayerError) -> Matrix<Scalar> {
    _ = try checkedElementCount([rows, columns])
    var result = Matrix<Scalar>(repeating: 0, rows: rows, columns: columns)
    for row in 0..<rows {
      for index in rowStarts[row]..<rowStarts[row + 1] {
        result[row, columnIndices[index]] = values[index]
      }
    }
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
    try checkKernel(kernel, imageRows, imageColumns)
    return try patches(
      kernel, rows: imageRows - kernel.rows + 1, columns: imageColumns - kernel.columns + 1,
      imageRows, imageColumns)
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
    try checkKernel(kernel, imageRows, imageColumns)
    return try patches(
      kernel, rows: imageRows, columns: imageColumns, imageRows, imageColumns)
  }

  /// The kernel at the first `rows` by `columns` places of an image that goes on at the other edge.
  private static func patches(
    _ kernel: Matrix<Scalar>, rows: Int, columns: Int, _ imageRows: Int, _ imageColumns: Int
  ) throws(LayerError) -> SparseMatrix {
    _ = try checkedElementCount([rows, columns, kernel.rows, kernel.columns])
    let matrixRows = (0..<rows * columns).map { patch in
      (0..<kernel.rows * kernel.columns).map { place in
        let row = (patch / columns + place / kernel.columns) % imageRows
        let column = (patch % columns + place % kernel.columns) % imageColumns
        return (column: row * imageColumns + column, value: kernel.elements[place])
      }
    }
    return SparseMatrix(columns: imageRows * imageColumns, rows: matrixRows)
  }

  private static func checkKernel(
    _ kernel: Matrix<Scalar>, _ rows: Int, _ columns: Int
  ) throws(LayerError) {
    for (length, limit) in [(kernel.rows, rows), (kernel.columns, columns)] {
      try check(.inputSize, limit)
      try check(.kernelSize, length, to: limit)
    }
  }
}
