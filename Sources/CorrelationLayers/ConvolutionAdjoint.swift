extension ConvolutionGeometry {
  /// The transpose of the layer, applied to `gradient`, which has the shape of the output: the
  /// gradient with respect to the input, or the transposed convolution.
  ///
  /// The elements of the input whose padded rows (and columns) have the same remainder modulo the
  /// stride meet the same weights. For each such phase it is a layer of stride 1 over the padded
  /// gradient: with q = (row + padding) / stride, weight u meets gradient row
  /// q - (u · dilation - phase) / stride, if that is a whole number.
  func adjoint<Scalar: LayerScalar>(
    _ gradient: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, bias: [Scalar]?, workers: Int
  ) throws(LayerError) -> FeatureMaps<Scalar> {
    let (above, below) = Self.gradientPadding(vertical)
    let (before, after) = Self.gradientPadding(horizontal)
    try storableElementCount([
      max(groupKernels, 1), vertical.outputs + above + below,
      horizontal.outputs + before + after,
    ])
    guard input.elementCount > 0, gradient.shape.elementCount > 0 else {
      return FeatureMaps(shape: input, repeating: 0)
    }
    let planes = PhasePlanes(
      ConvolutionAxis(
        length: vertical.outputs, kernel: 1, stride: 1, dilation: 1, before: above, after: below),
      ConvolutionAxis(
        length: horizontal.outputs, kernel: 1, stride: 1, dilation: 1, before: before,
        after: after))
    let phases = (0..<vertical.stride * horizontal.stride).compactMap {
      AdjointPhase(
        self, planes, weights, row: $0 / horizontal.stride, column: $0 % horizontal.stride,
        above: above, before: before)
    }
    let elements = try Memory<Scalar>.array(count: input.elementCount) { out throws(LayerError) in
      if let bias {
        for plane in 0..<input.images * input.channels {
          out.withSpan(plane * input.planeCount..<(plane + 1) * input.planeCount) { span in
            for index in span.indices { span[index] = bias[plane % input.channels] }
          }
        }
      }
      forEachSlab(
        images: input.images, groups: groups,
        elementCount: planes.elementCount(channels: groupKernels)
      ) { slab, stride in
        let memory = Memory<Scalar>(zeros: slab.count * stride)
        parallel(units: slab.count * groupKernels, workers: workers) { unit, _ in
          let (index, kernel) = (unit / groupKernels, unit % groupKernels)
          let (image, group) = slab[index]
          planes.fill(
            memory, at: index * stride, from: gradient, image: image,
            channel: group * groupKernels + kernel, to: kernel)
        }
        for phase in phases {
          phase.run(memory, slab: slab, stride: stride, bias: bias, into: out, workers: workers)
        }
      }
    }
    return FeatureMaps(checked: input, elements)
  }

  /// How many zeros the gradient needs before and after it.
  private static func gradientPadding(_ axis: ConvolutionAxis) -> (before: Int, after: Int) {
    let last = (axis.padding + axis.length - 1) / axis.stride
    return ((axis.reach - 1) / axis.stride, max(0, last + 1 - axis.outputs))
  }
}

/// The elements of the input with one remainder, and the sums that give their gradients.
private struct AdjointPhase<Scalar: LayerScalar>: Sendable {
  private let geometry: ConvolutionGeometry
  private let rows: PhaseRange
  private let columns: PhaseRange
  private let origin: Int
  private let tiling: OutputTiling
  private let sums: [WeightedSums<Scalar>]

  /// Which elements of an axis have one remainder: the first, and how many.
  struct PhaseRange: Sendable {
    /// The first such element.
    let first: Int
    /// Its quotient.
    let quotient: Int
    let count: Int

    init(_ axis: ConvolutionAxis, phase: Int) {
      // The smallest row >= 0 with (row + padding) mod stride = phase.
      let remainder = axis.padding % axis.stride
      first = (phase - remainder + axis.stride) % axis.stride
      quotient = (first + axis.padding) / axis.stride
      count = first < axis.length ? (axis.length - 1 - first) / axis.stride + 1 : 0
    }
  }

  /// Nothing if no element or no weight has the remainder.
  init?(
    _ geometry: ConvolutionGeometry, _ planes: PhasePlanes, _ weights: FeatureMaps<Scalar>,
    row: Int, column: Int, above: Int, before: Int
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    rows = PhaseRange(vertical, phase: row)
    columns = PhaseRange(horizontal, phase: column)
    let us = (0..<vertical.kernel).filter { $0 * vertical.dilation % vertical.stride == row }
    let vs = (0..<horizontal.kernel).filter {
      $0 * horizontal.dilation % horizontal.stride == column
    }
    guard rows.count > 0, columns.count > 0, !us.isEmpty, !vs.isEmpty else { return nil }
    self.geometry = geometry
    origin = rows.quotient * planes.columns + columns.quotient
    tiling = OutputTiling(
      rows: rows.count, columns: columns.count, lineStride: planes.columns,
      channels: geometry.groupChannels)
    var taps: [Int] = []
    var places: [Int] = []
    for kernel in 0..<geometry.groupKernels {
      for u in us {
        for v in vs {
          let up = (u * vertical.dilation - row) / vertical.stride
          let left = (v * horizontal.dilation - column) / horizontal.stride
          taps.append(
            planes.offset(channel: kernel, u: 0, v: 0) + (above - up) * planes.columns + before
              - left)
          places.append(kernel * geometry.tapCount + u * horizontal.kernel + v)
        }
      }
    }
    let plane = geometry.weights.planeCount
    sums = (0..<geometry.groups).map { group in
      let first = group * geometry.groupKernels * geometry.tapCount
      return WeightedSums(
        PackedWeights(rows: geometry.groupChannels, taps: taps.count) { channel, tap in
          weights.elements[first + places[tap] + channel * plane]
        }, taps: taps)
    }
  }

  func run(
    _ memory: Memory<Scalar>, slab: [(image: Int, group: Int)], stride: Int, bias: [Scalar]?,
    into out: Memory<Scalar>, workers: Int
  ) {
    let input = geometry.input
    let scratch = tiling.scratch(Scalar.self, workers: workers)
    parallel(units: slab.count * tiling.count, workers: workers) { unit, worker in
      let (image, group) = slab[unit / tiling.count]
      let tile = tiling.tile(unit % tiling.count)
      tiling.run(
        sums[group], tile, from: memory, at: unit / tiling.count * stride + origin,
        scratch[worker])
      for (line, index) in tile.channels.enumerated() {
        let channel = group * geometry.groupChannels + index
        let plane = (image * input.channels + channel) * input.rows
        for row in tile.rows {
          let place = plane + rows.first + row * geometry.vertical.stride
          tiling.emit(
            scratch[worker], line: line, row: row - tile.rows.lowerBound,
            adding: bias?[channel] ?? 0, to: out, at: place * input.columns + columns.first,
            step: geometry.horizontal.stride)
        }
      }
    }
  }
}
