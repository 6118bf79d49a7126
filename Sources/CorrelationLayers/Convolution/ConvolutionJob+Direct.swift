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
    let (columns, strides) = (geometry.horizontal.outputs, geometry.outputStrides)
    let (tiles, channelsOfTile, rowsOfTile) = tiles(lineStride: planes.columns)
    let channelStride = rowsOfTile * planes.columns
    // Sums come in vectors of 16 (and tiles of 48, whose remainder is cheaper than it looks).
    let separatesRows = (columns + 15) / 16 * 16 < planes.columns
    let sums = products(taps: planes.offsets)
    for slab in geometry.slabs(elementCount: planes.elementCount) {
      let padded = SharedBuffer<Scalar>(zeros: slab.count * planes.elementCount)
      planes.fill(padded, every: planes.elementCount, from: input, slab, threads: threads)
      forEachPiece(slab.count * tiles.count, threads: threads) {
        SharedBuffer<Scalar>(unwritten: channelsOfTile * channelStride)
      } _: { unit, scratch in
        let (image, group) = (slab.lowerBound + unit / tiles.count).quotientAndRemainder(
          dividingBy: geometry.groups)
        let (rows, channels) = tiles[unit % tiles.count]
        let first =
          unit / tiles.count * planes.elementCount + rows.lowerBound * planes.columns
        for line in 0..<(separatesRows ? rows.count : 1) {
          sums[group].run(
            rows: channels, from: padded, at: first + line * planes.columns,
            width: separatesRows ? columns : (rows.count - 1) * planes.columns + columns,
            into: scratch, at: line * planes.columns, stride: channelStride)
        }
        for (index, channel) in channels.enumerated() {
          let kernel = group * geometry.groupKernels + channel
          let added = bias?[kernel] ?? 0
          for (line, row) in rows.enumerated() {
            let source = index * channelStride + line * planes.columns
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

  /// The units of work of one image's group, rows and channels that are summed into scratch memory
  /// and copied out from there, and the most channels and rows of one.
  private func tiles(
    lineStride: Int
  ) -> (tiles: [(rows: Range<Int>, channels: Range<Int>)], channels: Int, rows: Int) {
    let (rows, columns) = (geometry.vertical.outputs, geometry.horizontal.outputs)
    let channelsOfTile = min(geometry.groupKernels, 64)
    // Scratch memory of at most 512 KB in single precision; and several units for each image, for
    // the threads, where they do not become tiny.
    let fitting = max(1, (1 << 17) / (channelsOfTile * lineStride))
    let rowsOfTile = min(fitting, max((rows + 7) / 8, min(rows, (512 + columns - 1) / columns)))
    let tiles = (0..<geometry.groupKernels).pieces(of: channelsOfTile).flatMap { channels in
      (0..<rows).pieces(of: rowsOfTile).map { (rows: $0, channels: channels) }
    }
    return (tiles, channelsOfTile, rowsOfTile)
  }
}
