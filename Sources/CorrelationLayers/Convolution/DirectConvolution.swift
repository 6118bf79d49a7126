internal import ComputeSupport
internal import FourierTransform

/// The convolution layer as weighted sums of shifted rows of the padded input: a matrix product
/// whose patch matrix is never made.
///
/// The rows of a plane follow one another, so that a few rows of outputs are one run of sums; the
/// sums between two rows of outputs are computed and thrown away. Where they are many (kernels that
/// are nearly as wide as the image), each row is a run of its own.
struct DirectConvolution: Sendable {
  let geometry: ConvolutionGeometry
  private let planes: PolyphasePlanes
  private let tiling: OutputTiling

  init(_ geometry: ConvolutionGeometry) {
    self.geometry = geometry
    planes = PolyphasePlanes(geometry.vertical, geometry.horizontal)
    tiling = OutputTiling(
      rows: geometry.vertical.outputs, columns: geometry.horizontal.outputs,
      lineStride: planes.columns, channels: geometry.groupKernels)
  }

  func run<Scalar: FourierScalar>(
    _ input: FeatureMaps<Scalar>, _ weights: FeatureMaps<Scalar>, _ bias: [Scalar]?,
    into out: SharedBuffer<Scalar>, threads: Int
  ) {
    let taps = planes.offsets(channels: geometry.groupChannels)
    let kernels = geometry.groupKernels
    let sums = (0..<geometry.groups).map { group in
      IndirectProduct(
        PackedWeights(
          weights, kernels: group * kernels..<(group + 1) * kernels, taps: geometry.tapCount),
        taps: taps)
    }
    let strides = geometry.outputStrides
    let stride = planes.elementCount(channels: geometry.groupChannels)
    for slab in geometry.slabs(elementCount: stride) {
      let padded = SharedBuffer<Scalar>(zeros: slab.count * stride)
      forEachPiece(slab.count * geometry.groupChannels, threads: threads) { unit, _ in
        let (index, channel) = (unit / geometry.groupChannels, unit % geometry.groupChannels)
        let (image, group) = (slab.lowerBound + index).quotientAndRemainder(
          dividingBy: geometry.groups)
        planes.fill(
          padded, at: index * stride, from: input, image: image,
          channel: group * geometry.groupChannels + channel, to: channel)
      }
      forEachPiece(slab.count * tiling.count, threads: threads) {
        SharedBuffer<Scalar>(unwritten: tiling.scratchCount)
      } _: { unit, scratch in
        let (image, group) = (slab.lowerBound + unit / tiling.count).quotientAndRemainder(
          dividingBy: geometry.groups)
        let tile = tiling.tile(unit % tiling.count)
        tiling.run(
          sums[group], tile, from: padded, at: unit / tiling.count * stride, scratch)
        for (line, channel) in tile.channels.enumerated() {
          let kernel = group * geometry.groupKernels + channel
          let added = bias?[kernel] ?? 0
          for row in tile.rows {
            let source = tiling.offset(line: line, row: row - tile.rows.lowerBound)
            let target = strides.row(row, channel: kernel, image: image)
            if added == 0 && strides.columnStride == 1 {
              out.copy(tiling.columns, from: scratch, at: source, to: target)
            } else {
              strides.write(
                tiling.columns, of: scratch, at: source, adding: added, to: out, at: target)
            }
          }
        }
      }
    }
  }
}
