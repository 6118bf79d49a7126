internal import FourierTransform
internal import ComputeSupport

extension ConvolutionGeometry {
  /// The gradient with respect to the weights: for each weight the sum, over all patches, of the
  /// patch's gradient times the element under the weight.
  ///
  /// By `direct`, with the gradient's rows as far apart as those of the padded input, that is one
  /// dot product of long runs. The elements between two rows have a gradient of zero, which is only
  /// good for finite elements; other inputs take the literal sum.
  func weightGradient<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, _ gradient: FeatureMaps<Scalar>,
    method: ConvolutionLayer.Method?, threads: Int
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    guard weights.elementCount > 0, gradient.shape.elementCount > 0 else {
      return FeatureMaps(shape: weights, repeating: 0)
    }
    let elements = try makeSharedArray(count: weights.elementCount) { out throws(LayerError) in
      guard input.areFinite(threads: threads), gradient.areFinite(threads: threads) else {
        return literalWeightGradient(input, gradient, into: out, threads: threads)
      }
      let exchanged = try exchanged()
      let method = method ?? weightGradientCosts(exchanged).method
      guard method != .direct else {
        return directWeightGradient(input, gradient, into: out, threads: threads)
      }
      try exchanged.run(
        imagesAsChannels(input, groups: groups), imagesAsChannels(gradient, groups: 1), nil,
        method: method, into: out, threads: threads)
    }
    return FeatureMaps(checked: weights, elements)
  }

  /// The layer that gives the gradient with respect to the weights: over the input slide the
  /// gradients as kernels, the images of the batch are their channels, and stride and dilation
  /// change places.
  private func exchanged() throws(LayerError) -> ConvolutionGeometry {
    func axis(_ axis: ConvolutionAxis) -> ConvolutionAxis {
      ConvolutionAxis(
        length: axis.length, kernel: axis.outputs, stride: axis.dilation, dilation: axis.stride,
        padding: axis.padding, outputs: axis.kernel)
    }
    return try ConvolutionGeometry(
      groups: groups,
      input: FeatureMapShape(
        images: groupChannels, channels: checkedElementCount([groups, input.images]),
        rows: input.rows, columns: input.columns),
      weights: FeatureMapShape(
        images: output.channels, channels: input.images, rows: output.rows,
        columns: output.columns),
      vertical: axis(vertical), horizontal: axis(horizontal),
      outputStrides: OutputStrides(
        origin: 0, imageStride: weights.planeCount, channelStride: tapCount,
        rowStride: weights.columns))
  }

  /// The channels of each group as images (or kernels), and the images as channels.
  private func imagesAsChannels<Scalar: FourierScalar>(
    _ maps: FeatureMaps<Scalar>, groups: Int
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let (shape, channels) = (maps.shape, maps.shape.channels / groups)
    var elements: [Scalar] = []
    elements.reserveCapacity(shape.elementCount)
    for channel in 0..<channels {
      for group in 0..<groups {
        for image in 0..<shape.images {
          let plane = image * shape.channels + group * channels + channel
          elements += maps.elements[plane * shape.planeCount..<(plane + 1) * shape.planeCount]
        }
      }
    }
    return try FeatureMaps(
      shape: FeatureMapShape(
        images: channels, channels: groups * shape.images, rows: shape.rows,
        columns: shape.columns),
      elements: elements)
  }

  /// How many partial sums a dot product has, which are added up at the end.
  private static var vectorWidth: Int { 16 }
  /// How many kernels and how many weights of each a unit of work computes: multiples of the
  /// kernel's tile of 3 x 7.
  private static var unitSize: (kernels: Int, weights: Int) { (12, 21) }
  /// How many times 16 elements are summed at once: few enough for 33 rows to stay in the cache.
  private static var tapsOfRun: Int { 64 }

  private func directWeightGradient<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, _ gradient: FeatureMaps<Scalar>, into out: SharedBuffer<Scalar>,
    threads: Int
  ) {
    let vectorWidth = Self.vectorWidth
    let planes = PolyphasePlanes(vertical, horizontal)
    let offsets = planes.offsets(channels: groupChannels)
    // The gradient's rows, in whole vectors; the elements that the last ones meet have to exist.
    let run = (vertical.outputs - 1) * planes.columns + horizontal.outputs
    let runTaps = (run + vectorWidth - 1) / vectorWidth
    let gradientStride = runTaps * vectorWidth
    let taps = TapOffsets(
      a: (0..<runTaps).map { $0 * vectorWidth }, b: (0..<runTaps).map { $0 * vectorWidth })
    let kernelBlocks = (groupKernels + Self.unitSize.kernels - 1) / Self.unitSize.kernels
    let weightBlocks = (tapCount + Self.unitSize.weights - 1) / Self.unitSize.weights
    let blocks = kernelBlocks * weightBlocks
    let sums = SharedBuffer<Scalar>(zeros: groups * groupKernels * tapCount * vectorWidth)
    let stride =
      planes.elementCount(channels: groupChannels) + vectorWidth + groupKernels * gradientStride
    for slab in slabs(elementCount: stride) {
      let padded = SharedBuffer<Scalar>(zeros: slab.count * stride + vectorWidth)
      let gradientStart = planes.elementCount(channels: groupChannels) + vectorWidth
      forEachPiece(slab.count, threads: threads) { unit, _ in
        let (image, group) = (slab.lowerBound + unit).quotientAndRemainder(dividingBy: groups)
        for channel in 0..<groupChannels {
          planes.fill(
            padded, at: unit * stride, from: input, image: image,
            channel: group * groupChannels + channel, to: channel)
        }
        for kernel in 0..<groupKernels {
          let plane =
            (image * output.channels + group * groupKernels + kernel) * output.rows
          for row in 0..<output.rows {
            padded.copy(
              output.columns, from: gradient.span, at: (plane + row) * output.columns,
              to: unit * stride + gradientStart + kernel * gradientStride + row * planes.columns)
          }
        }
      }
      // A slab's images are added in their order by the unit that owns the weights.
      forEachPiece(groups * blocks, threads: threads) { unit, _ in
        let group = unit / blocks
        let kernels = unit % blocks / weightBlocks * Self.unitSize.kernels
        let first = unit % weightBlocks * Self.unitSize.weights
        let kernelRange = kernels..<min(kernels + Self.unitSize.kernels, groupKernels)
        let weightRange = first..<min(first + Self.unitSize.weights, tapCount)
        for (index, pair) in slab.enumerated() where pair % groups == group {
          let start = index * stride
          let job = PairSums(
            aRows: kernelRange.map { start + gradientStart + $0 * gradientStride },
            bRows: weightRange.map { start + offsets[$0] },
            outRows: kernelRange.flatMap { kernel in
              weightRange.map { ((group * groupKernels + kernel) * tapCount + $0) * vectorWidth }
            },
            width: vectorWidth, accumulates: true)
          for tap in Swift.stride(from: 0, to: runTaps, by: Self.tapsOfRun) {
            job.run(
              .product, padded, padded, into: sums, taps: taps,
              range: tap..<min(tap + Self.tapsOfRun, runTaps))
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
    forEachPiece(output.channels, threads: threads) { kernel, _ in
      let group = kernel / groupKernels
      for tap in 0..<tapCount {
        let channel = group * groupChannels + tap / weights.planeCount
        let u = tap % weights.planeCount / weights.columns
        let v = tap % weights.columns
        var sum = 0.0
        for image in 0..<self.input.images {
          for y in 0..<output.rows {
            for x in 0..<output.columns {
              let row = y * vertical.stride + u * vertical.dilation - vertical.padding
              let column = x * horizontal.stride + v * horizontal.dilation - horizontal.padding
              let isInside = 0..<self.input.rows ~= row && 0..<self.input.columns ~= column
              sum +=
                Double(gradient[image, kernel, y, x])
                * (isInside ? Double(input[image, channel, row, column]) : 0)
            }
          }
        }
        out[kernel * tapCount + tap] = Scalar(sum)
      }
    }
  }
}
