// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

extension FFTConvolution {
  /// Computes tiles, `image · tiles.count + tile`, by direct sums: those whose elements range so
  /// widely that many results would be wrong.
  func sumDirectly(_ mixed: Set<Int>) throws(LayerError) {
    // One run of many tiles shares its rows.
    guard 2 * mixed.count < geometry.input.images * tiles.count else { return job.runDirect() }
    for index in mixed.sorted() {
      let (image, tile) = index.quotientAndRemainder(dividingBy: tiles.count)
      try sumDirectly(image: image, tile: tile)
    }
  }

  private func sumDirectly(image: Int, tile: Int) throws(LayerError) {
    let (rows, columns) = outputs(ofTile: tile)
    guard !rows.isEmpty, !columns.isEmpty else { return }
    let strides = geometry.outputStrides
    /// The elements under the tile's patches, and the axis of a layer of them alone.
    func part(
      _ axis: ConvolutionAxis, _ outputs: Range<Int>
    ) -> (elements: Range<Int>, axis: ConvolutionAxis) {
      let start = outputs.lowerBound * axis.stride - axis.padding
      let span = (outputs.count - 1) * axis.stride + axis.reach
      let elements = (start..<start + span).clamped(to: 0..<axis.length)
      return (
        elements,
        ConvolutionAxis(
          length: elements.count, kernel: axis.kernel, stride: axis.stride, dilation: axis.dilation,
          padding: elements.lowerBound - start, outputs: outputs.count)
      )
    }
    let vertical = part(geometry.vertical, rows)
    let horizontal = part(geometry.horizontal, columns)
    let input = try job.input.part(image, vertical.elements, horizontal.elements)
    let layer = try ConvolutionGeometry(
      groups: geometry.groups, input: input.shape, weights: geometry.weights,
      vertical: vertical.axis, horizontal: horizontal.axis,
      outputStrides: OutputStrides(
        origin: strides.row(rows.lowerBound, channel: 0, image: image)
          + columns.lowerBound * strides.columnStride,
        imageStride: strides.imageStride, channelStride: strides.channelStride,
        rowStride: strides.rowStride, columnStride: strides.columnStride))
    ConvolutionJob(
      geometry: layer, input: input, weights: job.weights, bias: job.bias, out: job.out,
      threads: job.threads
    ).runDirect()
  }
}

extension FeatureMaps where Scalar: FourierScalar {
  /// Some rows and columns of one image.
  fileprivate func part(
    _ image: Int, _ rows: Range<Int>, _ columns: Range<Int>
  ) throws(LayerError) -> Self {
    let part = try FeatureMapShape(
      images: 1, channels: shape.channels, rows: rows.count, columns: columns.count)
    return try FeatureMaps(written: part) { out throws(LayerError) in
      for channel in 0..<shape.channels {
        let plane = (image * shape.channels + channel) * shape.rows
        for (index, row) in rows.enumerated() {
          out.copy(
            columns.count, from: span,
            at: (plane + row) * shape.columns + columns.lowerBound,
            to: (channel * rows.count + index) * columns.count)
        }
      }
    }
  }
}
