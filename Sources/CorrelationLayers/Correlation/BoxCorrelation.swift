internal import ComputeSupport
internal import FourierTransform

/// The correlation layer by maps of products and sums over patches of these maps.
///
/// For each displacement, Σ_c f(a, b) is computed once for every element that a patch holds, and
/// then summed over the patches: neighbouring patches share the products, and the cost hardly
/// depends on K. The sums are built by doubling (see `layers.h`) and never by subtraction.
struct BoxCorrelation: Sendable {
  let geometry: CorrelationGeometry
  let skipsPadding: Bool
  /// How many displacement rows are computed at once, sharing the rows of b.
  private let sharedRows: Int
  /// How many displacements of a row a unit of work computes.
  private let blockColumns: Int
  /// How many rows of patches a unit of work computes.
  private let blockRows: Int

  init(_ geometry: CorrelationGeometry, skipsPadding: Bool) {
    self.geometry = geometry
    self.skipsPadding = skipsPadding
    sharedRows = geometry.input.channels >= 4 ? min(3, geometry.vertical.displacements) : 1
    let blocks = (geometry.horizontal.displacements + 6) / 7
    blockColumns = (geometry.horizontal.displacements + blocks - 1) / blocks
    // As many rows as keep the maps in the second-level cache, but enough for what neighbouring
    // units compute twice (kernelSize - stride rows) to be a small part.
    let fitting =
      Self.mapElements / (sharedRows * blockColumns * geometry.horizontal.span)
    let rows = max(
      1 + (fitting - geometry.kernelSize) / geometry.stride,
      (3 * geometry.kernelSize + geometry.stride - 1) / geometry.stride, 4)
    // Blocks of one size, to within a row: for the threads, and for what is computed twice.
    let rowBlocks = (geometry.vertical.outputs + rows - 1) / rows
    blockRows = (geometry.vertical.outputs + rowBlocks - 1) / rowBlocks
  }

  /// How many elements the maps of one unit may have: 1 MB in single precision.
  private static var mapElements: Int { 1 << 18 }

  func run<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, image: Int, into out: SharedBuffer<Scalar>,
    threads: Int
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let (paddedA, paddedB) = PaddedRows.pair(
      geometry, a, b, image: image, leavesPaddedRows: skipsPadding, threads: threads)
    let taps = TapOffsets(
      a: (0..<a.shape.channels).map { $0 * paddedA.channelStride },
      b: (0..<b.shape.channels).map { $0 * paddedB.channelStride })
    let groups = (vertical.displacements + sharedRows - 1) / sharedRows
    let columnBlocks = (horizontal.displacements + blockColumns - 1) / blockColumns
    let rowBlocks = (vertical.outputs + blockRows - 1) / blockRows
    let units = groups * columnBlocks * rowBlocks
    forEachPiece(units, threads: threads) {
      Scratch<Scalar>(self, channels: a.shape.channels)
    } _: { unit, scratch in
      let block = Block(
        firstRow: unit / (columnBlocks * rowBlocks) * sharedRows,
        firstColumn: unit / rowBlocks % columnBlocks * blockColumns,
        outputs: unit % rowBlocks
          * blockRows..<min(
            (unit % rowBlocks + 1) * blockRows, vertical.outputs))
      multiply(block, paddedA, paddedB, taps, scratch)
      sum(block, image: image, scratch, into: out)
    }
  }

  /// What a unit of work computes: some displacements for some rows of patches.
  private struct Block {
    let firstRow: Int
    let firstColumn: Int
    let outputs: Range<Int>
  }

  /// The maps of one thread.
  private struct Scratch<Scalar: FourierScalar>: Sendable {
    let maps: SharedBuffer<Scalar>
    let mapStride: Int
    let sums: SharedBuffer<Scalar>
    let accumulators: DoubleAccumulators<Scalar>?

    init(_ method: BoxCorrelation, channels: Int) {
      let geometry = method.geometry
      let span = method.geometry.horizontal.span
      mapStride = ((method.blockRows - 1) * geometry.stride + geometry.kernelSize) * span
      maps = SharedBuffer(unwritten: method.sharedRows * method.blockColumns * mapStride)
      sums = SharedBuffer(unwritten: (method.blockRows + 1) * span)
      accumulators =
        channels > DirectCorrelation.productsInScalar
        ? DoubleAccumulators(rows: method.sharedRows * method.blockColumns, width: span) : nil
    }
  }

  /// Computes the maps Σ_c f(a, b) for a block's displacements and the rows of its patches.
  private func multiply<Scalar: FourierScalar>(
    _ block: Block, _ paddedA: PaddedRows<Scalar>, _ paddedB: PaddedRows<Scalar>,
    _ taps: TapOffsets,
    _ scratch: Scratch<Scalar>
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let top = block.outputs.lowerBound * geometry.stride
    let rowCount = (block.outputs.count - 1) * geometry.stride + geometry.kernelSize
    let members = min(sharedRows, vertical.displacements - block.firstRow)
    let columns = min(blockColumns, horizontal.displacements - block.firstColumn)
    let span = horizontal.span
    let step = geometry.displacementStride
    let function: PairFunction<Scalar> = geometry.isProduct ? .product : .difference
    // Row `line` of b's padded (less the first displacement) meets row line - m · step of a's for
    // the m-th displacement.
    for line in top..<top + rowCount + (members - 1) * step {
      let present = (0..<members).filter { top..<top + rowCount ~= line - $0 * step }
      guard !present.isEmpty else { continue }
      let rowOfB = line + block.firstRow * step
      let outRows = present.flatMap { member in
        (0..<columns).map { column in
          (member * blockColumns + column) * scratch.mapStride
            + (line - member * step - top) * span
        }
      }
      let imageRow = vertical.surroundings.lowerBound + rowOfB
      if skipsPadding && !(0..<geometry.input.rows ~= imageRow) {
        for row in outRows { scratch.maps.fill(row, span, with: 0) }
        continue
      }
      let job = PairSums(
        aRows: present.map { (line - $0 * step) * paddedA.rowStride },
        bRows: (0..<columns).map {
          rowOfB * paddedB.rowStride + (block.firstColumn + $0) * step
        },
        outRows: outRows, width: span)
      if let accumulators = scratch.accumulators {
        accumulators.add(
          job, function, paddedA.elements, paddedB.elements, taps, 0..<taps.a.count, isFirst: true)
        accumulators.divide(by: 1, into: scratch.maps, rows: outRows, width: span)
      } else {
        job.run(
          function, paddedA.elements, paddedB.elements, into: scratch.maps, taps: taps,
          range: 0..<taps.a.count)
      }
    }
  }

  /// Sums a block's maps over its patches.
  private func sum<Scalar: FourierScalar>(
    _ block: Block, image: Int, _ scratch: Scratch<Scalar>, into out: SharedBuffer<Scalar>
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    for member in 0..<min(sharedRows, vertical.displacements - block.firstRow) {
      for column in 0..<min(blockColumns, horizontal.displacements - block.firstColumn) {
        let channel =
          (block.firstRow + member) * horizontal.displacements + block.firstColumn + column
        let target =
          ((image * geometry.output.channels + channel) * vertical.outputs
            + block.outputs.lowerBound) * horizontal.outputs
        unsafe Scalar._operations.kernels.windowSums(
          scratch.maps.address(
            (member * blockColumns + column) * scratch.mapStride, scratch.mapStride),
          horizontal.span, geometry.kernelSize, geometry.stride,
          out.address(target, block.outputs.count * horizontal.outputs), block.outputs.count,
          horizontal.outputs, horizontal.outputs, Scalar(geometry.patchCount),
          scratch.sums.address(0, scratch.sums.count))
      }
    }
  }
}
