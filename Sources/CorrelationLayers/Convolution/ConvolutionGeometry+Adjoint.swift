internal import ComputeSupport
internal import FourierTransform

extension ConvolutionGeometry {
  /// Computes the layer by `method`, or by the one that is predicted to be the fastest.
  func run<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, _ bias: [Scalar]?,
    method: ConvolutionLayer.Method?, into out: SharedBuffer<Scalar>, threads: Int
  ) throws(LayerError) {
    var method = method ?? costs().method
    if method == .fft
      && !(input.areFinite(threads: threads) && weights.areFinite(threads: threads))
    {
      method = .direct
    }
    switch method {
    case .direct: DirectConvolution(self).run(input, weights, bias, into: out, threads: threads)
    case .im2col:
      Im2colConvolution(geometry: self).run(input, weights, bias, into: out, threads: threads)
    case .fft: try FFTConvolution(self).run(input, weights, bias, into: out, threads: threads)
    }
  }

  /// The transpose of the layer, applied to `gradient`, which has the shape of the output: the
  /// gradient with respect to the input, or the transposed convolution.
  func adjoint<Scalar: FourierScalar>(
    _ gradient: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, bias: [Scalar]?,
    method: ConvolutionLayer.Method?, threads: Int
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let elements = try makeSharedArray(count: input.elementCount) { out throws(LayerError) in
      try runAdjoint(gradient, weights, bias, method: method, into: out, threads: threads)
    }
    return FeatureMaps(checked: input, elements)
  }

  /// Writes the transpose to `out`, where there are zeros.
  ///
  /// The elements of the input whose padded rows (and columns) have the same remainder modulo the
  /// stride meet the same weights (a polyphase decomposition). For each such phase it is a layer of
  /// stride 1 over the gradient, with these weights turned by 180 degrees.
  func runAdjoint<Scalar: FourierScalar>(
    _ gradient: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, _ bias: [Scalar]?,
    method: ConvolutionLayer.Method?, into out: SharedBuffer<Scalar>, threads: Int
  ) throws(LayerError) {
    if let bias {
      for plane in 0..<input.images * input.channels {
        out.fill(plane * input.planeCount, input.planeCount, with: bias[plane % input.channels])
      }
    }
    guard gradient.shape.elementCount > 0 else { return }
    guard weights.areFinite(threads: threads) else {
      // The zeros around the gradient, which the definition does not have, must not meet them.
      return literalAdjoint(gradient, weights, into: out, threads: threads)
    }
    let columns = PolyphaseComponent.all(horizontal)
    for row in PolyphaseComponent.all(vertical) {
      for column in columns {
        try phase(row, column).run(
          gradient, phaseWeights(weights, row, column), bias, method: method, into: out,
          threads: threads)
      }
    }
  }

  /// The layer that gives the elements of one phase.
  private func phase(
    _ row: PolyphaseComponent, _ column: PolyphaseComponent
  ) throws(LayerError) -> ConvolutionGeometry {
    try ConvolutionGeometry(
      groups: groups, input: output,
      weights: FeatureMapShape(
        images: input.channels, channels: groupKernels, rows: row.weights.count,
        columns: column.weights.count),
      vertical: row.axis, horizontal: column.axis,
      outputStrides: OutputStrides(
        origin: row.first * input.columns + column.first,
        imageStride: input.channels * input.planeCount, channelStride: input.planeCount,
        rowStride: vertical.stride * input.columns, columnStride: horizontal.stride))
  }

  /// The weights that a phase meets, backwards, with input and output channels exchanged.
  private func phaseWeights<Scalar: FourierScalar>(
    _ weights: FeatureMaps<Scalar>, _ row: PolyphaseComponent, _ column: PolyphaseComponent
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    var elements: [Scalar] = []
    elements.reserveCapacity(
      input.channels * groupKernels * row.weights.count * column.weights.count)
    for channel in 0..<input.channels {
      let (group, index) = (channel / groupChannels, channel % groupChannels)
      for kernel in group * groupKernels..<(group + 1) * groupKernels {
        let plane = (kernel * groupChannels + index) * weights.shape.planeCount
        for u in row.weights.reversed() {
          for v in column.weights.reversed() {
            elements.append(weights.elements[plane + u * weights.shape.columns + v])
          }
        }
      }
    }
    return try FeatureMaps(
      shape: FeatureMapShape(
        images: input.channels, channels: groupKernels, rows: row.weights.count,
        columns: column.weights.count),
      elements: elements)
  }

  /// The transpose by its definition, added to `out` in `Double`.
  private func literalAdjoint<Scalar: FourierScalar>(
    _ gradient: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, into out: SharedBuffer<Scalar>,
    threads: Int
  ) {
    forEachPiece(input.images * input.channels, threads: threads) { unit, _ in
      let (image, channel) = (unit / input.channels, unit % input.channels)
      let (group, index) = (channel / groupChannels, channel % groupChannels)
      var sums = (0..<input.planeCount).map { Double(out[unit * input.planeCount + $0]) }
      for kernel in group * groupKernels..<(group + 1) * groupKernels {
        for y in 0..<output.rows {
          for u in 0..<vertical.kernel {
            let row = y * vertical.stride + u * vertical.dilation - vertical.padding
            guard 0..<input.rows ~= row else { continue }
            for x in 0..<output.columns {
              let value = Double(gradient[image, kernel, y, x])
              for v in 0..<horizontal.kernel {
                let column = x * horizontal.stride + v * horizontal.dilation - horizontal.padding
                guard 0..<input.columns ~= column else { continue }
                sums[row * input.columns + column] += value * Double(weights[kernel, index, u, v])
              }
            }
          }
        }
      }
      for (place, sum) in sums.enumerated() {
        out[unit * input.planeCount + place] = Scalar(sum)
      }
    }
  }
}

/// The elements of one axis of the input whose padded places have one remainder modulo the stride.
///
/// With q = (place + padding) / stride, weight u meets the gradient at q - (u · dilation - remainder)
/// / stride, if that is a whole number.
private struct PolyphaseComponent {
  /// The first such element.
  let first: Int
  /// The weights that these elements meet: those whose distance from the first one has the remainder.
  let weights: [Int]
  /// The gradient, slid over by these weights in reverse order.
  let axis: ConvolutionAxis

  /// The phases of an axis; those that have no element or meet no weight are left out.
  static func all(_ axis: ConvolutionAxis) -> [PolyphaseComponent] {
    var weights = [[Int]](repeating: [], count: min(axis.stride, axis.reach))
    for u in 0..<axis.kernel { weights[u * axis.dilation % axis.stride].append(u) }
    return weights.enumerated().compactMap { PolyphaseComponent(axis, remainder: $0, weights: $1) }
  }

  private init?(_ axis: ConvolutionAxis, remainder: Int, weights: [Int]) {
    let shift = (remainder - axis.padding % axis.stride + axis.stride) % axis.stride
    guard let last = weights.last, shift < axis.length else { return nil }
    first = shift
    self.weights = weights
    let farthest = (last * axis.dilation - remainder) / axis.stride
    self.axis = ConvolutionAxis(
      length: axis.outputs, kernel: weights.count, stride: 1,
      dilation: weights.count > 1 ? (weights[1] - weights[0]) * axis.dilation / axis.stride : 1,
      padding: farthest - (shift + axis.padding) / axis.stride,
      outputs: (axis.length - 1 - shift) / axis.stride + 1)
  }
}
