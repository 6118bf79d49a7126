// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import FourierTransform

/// The correlation layer by its definition: K² · C products for each output.
///
/// Sixteen neighbouring patches of a row are the lanes of a vector, and where the strides allow it
/// all rows of patches that meet the same rows of b are computed at once, so that b is loaded once.
/// A unit of work has as few columns as keep a and b in the second-level cache.
struct DirectCorrelation<Scalar: FourierScalar>: Sendable {
  private let job: CorrelationJob<Scalar>
  private let geometry: CorrelationGeometry
  private let taps: TapOffsets
  /// How many rows of patches are computed at once.
  private let sharedRows: Int
  /// How many rows of patches further up the next displacement's patches lie on the same rows of b.
  private let sharedStep: Int
  /// How many patches of a row a unit of work computes.
  private let blockColumns: Int

  /// - Parameter job: with as many phases as the stride.
  init(_ job: CorrelationJob<Scalar>) {
    self.job = job
    geometry = job.geometry
    let (size, step) = (geometry.kernelSize, geometry.displacementStride)
    taps = job.taps(rows: size)
    let shares = step % geometry.stride == 0 && geometry.input.channels >= 4
    sharedStep = shares ? step / geometry.stride : 0
    // The rows of a that m rows of patches meet: at most m · K, and m - 1 steps and K more; 2¹⁷
    // elements are 512 KB in single precision, half of a second-level cache.
    let fitting = max((1 << 17) / (16 * geometry.input.channels), 1)
    let members = max(fitting / size, (fitting - size) / step + 1)
    sharedRows = shares ? min(max(members / 3 * 3, 3), geometry.vertical.displacements) : 1
    let rows = min(sharedRows * size, (sharedRows - 1) * step + size)
    blockColumns = min(max(fitting / rows, 1) * 16, geometry.horizontal.outputs)
  }

  func run(into out: SharedBuffer<Scalar>) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let columns = (0..<horizontal.outputs).pieces(of: blockColumns)
    let blocks = (0..<vertical.displacements).pieces(of: sharedRows).flatMap { rows in
      columns.map { Block(displacementRows: rows, patches: $0) }
    }
    // Lines a step apart meet all but one of the same rows of a, and follow one another.
    let lines = vertical.outputs + (sharedRows - 1) * sharedStep
    let order = (0..<min(max(sharedStep, 1), lines)).flatMap {
      Array(stride(from: $0, to: lines, by: max(sharedStep, 1)))
    }
    let chunks = (0..<lines).pieces(of: 8)
    let needsDouble = geometry.patchCount > DoubleAccumulators<Scalar>.productsInScalar
    forEachPiece(blocks.count * chunks.count, threads: job.threads) {
      needsDouble
        ? DoubleAccumulators<Scalar>(
          rows: sharedRows * horizontal.displacements, width: blockColumns) : nil
    } _: { unit, accumulators in
      let (block, chunk) = unit.quotientAndRemainder(dividingBy: chunks.count)
      for line in order[chunks[chunk]] {
        compute(line, blocks[block], into: out, accumulators)
      }
    }
  }

  /// What a unit of work computes: some displacement rows for some columns of patches.
  private struct Block {
    let displacementRows: Range<Int>
    let patches: Range<Int>
  }

  /// Computes the patches' row `line - m · sharedStep` for each member m: all meet the same of b.
  private func compute(
    _ line: Int, _ block: Block, into out: SharedBuffer<Scalar>,
    _ accumulators: DoubleAccumulators<Scalar>?
  ) {
    // Those whose row of patches exists.
    let members = (line - geometry.vertical.outputs + 1..<line + 1)
      .steps(of: max(sharedStep, 1), from: 0).clamped(to: 0..<block.displacementRows.count)
    guard !members.isEmpty else { return }
    let (size, step) = (geometry.kernelSize, geometry.displacementStride)
    let first = block.patches.lowerBound
    let rowOfB = line * geometry.stride + block.displacementRows.lowerBound * step
    let kernelRows = self.kernelRows(rowOfB: rowOfB)
    let columns = kernelRows.isEmpty ? 0..<0 : displacementColumns(block.patches)
    let all = 0..<geometry.horizontal.displacements
    for skipped in [all.prefix(upTo: columns.lowerBound), all.suffix(from: columns.upperBound)] {
      for row in outRows(line, block, members, skipped) {
        out.fill(row, block.patches.count, with: 0)
      }
    }
    guard !columns.isEmpty else { return }
    let channels = geometry.input.channels
    let range = kernelRows.lowerBound * channels..<kernelRows.upperBound * channels
    var sums = PairSums(
      aRows: [], bRows: [], outRows: outRows(line, block, members, columns),
      width: block.patches.count)
    for column in 0..<size {
      sums.aRows = members.map {
        (line - $0 * sharedStep) * geometry.stride * job.a.rowStride
          + job.a.offset(ofColumn: column) + first
      }
      sums.bRows = columns.map {
        rowOfB * job.b.rowStride + job.b.offset(ofColumn: column + $0 * step) + first
      }
      if let accumulators {
        accumulators.add(
          sums, job.function, job.a.elements, job.b.elements, taps, range, isFirst: column == 0)
      } else {
        sums.accumulates = column > 0
        sums.divisor = column == size - 1 ? Double(geometry.patchCount) : 1
        sums.run(
          job.function, job.a.elements, job.b.elements, into: out, taps: taps, range: range)
      }
    }
    accumulators?.divide(
      by: geometry.patchCount, into: out, rows: sums.outRows, width: block.patches.count)
  }

  /// Where the outputs of a line go: for each member the displacements in `columns`.
  private func outRows(
    _ line: Int, _ block: Block, _ members: Range<Int>, _ columns: Range<Int>
  ) -> [Int] {
    var rows: [Int] = []
    rows.reserveCapacity(members.count * columns.count)
    for member in members {
      for column in columns {
        let plane = geometry.outputPlane(
          image: job.image, row: block.displacementRows.lowerBound + member, column: column)
        let row = plane * geometry.vertical.outputs + line - member * sharedStep
        rows.append(row * geometry.horizontal.outputs + block.patches.lowerBound)
      }
    }
    return rows
  }

  /// The rows of the patches that start at `rowOfB` of b's rows and do not lie in the padding.
  private func kernelRows(rowOfB: Int) -> Range<Int> {
    let all = 0..<geometry.kernelSize
    guard job.skipsPadding else { return all }
    let top = geometry.vertical.surroundings.lowerBound + rowOfB
    return (-top..<geometry.input.rows - top).clamped(to: all)
  }

  /// The displacements along a row by which not all of `patches` lie in the padding.
  private func displacementColumns(_ patches: Range<Int>) -> Range<Int> {
    let (horizontal, stride) = (geometry.horizontal, geometry.stride)
    let all = 0..<horizontal.displacements
    guard job.skipsPadding else { return all }
    // Displacement k moves the patches' columns to first + k · step and the span from there on.
    let first = horizontal.surroundings.lowerBound + patches.lowerBound * stride
    let span = (patches.count - 1) * stride + geometry.kernelSize
    return (1 - span..<geometry.input.columns).steps(
      of: geometry.displacementStride, from: first
    ).clamped(to: all)
  }
}
