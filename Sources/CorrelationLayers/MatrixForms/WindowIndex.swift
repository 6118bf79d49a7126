// SPDX-License-Identifier: MIT

public import Convolution
public import FourierTransform

/// Where the elements of a kernel's windows stand in a flattened image: the "window index" way of
/// writing a convolution layer as one matrix product.
///
/// An image of channels, rows and columns is one vector of numbers. ``window`` holds the places of
/// the elements of the first window, channel by channel; ``origins`` what to add to it for each
/// other window. For a 28 x 28 image and a 3 x 3 kernel, `window` is
/// [0, 1, 2, 28, 29, 30, 56, 57, 58], and there are 676 windows.
public struct WindowIndex: Sendable, Equatable {
  /// The places of the first window's elements: columns fastest, then rows, then channels.
  public let window: [Int]
  /// The place of the first element of each window: columns fastest, then rows.
  public let origins: [Int]
  /// The number of elements of an image.
  let imageCount: Int

  /// Creates the index of all windows of `kernelSize` in images of the given size, `stride` apart.
  ///
  /// - Throws: ``LayerError`` if no window fits or a size is out of range.
  public init(
    channels: Int = 1, rows: Int, columns: Int, kernelSize: ConvolutionLayer.Extent,
    stride: ConvolutionLayer.Extent = 1
  ) throws(LayerError) {
    let geometry = try ConvolutionGeometry(
      ConvolutionLayer(stride: stride),
      input: FeatureMapShape(images: 1, channels: channels, rows: rows, columns: columns),
      weights: FeatureMapShape(
        images: 1, channels: channels, rows: kernelSize.rows, columns: kernelSize.columns))
    let kernelCount = kernelSize.rows * kernelSize.columns
    imageCount = channels * rows * columns
    window = (0..<geometry.tapCount).map { tap in
      let (channel, place) = (tap / kernelCount, tap % kernelCount)
      return (channel * rows + place / kernelSize.columns) * columns + place % kernelSize.columns
    }
    origins = (0..<geometry.output.planeCount).map { index in
      let (y, x) = (index / geometry.output.columns, index % geometry.output.columns)
      return y * stride.rows * columns + x * stride.columns
    }
  }

  /// The windows of an image as the columns of a matrix: one row for each element of a window.
  ///
  /// The product of a matrix whose rows are kernels with it has the outputs of the layer, one row
  /// for each kernel.
  ///
  /// - Throws: ``LayerError/wrongElementCount(expected:actual:)``.
  public func gather<Scalar: FourierScalar>(
    _ image: [Scalar]
  ) throws(LayerError) -> Matrix<Scalar> {
    guard image.count == imageCount else {
      throw .wrongElementCount(expected: imageCount, actual: image.count)
    }
    let elements = window.flatMap { place in origins.map { image[$0 + place] } }
    return Matrix(rows: window.count, columns: origins.count, elements: elements)
  }
}
