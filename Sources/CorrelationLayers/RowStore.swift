/// A part of one image, zero where it exceeds the image, in the order in which the layers read it:
/// for each row all channels, for each channel the columns.
///
/// With a `phaseCount` of s the columns are sorted by their remainders modulo s, so that columns s
/// apart are neighbours.
struct RowStore<Scalar: LayerScalar>: Sendable {
  let memory: Memory<Scalar>
  /// The distance between the rows of one channel.
  let rowStride: Int
  /// The distance between the channels of one row.
  let channelStride: Int
  private let phaseCount: Int
  private let phaseLength: Int

  /// How many rows are copied at once: of one channel these follow one another in the image, and
  /// short rows alone would be fetched from memory in pieces of a few cache lines.
  private static var rowsOfUnit: Int { 4 }

  /// Copies `rows` and `columns` of an image; both may exceed it.
  ///
  /// - Parameter leavesPaddedRows: Whether rows outside the image are never read and may have any
  ///   contents.
  init(
    _ maps: FeatureMaps<Scalar>, image: Int, rows: Range<Int>, columns: Range<Int>,
    phaseCount: Int = 1, leavesPaddedRows: Bool = false, workers: Int
  ) {
    self.phaseCount = phaseCount
    phaseLength = (columns.count + phaseCount - 1) / phaseCount
    // A row of a job may be read 16 elements too far, and the last one must be allowed to.
    channelStride = phaseLength * phaseCount + readBeyond
    rowStride = maps.shape.channels * channelStride
    let count = rows.count * rowStride + (readBeyond + 1) * phaseCount
    // Long memory is zeros already, and pages that stay so take none.
    let isZero = Memory<Scalar>.isFresh(count: count)
    memory = Memory(unwritten: count)
    let store = self
    if !isZero { memory.fill(rows.count * rowStride, count - rows.count * rowStride, with: 0) }
    let inside = rows.clamped(to: 0..<maps.shape.rows)
    let units = (inside.count + Self.rowsOfUnit - 1) / Self.rowsOfUnit
    parallel(units: units, workers: workers) { unit, _ in
      let first = inside.lowerBound + unit * Self.rowsOfUnit
      for channel in 0..<maps.shape.channels {
        for row in first..<min(first + Self.rowsOfUnit, inside.upperBound) {
          store.copy(
            maps, plane: image * maps.shape.channels + channel, row: row, columns: columns,
            to: (row - rows.lowerBound) * store.rowStride + channel * store.channelStride,
            isZero: isZero)
        }
      }
    }
    guard !leavesPaddedRows, !isZero else { return }
    let above = inside.isEmpty ? rows.count : inside.lowerBound - rows.lowerBound
    parallel(units: rows.count - inside.count, workers: workers) { unit, _ in
      store.memory.fill(
        (unit < above ? unit : unit + inside.count) * store.rowStride, store.rowStride, with: 0)
    }
  }

  /// Copies `columns` of a row to `target` on, with zeros where they exceed it unless the memory
  /// `isZero` already. What lies behind them is only ever read to be ignored.
  private func copy(
    _ maps: FeatureMaps<Scalar>, plane: Int, row: Int, columns: Range<Int>, to target: Int,
    isZero: Bool
  ) {
    let source = (plane * maps.shape.rows + row) * maps.shape.columns
    let filled = columns.clamped(to: 0..<maps.shape.columns)
    guard !filled.isEmpty else {
      if !isZero { memory.fill(target, phaseLength * phaseCount, with: 0) }
      return
    }
    guard phaseCount > 1 else {
      let start = target + filled.lowerBound - columns.lowerBound
      if !isZero {
        memory.fill(target, start - target, with: 0)
        memory.fill(start + filled.count, columns.upperBound - filled.upperBound, with: 0)
      }
      memory.copy(
        filled.count, from: maps.elements.span, at: source + filled.lowerBound, to: start)
      return
    }
    if !isZero { memory.fill(target, channelStride, with: 0) }
    for phase in 0..<phaseCount {
      // The stored columns phase, phase + phaseCount … that lie inside the image.
      let start = filled.lowerBound - columns.lowerBound - phase
      let first = (max(start, 0) + phaseCount - 1) / phaseCount
      let inside = filled.upperBound - columns.lowerBound - phase
      let end = max(first, (max(inside, 0) + phaseCount - 1) / phaseCount)
      let line = target + phase * phaseLength
      memory.withSpan(line + first..<line + end) { span in
        let elements = maps.elements.span
        var place = source + columns.lowerBound + phase + first * phaseCount
        for index in span.indices {
          span[index] = elements[place]
          place += phaseCount
        }
      }
    }
  }

  /// The place of a column within its row, counted from the first stored column.
  func offset(ofColumn column: Int) -> Int {
    phaseCount == 1
      ? column : column % phaseCount * phaseLength + column / phaseCount
  }
}
