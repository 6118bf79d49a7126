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

  /// Copies `rows` and `columns` of an image; both may exceed it.
  init(
    _ maps: FeatureMaps<Scalar>, image: Int, rows: Range<Int>, columns: Range<Int>,
    phaseCount: Int = 1, workers: Int
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
    let shape = maps.shape
    let filled = columns.clamped(to: 0..<shape.columns)
    if !isZero { memory.fill(rows.count * rowStride, count - rows.count * rowStride, with: 0) }
    parallel(units: rows.count, workers: workers) { unit, _ in
      let row = rows.lowerBound + unit
      guard 0..<shape.rows ~= row else {
        if !isZero { store.memory.fill(unit * store.rowStride, store.rowStride, with: 0) }
        return
      }
      for channel in 0..<shape.channels {
        let source = ((image * shape.channels + channel) * shape.rows + row) * shape.columns
        let target = unit * store.rowStride + channel * store.channelStride
        if phaseCount == 1 {
          let start = target + filled.lowerBound - columns.lowerBound
          if !isZero {
            let end = start + filled.count
            store.memory.fill(target, start - target, with: 0)
            store.memory.fill(end, target + store.channelStride - end, with: 0)
          }
          store.memory.copy(
            filled.count, from: maps.elements.span, at: source + filled.lowerBound, to: start)
        } else {
          if !isZero { store.memory.fill(target, store.channelStride, with: 0) }
          for phase in 0..<phaseCount {
            // The stored columns phase, phase + phaseCount … that lie inside the image.
            let start = filled.lowerBound - columns.lowerBound - phase
            let first = (max(start, 0) + phaseCount - 1) / phaseCount
            let inside = filled.upperBound - columns.lowerBound - phase
            let end = max(first, (max(inside, 0) + phaseCount - 1) / phaseCount)
            let line = target + phase * store.phaseLength
            store.memory.withSpan(line + first..<line + end) { span in
              let elements = maps.elements.span
              var place = source + columns.lowerBound + phase + first * phaseCount
              for index in span.indices {
                span[index] = elements[place]
                place += phaseCount
              }
            }
          }
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
