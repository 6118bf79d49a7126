// SPDX-License-Identifier: MIT

internal import FourierTransform
internal import ComputeSupport

extension ConvolutionGeometry {
  /// The gradient with respect to the weights: for each weight the sum, over all patches, of the
  /// patch's gradient times the element under the weight.
  ///
  /// By `direct` these are dot products of long runs, with zero gradients between the rows: right
  /// for finite elements only. Other inputs take the literal sum.
  func weightGradient<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, _ gradient: FeatureMaps<Scalar>,
    method: ConvolutionLayer.Method?, threads: Int, isExact: Bool = false
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    try FeatureMaps(written: weights, isWritten: false) { out throws(LayerError) in
      guard gradient.shape.elementCount > 0 else { return }
      guard input.areFinite(threads: threads), gradient.areFinite(threads: threads) else {
        return literalWeightGradient(input, gradient, into: out, threads: threads)
      }
      let exchanged = try exchanged()
      let method = method ?? fastestWeightGradient(exchanged)
      guard method != .direct else {
        return directWeightGradient(input, gradient, into: out, threads: threads)
      }
      try ConvolutionJob(
        geometry: exchanged, input: imagesAsChannels(input, groups: groups),
        weights: imagesAsChannels(gradient, groups: 1), out: out, threads: threads,
        isExact: isExact
      ).run(method: method)
    }
  }

  private func fastestWeightGradient(_ exchanged: ConvolutionGeometry) -> ConvolutionLayer.Method {
    let shared = LayerCosts.shared
    var costs = exchanged.costs(shared)
    costs[.direct] = weightGradientNanoseconds(shared.convolution)
    return costs.cheapest
  }

  /// The layer that gives this gradient: the output's gradients are kernels that slide over the
  /// input, images are channels, and stride and dilation change places.
  private func exchanged() throws(LayerError) -> ConvolutionGeometry {
    func axis(_ axis: ConvolutionAxis) -> ConvolutionAxis {
      ConvolutionAxis(
        length: axis.length, kernel: axis.outputs, stride: axis.dilation, dilation: axis.stride,
        padding: axis.padding, outputs: axis.kernel)
    }
    return try ConvolutionGeometry(
      groups: groups, input: imagesAsChannels(input, groups: groups),
      weights: imagesAsChannels(output, groups: 1), vertical: axis(vertical),
      horizontal: axis(horizontal),
      outputStrides: OutputStrides(
        imageStride: weights.planeCount, channelStride: tapCount, rowStride: weights.columns))
  }

  private func imagesAsChannels(
    _ shape: FeatureMapShape, groups: Int
  ) throws(LayerError) -> FeatureMapShape {
    try FeatureMapShape(
      images: shape.channels / groups, channels: checkedElementCount([groups, shape.images]),
      rows: shape.rows, columns: shape.columns)
  }

  /// The channels of each group as images (or kernels), and the images as channels.
  private func imagesAsChannels<Scalar: FourierScalar>(
    _ maps: FeatureMaps<Scalar>, groups: Int
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let (shape, exchanged) = (maps.shape, try imagesAsChannels(maps.shape, groups: groups))
    var elements: [Scalar] = []
    elements.reserveCapacity(shape.elementCount)
    for channel in 0..<exchanged.images {
      for pair in 0..<exchanged.channels {
        let (group, image) = pair.quotientAndRemainder(dividingBy: shape.images)
        let plane = image * shape.channels + group * exchanged.images + channel
        elements += maps.elements[plane * shape.planeCount..<(plane + 1) * shape.planeCount]
      }
    }
    return FeatureMaps(checked: exchanged, elements)
  }

  private func directWeightGradient<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, _ gradient: FeatureMaps<Scalar>, into out: SharedBuffer<Scalar>,
    threads: Int
  ) {
    // A dot product has so many partial sums, which are added up at the end.
    let vectorWidth = 16
    let planes = PolyphasePlanes(self)
    let offsets = planes.offsets
    // The gradient's rows, in whole vectors; the elements that the last ones meet have to exist.
    let run = (vertical.outputs - 1) * planes.columns + horizontal.outputs
    let vectors = (0..<(run + vectorWidth - 1) / vectorWidth).map { $0 * vectorWidth }
    let taps = TapOffsets(a: vectors, b: vectors)
    let gradientStride = vectors.count * vectorWidth
    // What a unit of work computes: multiples of the kernel's tile of 3 x 7.
    let kernelBlocks = (0..<groupKernels).pieces(of: 12)
    let weightBlocks = (0..<tapCount).pieces(of: 21)
    let blocks = kernelBlocks.count * weightBlocks.count
    let sums = SharedBuffer<Scalar>(zeros: weights.elementCount * vectorWidth)
    let gradientStart = planes.elementCount + vectorWidth
    let stride = gradientStart + groupKernels * gradientStride
    for slab in slabs(elementCount: stride) {
      let padded = SharedBuffer<Scalar>(zeros: slab.count * stride + vectorWidth)
      planes.fill(padded, every: stride, from: input, slab, threads: threads)
      forEachPiece(slab.count * groupKernels, threads: threads) { unit, _ in
        let (pair, kernel) = unit.quotientAndRemainder(dividingBy: groupKernels)
        let start = pair * stride + gradientStart + kernel * gradientStride
        for row in 0..<output.rows {
          let source = (slab.lowerBound * groupKernels + unit) * output.rows + row
          padded.copy(
            output.columns, from: gradient.span, at: source * output.columns,
            to: start + row * planes.columns)
        }
      }
      // A slab's images are added in their order by the unit that owns the weights.
      forEachPiece(groups * blocks, threads: threads) { unit, _ in
        let group = unit / blocks
        let kernels = kernelBlocks[unit % blocks / weightBlocks.count]
        let weights = weightBlocks[unit % weightBlocks.count]
        for (index, pair) in slab.enumerated() where pair % groups == group {
          let start = index * stride
          let job = PairSums(
            aRows: kernels.map { start + gradientStart + $0 * gradientStride },
            bRows: weights.map { start + offsets[$0] },
            outRows: kernels.flatMap { kernel in
              weights.map { ((group * groupKernels + kernel) * tapCount + $0) * vectorWidth }
            },
            width: vectorWidth, accumulates: true)
          // So few vectors at once that 33 rows stay in the cache.
          for range in (0..<vectors.count).pieces(of: 64) {
            job.run(.product, padded, padded, into: sums, taps: taps, range: range)
          }
        }
      }
    }
    for weight in 0..<weights.elementCount {
      var sum = 0.0
      for index in 0..<vectorWidth { sum += Double(sums[weight * vectorWidth + index]) }
      out[weight] = Scalar(sum)
    }
  }

  /// The sums by their definition, in `Double`.
  private func literalWeightGradient<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, _ gradient: FeatureMaps<Scalar>, into out: SharedBuffer<Scalar>,
    threads: Int
  ) {
    forEachPiece(output.channels * groupChannels, threads: threads) { unit, _ in
      let (kernel, index) = unit.quotientAndRemainder(dividingBy: groupChannels)
      let channel = kernel / groupKernels * groupChannels + index
      var sums = [Double](repeating: 0, count: weights.planeCount)
      for image in 0..<input.shape.images {
        let slopes = (image * output.channels + kernel) * output.planeCount
        let plane = (image * input.shape.channels + channel) * input.shape.planeCount
        forEachProduct { output, weight, element in
          sums[weight] +=
            Double(gradient.elements[slopes + output])
            * (element.map { Double(input.elements[plane + $0]) } ?? 0)
        }
      }
      for (weight, sum) in sums.enumerated() {
        out[unit * weights.planeCount + weight] = Scalar(sum)
      }
    }
  }
}
