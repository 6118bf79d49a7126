internal import FourierTransform
internal import ComputeSupport

/// A part of one image, zero where it exceeds the image, in the order in which the layers read it:
/// for each row all channels, for each channel the columns.
///
/// With a `phaseCount` of s the columns are sorted by their remainders modulo s, so that columns s
/// apart are neighbours.
struct PaddedRows<Scalar: FourierScalar>: Sendable {
  let elements: SharedBuffer<Scalar>
  /// The distance between the rows of one channel.
  let rowStride: Int
  /// The distance between the channels of one row.
  let channelStride: Int
  private let maps: FeatureMaps<Scalar>
  private let image: Int
  private let rows: Range<Int>
  private let columns: Range<Int>
  /// The rows that are copied, or filled with zeros.
  private let copiedRows: Range<Int>
  /// Whether the memory was all zeros.
  private let isZero: Bool
  private let phaseCount: Int
  private let phaseLength: Int

  /// How many rows are copied at once: of one channel these follow one another in the image, and
  /// short rows alone would be fetched from memory in pieces of a few cache lines.
  private static var rowsOfUnit: Int { 4 }

  /// Makes room for `rows` and `columns` of an image, both of which may exceed it;
  /// ``fill(_:threads:)`` copies them.
  ///
  /// - Parameter leavesPaddedRows: Whether rows outside the image are never read and may have any
  ///   contents.
  init(
    _ maps: FeatureMaps<Scalar>, image: Int, rows: Range<Int>, columns: Range<Int>,
    phaseCount: Int = 1, leavesPaddedRows: Bool = false
  ) {
    self.maps = maps
    self.image = image
    self.rows = rows
    self.columns = columns
    self.phaseCount = phaseCount
    phaseLength = (columns.count + phaseCount - 1) / phaseCount
    // A row of a job may be read 16 elements too far, and the last one must be allowed to.
    channelStride = phaseLength * phaseCount + readBeyond
    rowStride = maps.shape.channels * channelStride
    let count = rows.count * rowStride + (readBeyond + 1) * phaseCount
    elements = SharedBuffer(unwritten: count)
    // Long memory is zeros already, and pages that stay so take none.
    isZero = SharedBuffer<Scalar>.isFresh(count: count)
    if !isZero { elements.fill(rows.count * rowStride, count - rows.count * rowStride, with: 0) }
    let inside = rows.clamped(to: 0..<maps.shape.rows)
    copiedRows = leavesPaddedRows || isZero ? inside : rows
  }

  /// The padded rows of the two inputs of a correlation layer: what its patches hold of `a`, and what they meet of `b`
  /// by all displacements.
  static func pair(
    _ geometry: CorrelationGeometry, _ a: FeatureMaps<Scalar>, _ b: FeatureMaps<Scalar>,
    image: Int, phaseCount: Int = 1, leavesPaddedRows: Bool = false, threads: Int
  ) -> (a: Self, b: Self) {
    let (vertical, horizontal) = (geometry.vertical, geometry.horizontal)
    let padded = (
      a: Self(
        a, image: image, rows: vertical.patches, columns: horizontal.patches,
        phaseCount: phaseCount),
      b: Self(
        b, image: image, rows: vertical.surroundings, columns: horizontal.surroundings,
        phaseCount: phaseCount, leavesPaddedRows: leavesPaddedRows)
    )
    fill([padded.a, padded.b], threads: threads)
    return padded
  }

  /// Copies what the padded rows are to hold.
  static func fill(_ padded: [Self], threads: Int) {
    let units = padded.map { ($0.copiedRows.count + rowsOfUnit - 1) / rowsOfUnit }
    forEachPiece(units.reduce(0, +), threads: threads) { unit, _ in
      var (unit, index) = (unit, 0)
      while unit >= units[index] {
        unit -= units[index]
        index += 1
      }
      padded[index].fill(unit: unit)
    }
  }

  private func fill(unit: Int) {
    let first = copiedRows.lowerBound + unit * Self.rowsOfUnit
    for channel in 0..<maps.shape.channels {
      for row in first..<min(first + Self.rowsOfUnit, copiedRows.upperBound) {
        let target = (row - rows.lowerBound) * rowStride + channel * channelStride
        if 0..<maps.shape.rows ~= row {
          copy(plane: image * maps.shape.channels + channel, row: row, to: target)
        } else {
          elements.fill(target, channelStride, with: 0)
        }
      }
    }
  }

  /// Copies a row of a channel to `target` on. What lies behind the columns is only ever read to be
  /// ignored.
  private func copy(plane: Int, row: Int, to target: Int) {
    let source = (plane * maps.shape.rows + row) * maps.shape.columns
    let filled = columns.clamped(to: 0..<maps.shape.columns)
    guard !filled.isEmpty else {
      if !isZero { elements.fill(target, phaseLength * phaseCount, with: 0) }
      return
    }
    guard phaseCount > 1 else {
      let start = target + filled.lowerBound - columns.lowerBound
      if !isZero {
        elements.fill(target, start - target, with: 0)
        elements.fill(start + filled.count, columns.upperBound - filled.upperBound, with: 0)
      }
      elements.copy(
        filled.count, from: maps.span, at: source + filled.lowerBound, to: start)
      return
    }
    if !isZero { elements.fill(target, channelStride, with: 0) }
    for phase in 0..<phaseCount {
      // The copied columns phase, phase + phaseCount … that lie inside the image.
      let start = filled.lowerBound - columns.lowerBound - phase
      let first = (max(start, 0) + phaseCount - 1) / phaseCount
      let inside = filled.upperBound - columns.lowerBound - phase
      let end = max(first, (max(inside, 0) + phaseCount - 1) / phaseCount)
      let line = target + phase * phaseLength
      elements.copy(
        end - first, each: phaseCount, of: maps.span,
        at: source + columns.lowerBound + phase + first * phaseCount, to: line + first)
    }
  }

  /// The place of a column within its row, counted from the first one.
  func offset(ofColumn column: Int) -> Int {
    phaseCount == 1
      ? column : column % phaseCount * phaseLength + column / phaseCount
  }
}
