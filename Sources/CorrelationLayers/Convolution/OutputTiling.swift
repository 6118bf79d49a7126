internal import ComputeSupport
internal import FourierTransform

/// How the outputs of one image's group are divided into units of work: rows and channels of one
/// unit are summed into scratch memory, and copied out from there.
struct OutputTiling: Sendable {
  /// The units of work: the rows of each, and the channels of the group.
  let tiles: [(rows: Range<Int>, channels: Range<Int>)]
  /// How many elements of scratch memory a tile takes.
  let scratchCount: Int
  /// The distance between rows of the padded input, and of sums in the scratch memory.
  let lineStride: Int
  /// The distance between the channels in the scratch memory.
  let channelStride: Int
  private let columns: Int
  private let separatesRows: Bool

  init(_ geometry: ConvolutionGeometry, lineStride: Int) {
    let rows = geometry.vertical.outputs
    let channelsOfTile = min(geometry.groupKernels, 64)
    columns = geometry.horizontal.outputs
    self.lineStride = lineStride
    // Sums come in vectors of 16 (and tiles of 48, whose remainder is cheaper than it looks).
    separatesRows = (columns + 15) / 16 * 16 < lineStride
    // Scratch memory of at most 512 KB in single precision; and several units for each image, for
    // the threads, where they do not become tiny.
    let fitting = max(1, (1 << 17) / (channelsOfTile * lineStride))
    let rowsOfTile = min(fitting, max((rows + 7) / 8, min(rows, (512 + columns - 1) / columns)))
    channelStride = rowsOfTile * lineStride
    scratchCount = channelsOfTile * channelStride
    let rowPieces = (0..<rows).pieces(of: rowsOfTile)
    tiles = (0..<geometry.groupKernels).pieces(of: channelsOfTile).flatMap { channels in
      rowPieces.map { (rows: $0, channels: channels) }
    }
  }

  /// Sums one tile into `scratch`.
  func run<Scalar: FourierScalar>(
    _ sums: IndirectProduct<Scalar>, _ tile: Int, from source: SharedBuffer<Scalar>,
    at origin: Int, into scratch: SharedBuffer<Scalar>
  ) {
    let (rows, channels) = tiles[tile]
    let first = origin + rows.lowerBound * lineStride
    let count = separatesRows ? rows.count : 1
    let width = separatesRows ? columns : (rows.count - 1) * lineStride + columns
    for row in 0..<count {
      sums.run(
        rows: channels, from: source, at: first + row * lineStride, width: width, into: scratch,
        at: row * lineStride, stride: channelStride)
    }
  }
}
