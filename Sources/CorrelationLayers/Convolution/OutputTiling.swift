internal import ComputeSupport
internal import FourierTransform

/// How the outputs of one image's group are divided into units of work: rows and channels of one
/// unit are summed into scratch memory, and copied out from there.
struct OutputTiling: Sendable {
  let rows: Int
  let columns: Int
  /// The distance between rows of the padded input, and of sums in the scratch memory.
  let lineStride: Int
  let channels: Int
  private let rowsOfTile: Int
  private let channelsOfTile: Int
  private let separatesRows: Bool

  /// One unit of work.
  struct Tile {
    let rows: Range<Int>
    let channels: Range<Int>
  }

  init(rows: Int, columns: Int, lineStride: Int, channels: Int) {
    self.rows = rows
    self.columns = columns
    self.lineStride = lineStride
    self.channels = channels
    // Sums come in vectors of 16 (and tiles of 48, whose remainder is cheaper than it looks).
    separatesRows = (columns + 15) / 16 * 16 < lineStride
    channelsOfTile = min(channels, 64)
    // Scratch memory of at most 512 KB in single precision; and several units for each image, for
    // the threads, where they do not become tiny.
    let fitting = max(1, (1 << 17) / (channelsOfTile * lineStride))
    rowsOfTile = min(fitting, max((rows + 7) / 8, min(rows, (512 + columns - 1) / columns)))
  }

  /// The number of tiles.
  var count: Int { rowTiles * ((channels + channelsOfTile - 1) / channelsOfTile) }
  private var rowTiles: Int { (rows + rowsOfTile - 1) / rowsOfTile }

  func tile(_ index: Int) -> Tile {
    let (c, r) = (index / rowTiles * channelsOfTile, index % rowTiles * rowsOfTile)
    return Tile(
      rows: r..<min(r + rowsOfTile, rows), channels: c..<min(c + channelsOfTile, channels))
  }

  /// How many elements of scratch memory a tile takes.
  var scratchCount: Int { channelsOfTile * rowsOfTile * lineStride }

  /// Where a row of a tile's sums stands in the scratch memory; `line` counts its channels.
  func offset(line: Int, row: Int) -> Int { (line * rowsOfTile + row) * lineStride }

  /// Sums one tile into `scratch`.
  func run<Scalar: FourierScalar>(
    _ sums: IndirectProduct<Scalar>, _ tile: Tile, from source: SharedBuffer<Scalar>,
    at origin: Int,
    _ scratch: SharedBuffer<Scalar>
  ) {
    let stride = rowsOfTile * lineStride
    let first = origin + tile.rows.lowerBound * lineStride
    if separatesRows {
      for row in 0..<tile.rows.count {
        sums.run(
          rows: tile.channels, from: source, at: first + row * lineStride, width: columns,
          into: scratch, at: row * lineStride, stride: stride)
      }
    } else {
      sums.run(
        rows: tile.channels, from: source, at: first,
        width: (tile.rows.count - 1) * lineStride + columns, into: scratch, at: 0,
        stride: stride)
    }
  }
}
