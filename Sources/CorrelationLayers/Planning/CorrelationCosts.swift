// SPDX-License-Identifier: MIT

internal import FourierTransform

/// What the costs of a correlation layer are made of.
enum CorrelationTime: Int, TimeName {
  /// One product and addition, where rows of b are shared by three rows of a, and where they are not.
  case sharedProduct, product
  /// Writing an output, and adding to it once more.
  case output, pass
  /// Writing an element of a map, and the transposition of what it came from.
  case map
  /// Adding a row of a map to sums over rows.
  case rowSum
  /// One step of doubling.
  case doubling
  /// Adding a row of patches' gradients to the weights of a row of an input, for each element.
  case weightRow
  /// Copying an element of an input.
  case copy
  /// Copying an element into a transform, and multiplying its spectrum.
  case spectrum
  /// Taking an output out of a transform.
  case pick
  /// Planning a transform.
  case plan
}

extension CorrelationGeometry {
  /// The nanoseconds of one transform of a patch, with what is copied in and multiplied.
  private func patchTransform(_ costs: LayerCosts) -> Double {
    let (lengths, transforms) = (transformLengths(costs.transforms), costs.transforms)
    return Double(lengths.rows) * Double(lengths.columns)
      * ((transforms.nanoseconds(length: lengths.rows)
        + transforms.nanoseconds(length: lengths.columns)) / 2 + costs.correlation[.spectrum])
  }

  /// Predicts the nanoseconds of the backward pass by each method but the definition.
  func gradientCosts(_ costs: LayerCosts = .shared) -> [CorrelationLayer.Method: Double] {
    let times = costs.correlation
    let channels = Double(input.channels)
    let displacements = Double(vertical.displacements * horizontal.displacements)
    let lanes = Double((input.columns + 15) / 16 * 16 * input.rows)
    let patchesOfLine = Double((kernelSize + stride - 1) / stride)
    let spans = Double(horizontal.span * vertical.outputs)
    let box =
      2 * displacements * lanes
      * (channels * (input.channels >= 4 ? times[.sharedProduct] : times[.product])
        + patchesOfLine * times[.weightRow])
      + displacements * spans * times[.doubling]
    guard isProduct else { return [.box: box] }
    let fft =
      times[.plan] + Double(vertical.outputs * horizontal.outputs)
      * ((4 * channels + 1) * patchTransform(costs) + displacements * times[.pick])
    return [.box: box, .fft: fft]
  }

  /// Predicts the cost of each method that there is, in nanoseconds of one thread.
  func costs(_ costs: LayerCosts = .shared) -> [CorrelationLayer.Method: Double] {
    let times = costs.correlation
    let size = kernelSize
    let channels = Double(input.channels)
    let images = Double(input.images)
    let displacements = Double(vertical.displacements * horizontal.displacements)
    let copies =
      images * channels * times[.copy]
      * Double(
        vertical.span * horizontal.span + (vertical.span + 2 * vertical.reach)
          * (horizontal.span + 2 * horizontal.reach))

    // Whole vectors are computed, of which a row may need the smaller part.
    let lanes = Double((horizontal.outputs + 15) / 16 * 16 * vertical.outputs)
    let shares = displacementStride % stride == 0 && input.channels >= 4
    let direct =
      copies + images * displacements * lanes
      * (Double(size * size) * channels * (shares ? times[.sharedProduct] : times[.product])
        + times[.output] + Double(size - 1) * times[.pass])

    let shared = input.channels >= 4 ? times[.sharedProduct] : times[.product]
    let spans = Double((horizontal.span + 15) / 16 * 16 * vertical.span)
    // One step to double for each binary digit, and one to take the sum for each that is 1.
    let steps = Double(size.bitWidth - size.leadingZeroBitCount - 1 + size.nonzeroBitCount)
    let stride = Double(self.stride)
    let rowSums =
      size <= 5 * self.stride ? Double(size) / stride * times[.rowSum] : steps * times[.doubling]
    let box =
      copies + images * displacements * spans
      * (channels * shared + times[.map] + rowSums + steps * times[.doubling] / stride)

    guard isProduct else { return [.direct: direct, .box: box] }
    let fft =
      copies + times[.plan] + images * Double(vertical.outputs * horizontal.outputs)
      * ((2 * channels + 1) * patchTransform(costs) + displacements * times[.pick])
    return [.direct: direct, .box: box, .fft: fft]
  }
}
