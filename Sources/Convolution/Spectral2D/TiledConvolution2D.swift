internal import ComputeSupport
internal import FourierTransform

/// 2-D convolution in tiles that overlap by the kernel's size less one, overlap-save in both axes:
/// of the P by Q results of each circular convolution the last P - m + 1 by Q - k + 1 are the
/// image's own. Tiles are so small that they stay in the second-level cache.
///
/// - Complexity: O(results · log(tile)) time; memory of a tile for each thread.
struct TiledConvolution2D<Element: SignalElement>: Sendable {
  let convolver: MatrixBlockConvolver<Element>

  init(_ kernel: MatrixKernel<Element>, rows: Int, columns: Int, threads: Int) {
    convolver = MatrixBlockConvolver(kernel, rows: rows, columns: columns, threads: threads)
  }

  /// Results of one tile.
  var tileRows: Int { convolver.transform.rows - convolver.kernel.rows + 1 }
  var tileColumns: Int { convolver.transform.columns - convolver.kernel.columns + 1 }

  /// Writes the results `region` of the full convolution to `output`, row by row without gaps.
  func convolve(
    _ image: ExtendedImage<Element>, _ region: MatrixRegion, into output: SharedBuffer<Element>,
    threads: Int
  ) {
    let tiles = region.pieces(height: tileRows, width: tileColumns)
    let sharesTiles = Self.sharesTiles(tiles.count, threads: threads)
    let threadsOfTile = sharesTiles ? 1 : threads
    forEachPiece(
      tiles.count, threads: sharesTiles ? threads : 1, scratch: { convolver.makeWorkspace() }
    ) { index, workspace in
      let tile = tiles[index]
      withPart(of: output, tile, in: region) { part in
        convolver.convolve(
          block(image, tile), into: part, rowStride: region.columns.count, &workspace,
          threads: threadsOfTile)
      }
    }
  }

  /// Whether each thread does whole tiles; the alternative, that they share the work of each tile,
  /// costs three rendezvous a tile and is for few tiles, which would leave threads idle at the end.
  /// Either way has the same bits.
  private static func sharesTiles(_ count: Int, threads: Int) -> Bool {
    let rounds = (count + threads - 1) / threads
    return 10 * count >= 9 * rounds * threads
  }

  /// The block whose results are `tile`, one of the region's tiles.
  func block(_ image: ExtendedImage<Element>, _ tile: MatrixRegion) -> MatrixBlock<Element> {
    let kernel = convolver.kernel
    let row = tile.rows.lowerBound - kernel.rows + 1
    let column = tile.columns.lowerBound - kernel.columns + 1
    return MatrixBlock(
      of: image, row: row, column: column, rows: convolver.transform.rows,
      columns: convolver.transform.columns, results: tile.relative(toRow: row, column: column),
      kernelRows: kernel.rows, kernelColumns: kernel.columns)
  }
}

/// Lets `body` write the elements of `output`, which holds `region`, from the first to the last of
/// `part`.
func withPart<Element>(
  of output: SharedBuffer<Element>, _ part: MatrixRegion, in region: MatrixRegion,
  _ body: (SharedBuffer<Element>) -> Void
) {
  let distance = region.columns.count
  let start =
    (part.rows.lowerBound - region.rows.lowerBound) * distance
    + part.columns.lowerBound - region.columns.lowerBound
  output.withElements(start..<(start + (part.rows.count - 1) * distance + part.columns.count)) {
    $0.withShared(body)
  }
}
