// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// One run of a convolution layer: what it is computed from, and where to. Each method is an
/// extension.
struct ConvolutionJob<Scalar: FourierScalar>: Sendable {
  let geometry: ConvolutionGeometry
  let input: FeatureMaps<Scalar>
  let weights: FeatureMaps<Scalar>
  /// A number for each kernel.
  var bias: [Scalar]?
  let out: SharedBuffer<Scalar>
  let threads: Int
  /// Whether results must be exact: all numbers are whole, and so small that direct sums are.
  var isExact = false

  /// Computes the layer by `method`, or by the one that is predicted to be the fastest.
  func run(method: ConvolutionLayer.Method?) throws(LayerError) {
    switch method ?? geometry.costs().cheapest {
    case .direct: runDirect()
    case .im2col: runIm2col()
    case .fft:
      guard let transforms = try FFTConvolution(self) else { return runDirect() }
      try transforms.run()
    }
  }

  /// The sums by the weights of each group, whose elements stand at `taps`.
  func products(taps: [Int]) -> [IndirectProduct<Scalar>] {
    (0..<geometry.groups).map {
      IndirectProduct(weights, kernels: geometry.kernels(ofGroup: $0), taps: taps)
    }
  }
}

extension ConvolutionJob {
  /// Computes the layer as weighted sums of shifted rows of the padded input: a matrix product whose
  /// patch matrix is never made.
  ///
  /// A few rows of outputs are one run of sums: those between two rows are thrown away. Where they
  /// are many (kernels nearly as wide as the image), each row is a run of its own.
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
    // Scratch memory of at most 512 KB in single precision, and several units for the threads.
    let fitting = max(1, (1 << 17) / (channelsOfTile * lineStride))
    let rowsOfTile = min(fitting, max((rows + 7) / 8, min(rows, (512 + columns - 1) / columns)))
    let tiles = (0..<geometry.groupKernels).pieces(of: channelsOfTile).flatMap { channels in
      (0..<rows).pieces(of: rowsOfTile).map { (rows: $0, channels: channels) }
    }
    return (tiles, channelsOfTile, rowsOfTile)
  }
}
