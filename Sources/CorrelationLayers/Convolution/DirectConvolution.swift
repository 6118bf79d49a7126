internal import ComputeSupport
internal import FourierTransform

/// The convolution layer as weighted sums of shifted rows of the padded input: a matrix product
/// whose patch matrix is never made.
///
/// The rows of a plane follow one another, so that a few rows of outputs are one run of lanes; the
/// lanes between two rows of outputs are computed and thrown away. Where they are many (kernels that
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
    let places = geometry.places
    forEachSlab(
      images: geometry.input.images, groups: geometry.groups,
      elementCount: planes.elementCount(channels: geometry.groupChannels)
    ) { slab, stride in
      let memory = SharedBuffer<Scalar>(zeros: slab.count * stride)
      forEachPiece(slab.count * geometry.groupChannels, threads: threads) { unit, _ in
        let (index, channel) = (unit / geometry.groupChannels, unit % geometry.groupChannels)
        let (image, group) = slab[index]
        planes.fill(
          memory, at: index * stride, from: input, image: image,
          channel: group * geometry.groupChannels + channel, to: channel)
      }
      let scratch = tiling.scratch(Scalar.self, threads: threads)
      forEachPiece(slab.count * tiling.count, threads: threads) { unit, thread in
        let (image, group) = slab[unit / tiling.count]
        let tile = tiling.tile(unit % tiling.count)
        tiling.run(
          sums[group], tile, from: memory, at: unit / tiling.count * stride, scratch[thread])
        for (line, channel) in tile.channels.enumerated() {
          let kernel = group * geometry.groupKernels + channel
          let added = bias?[kernel] ?? 0
          for row in tile.rows {
            tiling.emit(
              scratch[thread], line: line, row: row - tile.rows.lowerBound, adding: added, to: out,
              at: places.row(row, channel: kernel, image: image), step: places.columnStride)
          }
        }
      }
    }
  }
}

/// Calls `body` with parts of a batch that have at most 2²⁶ elements of padded input each, but at
/// least one image's group: pairs of image and group, and the elements that each takes.
func forEachSlab(
  images: Int, groups: Int, elementCount: Int,
  _ body: (_ slab: [(image: Int, group: Int)], _ stride: Int) -> Void
) {
  let most = max(1, (1 << 26) / max(elementCount, 1))
  let all = images * groups
  for start in stride(from: 0, to: all, by: most) {
    body(
      (start..<min(start + most, all)).map { (image: $0 / groups, group: $0 % groups) },
      elementCount)
  }
}
