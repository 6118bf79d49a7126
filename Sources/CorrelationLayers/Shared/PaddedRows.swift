// SPDX-License-Identifier: MIT

internal import FourierTransform
internal import ComputeSupport

/// A part of one image, zero where it exceeds the image, in the order in which the layers read it:
/// rows, channels, columns. These are sorted by their remainders modulo `phaseCount`, so that
/// columns so far apart are neighbours.
struct PaddedRows<Scalar: FourierScalar>: Sendable {
  let elements: SharedBuffer<Scalar>
  /// The distance between the rows of one channel.
  let rowStride: Int
  /// The distance between the channels of one row.
  let channelStride: Int
  private let maps: FeatureMaps<Scalar>
  private let image: Int
  private let rows: Range<Int>
  /// For each phase, which of its places are filled, and from which column of the image on.
  private let phases: [(filled: Range<Int>, column: Int)]
  /// The rows that are copied, or filled with zeros.
  private let copiedRows: Range<Int>
  /// Whether the memory was all zeros.
  private let isZero: Bool
  private let phaseCount: Int
  private let phaseLength: Int

  /// How many rows are copied at once: short rows alone would be fetched in pieces of cache lines.
  private static var rowsOfUnit: Int { 4 }

  /// Makes room for `rows` and `columns`, which may exceed the image; ``fill(_:threads:)`` copies.
  ///
  /// - Parameter leavesPaddedRows: Whether rows outside the image are never read.
  init(
    _ maps: FeatureMaps<Scalar>, image: Int, rows: Range<Int>, columns: Range<Int>,
    phaseCount: Int = 1, leavesPaddedRows: Bool = false
  ) {
    self.maps = maps
    self.image = image
    self.rows = rows
    self.phaseCount = phaseCount
    let length = (columns.count + phaseCount - 1) / phaseCount
    phaseLength = length
    let inside = columns.clamped(to: 0..<maps.shape.columns)
    phases = (0..<phaseCount).map { phase in
      let first = columns.lowerBound + phase
      let filled = inside.steps(of: phaseCount, from: first).clamped(to: 0..<length)
      return (filled, first + filled.lowerBound * phaseCount)
    }
    // A row of a job may be read 16 elements too far, and the last one must be allowed to.
    channelStride = phaseLength * phaseCount + readBeyond
    rowStride = maps.shape.channels * channelStride
    let count = rows.count * rowStride + (readBeyond + 1) * phaseCount
    elements = SharedBuffer(unwritten: count)
    // Long memory is zeros already, and pages that stay so take none.
    isZero = AlignedBuffer<Scalar>.isFresh(count: count)
    if !isZero { elements.fill(rows.count * rowStride, count - rows.count * rowStride, with: 0) }
    copiedRows = leavesPaddedRows || isZero ? rows.clamped(to: 0..<maps.shape.rows) : rows
  }

  static func fill(_ padded: [Self], threads: Int) {
    let units = padded.indices.flatMap { index in
      padded[index].copiedRows.pieces(of: rowsOfUnit).map { (index, rows: $0) }
    }
    forEachPiece(units.count, threads: threads) { unit, _ in
      let (index, rows) = units[unit]
      padded[index].fill(rows)
    }
  }

  private func fill(_ rows: Range<Int>) {
    for channel in 0..<maps.shape.channels {
      for row in rows {
        let target = (row - self.rows.lowerBound) * rowStride + channel * channelStride
        if 0..<maps.shape.rows ~= row {
          copy(plane: image * maps.shape.channels + channel, row: row, to: target)
        } else {
          elements.fill(target, channelStride, with: 0)
        }
      }
    }
  }

  /// Copies a row of a channel to `target` on; what lies behind the columns does not matter.
  private func copy(plane: Int, row: Int, to target: Int) {
    let source = (plane * maps.shape.rows + row) * maps.shape.columns
    var line = target
    for (filled, column) in phases {
      if !isZero {
        elements.fill(line, filled.lowerBound, with: 0)
        elements.fill(line + filled.upperBound, phaseLength - filled.upperBound, with: 0)
      }
      elements.copy(
        filled.count, each: phaseCount, of: maps.span, at: source + column,
        to: line + filled.lowerBound)
      line += phaseLength
    }
  }

  /// The place of a column within its row, counted from the first one.
  func offset(ofColumn column: Int) -> Int {
    phaseCount == 1
      ? column : column % phaseCount * phaseLength + column / phaseCount
  }
}
