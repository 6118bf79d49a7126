// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// The correlation layer by maps of products and sums over patches of these maps.
///
/// Σ_c f(a, b) is computed once for every element that a patch holds, shared by its patches: the
/// cost hardly depends on K. Sums are built by doubling (see `layers.h`), never by subtraction.
struct BoxCorrelation<Scalar: FourierScalar>: Sendable {
  private let job: CorrelationJob<Scalar>
  private let geometry: CorrelationGeometry
  private let taps: TapOffsets
  /// How many displacement rows are computed at once, sharing the rows of b.
  private let sharedRows: Int
  /// How many displacements of a row a unit of work computes.
  private let blockColumns: Int
  /// How many rows of patches a unit of work computes.
  private let blockRows: Int
  /// The distance between the maps of a unit of work.
  private let mapStride: Int

  init(_ job: CorrelationJob<Scalar>) {
    self.job = job
    geometry = job.geometry
    taps = job.taps(rows: 1)
    sharedRows = geometry.input.channels >= 4 ? min(3, geometry.vertical.displacements) : 1
    let blocks = (geometry.horizontal.displacements + 6) / 7
    blockColumns = (geometry.horizontal.displacements + blocks - 1) / blocks
    // As many rows as keep the maps in the second-level cache (2¹⁸ elements), but enough for what
    // neighbouring units compute twice (kernelSize - stride rows) to be a small part.
    let (size, stride, span) = (geometry.kernelSize, geometry.stride, geometry.horizontal.span)
    let fitting = (1 << 18) / (sharedRows * blockColumns * span)
    let rows = max(1 + (fitting - size) / stride, (3 * size + stride - 1) / stride, 4)
    // Blocks of one size, to within a row: for the threads, and for what is computed twice.
    let rowBlocks = (geometry.vertical.outputs + rows - 1) / rows
    blockRows = (geometry.vertical.outputs + rowBlocks - 1) / rowBlocks
    mapStride = ((blockRows - 1) * stride + size) * span
  }

  /// What a unit of work computes: some displacements for some rows of patches.
  private struct Block {
    let displacementRows: Range<Int>
    let displacementColumns: Range<Int>
    let outputs: Range<Int>
  }

  private struct Scratch: Sendable {
    let maps: SharedBuffer<Scalar>
    let sums: SharedBuffer<Scalar>
    let accumulators: DoubleAccumulators<Scalar>?
  }

  func run(into out: SharedBuffer<Scalar>) {
    let (vertical, span) = (geometry.vertical, geometry.horizontal.span)
    let columns = (0..<geometry.horizontal.displacements).pieces(of: blockColumns)
    let outputs = (0..<vertical.outputs).pieces(of: blockRows)
    let blocks = (0..<vertical.displacements).pieces(of: sharedRows).flatMap { rows in
      columns.flatMap { columns in
        outputs.map { Block(displacementRows: rows, displacementColumns: columns, outputs: $0) }
      }
    }
    let needsDouble = geometry.input.channels > DoubleAccumulators<Scalar>.productsInScalar
    forEachPiece(blocks.count, threads: job.threads) {
      Scratch(
        maps: SharedBuffer(unwritten: sharedRows * blockColumns * mapStride),
        sums: SharedBuffer(unwritten: (blockRows + 1) * span),
        accumulators: needsDouble
          ? DoubleAccumulators(rows: sharedRows * blockColumns, width: span) : nil)
    } _: { unit, scratch in
      multiply(blocks[unit], scratch)
      sum(blocks[unit], scratch, into: out)
    }
  }

  /// Computes the maps Σ_c f(a, b) for a block's displacements and the rows of its patches.
  private func multiply(_ block: Block, _ scratch: Scratch) {
    let (span, step) = (geometry.horizontal.span, geometry.displacementStride)
    let top = block.outputs.lowerBound * geometry.stride
    let rows = top..<top + (block.outputs.count - 1) * geometry.stride + geometry.kernelSize
    let members = 0..<block.displacementRows.count
    let channels = 0..<geometry.input.channels
    // The arrays of row numbers keep their memory from line to line.
    var sums = PairSums(aRows: [], bRows: [], outRows: [], width: span)
    // Row `line` of b's padded meets row line - m · step of a's for the m-th displacement.
    for line in top..<rows.upperBound + (members.count - 1) * step {
      sums.removeRows()
      for member in members where rows ~= line - member * step {
        let row = line - member * step
        sums.aRows.append(row * job.a.rowStride)
        for column in 0..<block.displacementColumns.count {
          sums.outRows.append((member * blockColumns + column) * mapStride + (row - top) * span)
        }
      }
      let rowOfB = line + block.displacementRows.lowerBound * step
      let imageRow = geometry.vertical.surroundings.lowerBound + rowOfB
      if job.skipsPadding && !(0..<geometry.input.rows ~= imageRow) {
        for row in sums.outRows { scratch.maps.fill(row, span, with: 0) }
        continue
      }
      for column in block.displacementColumns {
        sums.bRows.append(rowOfB * job.b.rowStride + column * step)
      }
      if let accumulators = scratch.accumulators {
        accumulators.add(
          sums, job.function, job.a.elements, job.b.elements, taps, channels, isFirst: true)
        accumulators.divide(by: 1, into: scratch.maps, rows: sums.outRows, width: span)
      } else {
        sums.run(
          job.function, job.a.elements, job.b.elements, into: scratch.maps, taps: taps,
          range: channels)
      }
    }
  }

  /// Sums a block's maps over its patches.
  private func sum(_ block: Block, _ scratch: Scratch, into out: SharedBuffer<Scalar>) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    for (member, row) in block.displacementRows.enumerated() {
      for (index, column) in block.displacementColumns.enumerated() {
        let plane = geometry.outputPlane(image: job.image, row: row, column: column)
        let target = (plane * vertical.outputs + block.outputs.lowerBound) * horizontal.outputs
        unsafe Scalar._operations.kernels.pointee.windowSums(
          scratch.maps.address((member * blockColumns + index) * mapStride, mapStride),
          horizontal.span, geometry.kernelSize, geometry.stride,
          out.address(target, block.outputs.count * horizontal.outputs), block.outputs.count,
          horizontal.outputs, horizontal.outputs, Double(geometry.patchCount),
          scratch.sums.address(0, scratch.sums.count))
      }
    }
  }
}
