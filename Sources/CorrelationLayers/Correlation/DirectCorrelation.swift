internal import ComputeSupport
internal import FourierTransform

/// The correlation layer by its definition: K² · C products for each output.
///
/// Sixteen neighbouring patches (of one row) are computed in the lanes of a vector. All rows of
/// patches whose displaced patches lie on the same rows of b are computed at once, where the strides
/// allow it, so that b is loaded once for them. What they need of a and b stays in the second-level
/// cache: a unit of work has as few columns as that takes, and goes on to the rows of patches that
/// meet most of the same rows of a.
struct DirectCorrelation: Sendable {
  let geometry: CorrelationGeometry
  let skipsPadding: Bool
  /// How many rows of patches are computed at once.
  private let sharedRows: Int
  /// How many rows of patches further up the next displacement's patches lie on the same rows of b.
  private let sharedStep: Int
  /// How many patches of a row a unit of work computes.
  private let blockColumns: Int

  init(_ geometry: CorrelationGeometry, skipsPadding: Bool) {
    self.geometry = geometry
    self.skipsPadding = skipsPadding
    let vertical = geometry.vertical
    let channels = geometry.input.channels
    let shares = geometry.displacementStride % geometry.stride == 0 && channels >= 4
    sharedStep = shares ? geometry.displacementStride / geometry.stride : 0
    // The rows of a that m rows of patches meet: at most m · K, and m - 1 steps and K more.
    let vector = 16 * channels
    let fitting = max(Self.cachedElements / vector, 1)
    let members = max(
      fitting / geometry.kernelSize,
      (fitting - geometry.kernelSize) / max(geometry.displacementStride, 1) + 1)
    sharedRows = shares ? min(max(members / 3 * 3, 3), vertical.displacements) : 1
    let rows = min(
      sharedRows * geometry.kernelSize,
      (sharedRows - 1) * geometry.displacementStride + geometry.kernelSize)
    blockColumns = min(max(fitting / rows, 1) * 16, geometry.horizontal.outputs)
  }

  /// How many elements of a the rows of patches may need that are computed at once: 512 KB in single
  /// precision, half of a second-level cache.
  private static var cachedElements: Int { 1 << 17 }
  /// How many rows of patches a unit of work covers.
  private static var rowsOfUnit: Int { 8 }
  /// How many products are summed in `Scalar`, in parts of 64, before sums continue in `Double`.
  static var productsInScalar: Int { 1024 }

  func run<Scalar: FourierScalar>(
    _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>, image: Int, into out: SharedBuffer<Scalar>,
    threads: Int
  ) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let (paddedA, paddedB) = PaddedRows.pair(
      geometry, a, b, image: image, phaseCount: geometry.stride,
      leavesPaddedRows: skipsPadding, threads: threads)
    let taps = self.taps(paddedA, paddedB)
    let groups = (vertical.displacements + sharedRows - 1) / sharedRows
    let columnBlocks = (horizontal.outputs + blockColumns - 1) / blockColumns
    // Lines a step apart meet all but one of the same rows of a, and follow one another.
    let lines = vertical.outputs + (sharedRows - 1) * sharedStep
    let order = (0..<min(max(sharedStep, 1), lines)).flatMap {
      Array(stride(from: $0, to: lines, by: max(sharedStep, 1)))
    }
    let chunks = (lines + Self.rowsOfUnit - 1) / Self.rowsOfUnit
    let units = groups * columnBlocks * chunks
    let needsDouble = geometry.patchCount > Self.productsInScalar
    forEachPiece(units, threads: threads) {
      needsDouble
        ? DoubleAccumulators<Scalar>(
          rows: sharedRows * horizontal.displacements, width: blockColumns) : nil
    } _: { unit, accumulators in
      let column = unit / chunks % columnBlocks * blockColumns
      let block = Block(
        firstRow: unit / (chunks * columnBlocks) * sharedRows,
        patches: column..<min(column + blockColumns, horizontal.outputs))
      let start = unit % chunks * Self.rowsOfUnit
      for line in order[start..<min(start + Self.rowsOfUnit, lines)] {
        compute(line, block, image: image, paddedA, paddedB, taps, into: out, accumulators)
      }
    }
  }

  /// What a unit of work computes: some displacement rows for some columns of patches.
  private struct Block {
    let firstRow: Int
    let patches: Range<Int>
  }

  /// The offsets of the elements in one column of a patch: rows outermost, channels within.
  private func taps<Scalar>(_ a: PaddedRows<Scalar>, _ b: PaddedRows<Scalar>) -> TapOffsets {
    var taps = TapOffsets()
    for row in 0..<geometry.kernelSize {
      for channel in 0..<geometry.input.channels {
        taps.append(
          a: row * a.rowStride + channel * a.channelStride,
          b: row * b.rowStride + channel * b.channelStride)
      }
    }
    return taps
  }

  /// Computes, for each member m of a block's displacement rows, the patches' row
  /// `line - m · sharedStep`: all of them meet the same rows of b.
  private func compute<Scalar: FourierScalar>(
    _ line: Int, _ block: Block, image: Int, _ paddedA: PaddedRows<Scalar>,
    _ paddedB: PaddedRows<Scalar>, _ taps: TapOffsets, into out: SharedBuffer<Scalar>,
    _ accumulators: DoubleAccumulators<Scalar>?
  ) {
    let vertical = geometry.vertical
    // Those whose row of patches exists.
    let step = max(sharedStep, 1)
    let first = max(line - vertical.outputs + step, 0) / step
    let last = min(line / step + 1, sharedRows, vertical.displacements - block.firstRow)
    let members = first..<max(first, last)
    guard !members.isEmpty else { return }
    let rowOfB = line * geometry.stride + block.firstRow * geometry.displacementStride
    let kernelRows = self.kernelRows(rowOfB: rowOfB)
    let columns = kernelRows.isEmpty ? 0..<0 : displacementColumns(block.patches)
    let all = 0..<geometry.horizontal.displacements
    for skipped in [all.prefix(upTo: columns.lowerBound), all.suffix(from: columns.upperBound)] {
      for row in outRows(line, block, members, skipped, image: image) {
        out.fill(row, block.patches.count, with: 0)
      }
    }
    guard !columns.isEmpty else { return }
    let channels = geometry.input.channels
    let range = kernelRows.lowerBound * channels..<kernelRows.upperBound * channels
    var job = PairSums(
      aRows: [], bRows: [], outRows: outRows(line, block, members, columns, image: image),
      width: block.patches.count)
    for column in 0..<geometry.kernelSize {
      job.aRows = members.map {
        (line - $0 * sharedStep) * geometry.stride * paddedA.rowStride
          + paddedA.offset(ofColumn: column) + block.patches.lowerBound
      }
      job.bRows = columns.map {
        rowOfB * paddedB.rowStride
          + paddedB.offset(ofColumn: column + $0 * geometry.displacementStride)
          + block.patches.lowerBound
      }
      let function: PairFunction<Scalar> =
        geometry.isProduct ? .product : .difference
      if let accumulators {
        accumulators.add(
          job, function, paddedA.elements, paddedB.elements, taps, range, isFirst: column == 0)
      } else {
        job.accumulates = column > 0
        job.divisor = column == geometry.kernelSize - 1 ? Double(geometry.patchCount) : 1
        job.run(function, paddedA.elements, paddedB.elements, into: out, taps: taps, range: range)
      }
    }
    accumulators?.divide(
      by: geometry.patchCount, into: out, rows: job.outRows, width: block.patches.count)
  }

  /// Where the outputs of a line go: for each member the displacements in `columns`.
  private func outRows(
    _ line: Int, _ block: Block, _ members: Range<Int>, _ columns: Range<Int>, image: Int
  ) -> [Int] {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    var rows: [Int] = []
    rows.reserveCapacity(members.count * columns.count)
    for member in members {
      for column in columns {
        let plane = geometry.outputPlane(image: image, row: block.firstRow + member, column: column)
        rows.append(
          (plane * vertical.outputs + line - member * sharedStep) * horizontal.outputs
            + block.patches.lowerBound)
      }
    }
    return rows
  }

  /// The rows of the patches that start at `rowOfB` of b's rows and do not lie in the padding.
  private func kernelRows(rowOfB: Int) -> Range<Int> {
    let all = 0..<geometry.kernelSize
    guard skipsPadding else { return all }
    let top = geometry.vertical.surroundings.lowerBound + rowOfB
    return (-top..<geometry.input.rows - top).clamped(to: all)
  }

  /// The displacements along a row by which not all of `patches` lie in the padding.
  private func displacementColumns(_ patches: Range<Int>) -> Range<Int> {
    let (horizontal, step) = (geometry.horizontal, geometry.displacementStride)
    let all = 0..<horizontal.displacements
    guard skipsPadding else { return all }
    // The undisplaced patches' first and last columns of the image.
    let first = horizontal.first + patches.lowerBound * geometry.stride
    let last =
      horizontal.first + (patches.upperBound - 1) * geometry.stride + geometry.kernelSize - 1
    let touching = all.filter {
      let shift = ($0 - horizontal.radius) * step
      return last + shift >= 0 && first + shift < geometry.input.columns
    }
    guard let low = touching.first, let high = touching.last else { return 0..<0 }
    return low..<high + 1
  }
}
