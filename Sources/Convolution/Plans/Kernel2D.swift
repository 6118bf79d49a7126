// SPDX-License-Identifier: MIT

package import FourierTransform

/// A kernel of rows and columns, and what every method wants to know of it.
package struct Kernel2D<Element: SignalElement>: Sendable {
  let rows: Int
  let columns: Int
  /// The elements, row by row, in the order of a convolution.
  let taps: PreparedKernel<Element>

  package init(_ kernel: Matrix<Element>) {
    (rows, columns) = (kernel.rows, kernel.columns)
    taps = PreparedKernel(kernel.elements)
  }

  /// The kernel of a signal as one row.
  init(row taps: PreparedKernel<Element>) {
    (rows, columns) = (1, taps.count)
    self.taps = taps
  }

  subscript(row: Int, column: Int) -> Element { taps.taps[row * columns + column] }
}
