// SPDX-License-Identifier: MIT

internal import ComputeSupport
public import Convolution
public import FourierTransform

extension ConvolutionLayer {
  /// The patches under a kernel as the columns of a matrix, for one image and one group
  /// ("im2col").
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
    guard input.shape.channels % groups == 0 else {
      throw .unevenGroups(groups: groups, count: input.shape.channels)
    }
    let geometry = try ConvolutionGeometry(
      self, input: input.shape,
      weights: FeatureMapShape(
        images: groups, channels: input.shape.channels / groups, rows: kernelSize.rows,
        columns: kernelSize.columns))
    precondition(0..<input.shape.images ~= image && 0..<groups ~= group)
    let count = geometry.output.planeCount
    let elements = try makeSharedArray(
      count: checkedElementCount([geometry.tapCount, count])
    ) { out throws(LayerError) in
      geometry.gatherPatches(
        input, group: group, patches: image * count..<(image + 1) * count, into: out,
        stride: count)
    }
    return Matrix(rows: geometry.tapCount, columns: count, elements: elements)
  }
}
