// SPDX-License-Identifier: MIT

package import FourierTransform

/// A kernel of rows and columns, and what every method wants to know of it.
package struct Kernel2D<Element: SignalElement>: Sendable {
  let rows: Int
  let columns: Int
  /// The elements, row by row, in the order of a convolution.
  let taps: PreparedKernel<Element>
  /// The lines that a row of the kernel consists of, and the taps of each, which are followed by
  /// taps that are none up to ``lineLength``: one line, unless the rows are the planes of a volume,
  /// as ``Kernel3D/flattened(lineLength:)`` lays them out.
  let lines: Int
  let lineTaps: Int
  /// The columns from a line to the next, in the kernel and in what it is convolved with.
  let lineLength: Int

  package init(_ kernel: Matrix<Element>) {
    (rows, columns) = (kernel.rows, kernel.columns)
    taps = PreparedKernel(kernel.elements)
    (lines, lineTaps, lineLength) = (1, columns, .max)
  }

  /// The kernel of a signal as one row.
  init(row taps: PreparedKernel<Element>) {
    (rows, columns) = (1, taps.count)
    self.taps = taps
    (lines, lineTaps, lineLength) = (1, columns, .max)
  }

  /// The kernel of a volume, whose planes are rows of `lines` lines.
  init(
    rows: Int, lines: Int, lineTaps: Int, lineLength: Int, taps: PreparedKernel<Element>
  ) {
    (self.lines, self.lineTaps, self.lineLength) = (lines, lineTaps, lineLength)
    self.rows = rows
    self.taps = taps
    columns = (lines - 1) * lineLength + lineTaps
  }

  /// Whether the rows are planes.
  var isFlattened: Bool { lineLength < .max }

  subscript(row: Int, column: Int) -> Element { taps.taps[row * columns + column] }
}
