// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

extension ConvolutionJob {
  /// Writes the transpose of the layer to `out`, where there are zeros: the gradient with respect to
  /// the input, or the transposed convolution. The job's input has the shape of the layer's output.
  ///
  /// Elements of the layer's input whose padded rows (and columns) have the same remainder modulo
  /// the stride meet the same weights: each such phase (of a polyphase decomposition) is a layer of
  /// stride 1 over the gradient, with these weights turned by 180 degrees.
  func runAdjoint(method: ConvolutionLayer.Method?) throws(LayerError) {
    let (shape, vertical, horizontal) = (geometry.input, geometry.vertical, geometry.horizontal)
    if let bias {
      for plane in 0..<shape.images * shape.channels {
        out.fill(plane * shape.planeCount, shape.planeCount, with: bias[plane % shape.channels])
      }
    }
    guard input.shape.elementCount > 0 else { return }
    // The zeros around the gradient must not meet weights that are not finite.
    guard weights.areFinite(threads: threads) else { return runLiteralAdjoint() }
    let columns = PolyphaseComponent.all(horizontal)
    for row in PolyphaseComponent.all(vertical) {
      for column in columns {
        let weights = try phaseWeights(row, column)
        let phase = try ConvolutionGeometry(
          groups: geometry.groups, input: input.shape, weights: weights.shape, vertical: row.axis,
          horizontal: column.axis,
          outputStrides: OutputStrides(
            origin: row.first * shape.columns + column.first,
            imageStride: shape.channels * shape.planeCount, channelStride: shape.planeCount,
            rowStride: vertical.stride * shape.columns, columnStride: horizontal.stride))
        try ConvolutionJob(
          geometry: phase, input: input, weights: weights, bias: bias, out: out, threads: threads,
          isExact: isExact
        ).run(method: method)
      }
    }
  }

  /// The weights that a phase meets, backwards, with input and output channels exchanged.
  private func phaseWeights(
    _ row: PolyphaseComponent, _ column: PolyphaseComponent
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let groupChannels = geometry.groupChannels
    let shape = try FeatureMapShape(
      images: geometry.input.channels, channels: geometry.groupKernels, rows: row.weights.count,
      columns: column.weights.count)
    var elements: [Scalar] = []
    elements.reserveCapacity(shape.elementCount)
    for channel in 0..<shape.images {
      for kernel in geometry.kernels(ofGroup: channel / groupChannels) {
        let plane = (kernel * groupChannels + channel % groupChannels) * weights.shape.planeCount
        for u in row.weights.reversed() {
          for v in column.weights.reversed() {
            elements.append(weights.elements[plane + u * weights.shape.columns + v])
          }
        }
      }
    }
    return try FeatureMaps(shape: shape, elements: elements)
  }

  /// Adds the transpose by its definition to `out`, in `Double`.
  private func runLiteralAdjoint() {
    let (shape, groupChannels) = (geometry.input, geometry.groupChannels)
    forEachPiece(shape.images * shape.channels, threads: threads) { unit, _ in
      let (image, channel) = (unit / shape.channels, unit % shape.channels)
      let first = unit * shape.planeCount
      var sums = (0..<shape.planeCount).map { Double(out[first + $0]) }
      for kernel in geometry.kernels(ofGroup: channel / groupChannels) {
        let slopes = (image * input.shape.channels + kernel) * input.shape.planeCount
        let plane = (kernel * groupChannels + channel % groupChannels) * weights.shape.planeCount
        geometry.forEachProduct { output, weight, element in
          guard let element else { return }
          sums[element] +=
            Double(input.elements[slopes + output]) * Double(weights.elements[plane + weight])
        }
      }
      for (place, sum) in sums.enumerated() { out[first + place] = Scalar(sum) }
    }
  }
}

extension ConvolutionGeometry {
  /// Calls `body` for each product of one kernel and channel: with the places of the output, the
  /// weight and the input's element, which is nil in the padding, within their planes.
  @inline(__always)
  func forEachProduct(_ body: (_ output: Int, _ weight: Int, _ element: Int?) -> Void) {
    for place in 0..<output.planeCount {
      let (y, x) = place.quotientAndRemainder(dividingBy: output.columns)
      for weight in 0..<weights.planeCount {
        let (u, v) = weight.quotientAndRemainder(dividingBy: weights.columns)
        let row = y * vertical.stride + u * vertical.dilation - vertical.padding
        let column = x * horizontal.stride + v * horizontal.dilation - horizontal.padding
        let isInside = 0..<input.rows ~= row && 0..<input.columns ~= column
        body(place, weight, isInside ? row * input.columns + column : nil)
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
