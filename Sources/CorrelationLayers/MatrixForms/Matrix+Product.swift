// SPDX-License-Identifier: MIT

public import Convolution
public import FourierTransform

extension Matrix where Element: FourierScalar {
  /// The matrix product `self · right`.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)`` if `right` has not as many rows
  ///   as this matrix has columns.
  /// - Complexity: O(rows · columns · right.columns), by the convolution layers' kernel.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  public func times(_ right: Matrix, threads: Int? = nil) throws(LayerError) -> Matrix {
    guard right.rows == columns else {
      throw .wrongElementCount(expected: columns, actual: right.rows)
    }
    guard rows > 0, columns > 0, right.columns > 0 else {
      _ = try checkedElementCount([rows, right.columns])
      return Matrix(repeating: 0, rows: rows, columns: right.columns)
    }
    // A matrix product is a convolution layer of 1 x 1 kernels: the inner index is the channel.
    let product = try ConvolutionLayer().forward(
      FeatureMaps(
        shape: FeatureMapShape(images: 1, channels: columns, rows: 1, columns: right.columns),
        elements: right.elements),
      weights: FeatureMaps(
        shape: FeatureMapShape(images: rows, channels: columns, rows: 1, columns: 1),
        elements: elements),
      method: .direct, threads: threads)
    return Matrix(rows: rows, columns: right.columns, elements: product.elements)
  }
}
