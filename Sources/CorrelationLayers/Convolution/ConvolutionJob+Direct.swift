internal import ComputeSupport
internal import FourierTransform

extension ConvolutionJob {
  /// Computes the layer as weighted sums of shifted rows of the padded input: a matrix product whose
  /// patch matrix is never made.
  ///
  /// The rows of a plane follow one another, so that a few rows of outputs are one run of sums; the
  /// sums between two rows of outputs are computed and thrown away. Where they are many (kernels that
  /// are nearly as wide as the image), each row is a run of its own.
  func runDirect() {
    let planes = PolyphasePlanes(geometry)
    let tiling = OutputTiling(geometry, lineStride: planes.columns)
    let tileCount = tiling.tiles.count
    let (columns, strides) = (geometry.horizontal.outputs, geometry.outputStrides)
    let sums = products(taps: planes.offsets)
    for slab in geometry.slabs(elementCount: planes.elementCount) {
      let padded = SharedBuffer<Scalar>(zeros: slab.count * planes.elementCount)
      planes.fill(padded, every: planes.elementCount, from: input, slab, threads: threads)
      forEachPiece(slab.count * tileCount, threads: threads) {
        SharedBuffer<Scalar>(unwritten: tiling.scratchCount)
      } _: { unit, scratch in
        let (image, group) = (slab.lowerBound + unit / tileCount).quotientAndRemainder(
          dividingBy: geometry.groups)
        let (rows, channels) = tiling.tiles[unit % tileCount]
        tiling.run(
          sums[group], unit % tileCount, from: padded,
          at: unit / tileCount * planes.elementCount, into: scratch)
        for (line, channel) in channels.enumerated() {
          let kernel = group * geometry.groupKernels + channel
          let added = bias?[kernel] ?? 0
          for row in rows {
            let source =
              line * tiling.channelStride + (row - rows.lowerBound) * tiling.lineStride
            let target = strides.row(row, channel: kernel, image: image)
            if added == 0 && strides.columnStride == 1 {
              out.copy(columns, from: scratch, at: source, to: target)
            } else {
              strides.write(columns, of: scratch, at: source, adding: added, to: out, at: target)
            }
          }
        }
      }
    }
  }
}
