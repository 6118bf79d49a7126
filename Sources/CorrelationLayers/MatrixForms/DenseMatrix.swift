public import FourierTransform

/// A matrix of numbers, row by row: what the convolution layers are when they are written out.
public struct DenseMatrix<Scalar: FourierScalar>: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The numbers, row by row.
  public private(set) var elements: [Scalar]

  /// Creates a matrix from its numbers.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)`` or
  ///   ``LayerError/invalidShape(_:)``.
  public init(rows: Int, columns: Int, elements: [Scalar]) throws(LayerError) {
    let count = try checkedElementCount([rows, columns])
    guard elements.count == count else {
      throw .wrongElementCount(expected: count, actual: elements.count)
    }
    self.init(checkedRows: rows, columns: columns, elements)
  }

  init(checkedRows rows: Int, columns: Int, _ elements: [Scalar]) {
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// The number at a place.
  ///
  /// - Precondition: the place lies within the matrix.
  public subscript(row: Int, column: Int) -> Scalar {
    get {
      precondition(0..<rows ~= row && 0..<columns ~= column)
      return elements[row * columns + column]
    }
    set {
      precondition(0..<rows ~= row && 0..<columns ~= column)
      elements[row * columns + column] = newValue
    }
  }

  /// The matrix product `self · right`.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)`` if `right` has not as many rows
  ///   as this matrix has columns.
  /// - Complexity: O(rows · columns · right.columns), by the convolution layers' kernel.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func times(_ right: DenseMatrix, threads: Int? = nil) throws(LayerError) -> DenseMatrix {
    guard right.rows == columns else {
      throw .wrongElementCount(expected: columns, actual: right.rows)
    }
    // A matrix product is a convolution layer of 1 x 1 kernels: the inner index is the channel.
    guard rows > 0, columns > 0, right.columns > 0 else {
      let count = try checkedElementCount([rows, right.columns])
      return DenseMatrix(
        checkedRows: rows, columns: right.columns, [Scalar](repeating: 0, count: count))
    }
    let weights = try FeatureMaps(
      shape: FeatureMapShape(images: rows, channels: columns, rows: 1, columns: 1),
      elements: elements)
    let input = try FeatureMaps(
      shape: FeatureMapShape(images: 1, channels: columns, rows: 1, columns: right.columns),
      elements: right.elements)
    let product = try ConvolutionLayer().forward(
      input, weights: weights, method: .direct, threads: threads)
    return DenseMatrix(checkedRows: rows, columns: right.columns, product.elements)
  }

  /// The matrix with rows and columns exchanged.
  public var transpose: DenseMatrix {
    var result = elements
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = elements[row * columns + column] }
    }
    return DenseMatrix(checkedRows: columns, columns: rows, result)
  }
}
