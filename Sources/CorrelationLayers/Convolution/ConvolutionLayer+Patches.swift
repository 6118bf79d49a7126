internal import ComputeSupport
public import Convolution
public import FourierTransform

extension ConvolutionLayer {
  /// The patches under a kernel as the columns of a matrix, for
  /// one image and one group ("im2col").
  ///
  /// There is a row for each weight of a kernel (columns fastest, then rows, then the group's
  /// channels) and a column for each output (columns fastest). The matrix of the group's weights
  /// times this one is the layer's output.
  ///
  /// - Throws: ``LayerError`` if no patch fits, the channels are not a multiple of the groups, or
  ///   the matrix has too many elements.
  /// - Precondition: there is such an image and such a group.
  public func patches<Scalar: FourierScalar>(
    of input: FeatureMaps<Scalar>, image: Int = 0, group: Int = 0, kernelSize: Extent
  ) throws(LayerError) -> Matrix<Scalar> {
    let geometry = try patchGeometry(input.shape, kernelSize)
    precondition(0..<input.shape.images ~= image && 0..<groups ~= group)
    let count = geometry.output.planeCount
    let elements = try makeSharedArray(
      count: checkedElementCount([geometry.tapCount, count])
    ) { out throws(LayerError) in
      Im2colConvolution(geometry: geometry).gather(
        input, group: group, patches: image * count..<(image + 1) * count, into: out,
        stride: count)
    }
    return Matrix(rows: geometry.tapCount, columns: count, elements: elements)
  }

  /// The transpose of ``patches(of:image:group:kernelSize:)``: adds each column up at
  /// the places that it came from ("col2im"), for one image and one group.
  ///
  /// - Parameters:
  ///   - patches: A matrix of the shape that `patches` gives.
  ///   - shape: The shape of the input.
  /// - Returns: One image with the channels of one group.
  /// - Throws: ``LayerError``, also if the matrix has the wrong shape.
  package func image<Scalar: FourierScalar>(
    fromPatches patches: Matrix<Scalar>, shape: FeatureMapShape, kernelSize: Extent
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let geometry = try patchGeometry(shape, kernelSize)
    let output = geometry.output
    guard patches.rows == geometry.tapCount, patches.columns == output.planeCount else {
      throw .wrongElementCount(
        expected: geometry.tapCount * output.planeCount, actual: patches.elements.count)
    }
    var result = FeatureMaps<Scalar>(
      shape: try FeatureMapShape(
        images: 1, channels: geometry.groupChannels, rows: shape.rows, columns: shape.columns),
      repeating: 0)
    for tap in 0..<patches.rows {
      let channel = tap / (kernelSize.rows * kernelSize.columns)
      let (u, v) = (tap / kernelSize.columns % kernelSize.rows, tap % kernelSize.columns)
      for place in 0..<patches.columns {
        let row =
          place / output.columns * stride.rows + u * dilation.rows - padding.top
        let column =
          place % output.columns * stride.columns + v * dilation.columns - padding.left
        if 0..<shape.rows ~= row && 0..<shape.columns ~= column {
          result[0, channel, row, column] += patches[tap, place]
        }
      }
    }
    return result
  }

  private func patchGeometry(
    _ shape: FeatureMapShape, _ kernelSize: Extent
  ) throws(LayerError) -> ConvolutionGeometry {
    guard shape.channels % groups == 0 else {
      throw .unevenGroups(groups: groups, count: shape.channels)
    }
    return try ConvolutionGeometry(
      self, input: shape,
      weights: FeatureMapShape(
        images: groups, channels: shape.channels / groups, rows: kernelSize.rows,
        columns: kernelSize.columns))
  }
}
