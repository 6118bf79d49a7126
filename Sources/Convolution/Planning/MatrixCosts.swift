// SPDX-License-Identifier: MIT

internal import FourierTransform
internal import RealModule

/// What the parts of a 2-D convolution take for one type of samples on a machine, in seconds, as
/// measured on one thread.
package struct MatrixCosts: Sendable, Hashable {
  /// What a convolution by direct sums takes besides its results.
  package var directCall = 0.0
  /// A result of a direct sum besides its products.
  package var result = 0.0
  /// Starting a row of the kernel, for one result of a direct sum.
  package var kernelRow = 0.0
  /// A product of a direct sum, where there are 8, 16, 32, … columns of results: few of them leave
  /// vectors unfilled.
  package var product: [Double] = []
  /// What a convolution by two passes takes besides its results.
  package var passCall = 0.0
  /// A row of results of a pass along rows: the samples at its ends are copied and done apart.
  package var passRow = 0.0
  /// A result of two passes besides their products.
  package var passResult = 0.0
  /// A product of a pass along the rows or the columns.
  package var passProduct = 0.0
  /// What a convolution by transforms takes besides its blocks.
  package var transformCall = 0.0
  /// What the rows of a block take, there and back, over their samples: for each of the planner's
  /// transform lengths from 32 upwards.
  package var row: [Double] = []
  /// What the columns of a block take, there, multiplied and back, over their complex numbers, by
  /// transform length.
  package var column: [Double] = []
  /// How much longer a block takes for its size: of 2¹⁸ bytes, of 2²⁰, 2²², ….
  package var size: [Double] = []
}

extension MatrixCosts {
  /// Seconds of `rows` by `columns` results by direct sums.
  ///
  /// Loading samples counts as one more row of taps: rows of results that are found together share
  /// them, but a kernel of a single row uses each only once.
  func directSeconds(rows: Int, columns: Int, kernelRows: Int, kernelColumns: Int) -> Double {
    let product = interpolated(self.product, at: Double.log2(Double(columns)) - 3)
    return directCall + Double(rows) * Double(columns)
      * (result + Double(kernelRows) * kernelRow
        + Double(kernelRows + 1) * Double(kernelColumns) * product)
  }

  /// How much longer a product of a pass of more than 64 taps takes, whose real sums are split for
  /// their rounding: 1.3 to 1.9 times as long for 91 and 129 taps on 512 x 512 (Zen 4). Complex sums
  /// are always split.
  private static let splitFactor = 1.6

  /// Seconds of `rows` by `columns` results by two passes, of which the first does `firstRows`.
  func passesSeconds(
    rows: Int, columns: Int, firstRows: Int, kernelRows: Int, kernelColumns: Int,
    _ kind: ElementKind
  ) -> Double {
    func products(_ taps: Int) -> Double {
      Double(taps) * (!kind.isComplex && taps > 64 ? Self.splitFactor : 1)
    }
    let more = Double(firstRows) / Double(rows)
    let perResult =
      passResult * (1 + more) / 2
      + passProduct * (products(kernelRows) + more * products(kernelColumns))
    return passCall + (kernelColumns > 1 ? Double(firstRows) * passRow : 0)
      + Double(rows) * Double(columns) * perResult
  }

  /// Seconds of one block by transforms of the lengths with these indices: half of its row
  /// transforms forward, of rows that hold samples, half of them back, of rows that are wanted, and
  /// all of its columns there and back.
  func blockSeconds(
    rowIndex: Int, columnIndex: Int, samples: Int, results: Int, _ kind: ElementKind
  ) -> Double {
    let rows = Double(TransformLengths.length(at: rowIndex))
    let columns = Double(TransformLengths.length(at: columnIndex))
    let numbers = rows * columns * (kind.isComplex ? 1 : 0.5)
    return interpolated(size, at: (Double.log2(numbers * Double(kind.complexBytes)) - 18) / 2)
      * (0.5 * Double(samples + results) * columns * perSample(row, at: columnIndex)
        + numbers * perSample(column, at: rowIndex))
  }

  /// Less than any transform of one sample takes.
  var leastTransformSeconds: Double { 0.5 * (row.min() ?? 0) + 0.5 * (column.min() ?? 0) }
}

/// The value of a table between its entries, and that of the first or last beyond them.
private func interpolated(_ table: [Double], at place: Double) -> Double {
  let place = min(max(place, 0), Double(table.count - 1))
  let index = min(Int(place), max(0, table.count - 2))
  guard table.count > 1 else { return table[0] }
  return table[index] + (place - Double(index)) * (table[index + 1] - table[index])
}
