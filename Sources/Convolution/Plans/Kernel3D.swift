// SPDX-License-Identifier: MIT

internal import FourierTransform

/// A kernel of planes, rows and columns, and what every method wants to know of it.
struct Kernel3D<Element: SignalElement>: Sendable {
  let planes: Int
  let rows: Int
  let columns: Int
  /// The elements, plane by plane, in the order of a convolution.
  let taps: PreparedKernel<Element>

  init(_ kernel: Volume<Element>) {
    (planes, rows, columns) = (kernel.planes, kernel.rows, kernel.columns)
    taps = PreparedKernel(kernel.elements)
  }

  subscript(plane: Int, row: Int, column: Int) -> Element {
    taps.taps[(plane * rows + row) * columns + column]
  }

  /// The kernel as one of an image whose rows are the planes of a volume, line by line.
  ///
  /// In a plane whose lines are `lineLength` apart, the sample that is b rows and c columns before
  /// another is b · lineLength + c before it in memory. So a row of the image's kernel has the tap
  /// (b, c) there, and zeros between the lines.
  func flattened(lineLength: Int) -> Kernel2D<Element> {
    precondition(lineLength >= columns, "lines of \(lineLength) for \(columns) taps")
    let length = (rows - 1) * lineLength + columns
    let spread = taps.spread(among: planes * length) { index in
      let (line, column) = index.quotientAndRemainder(dividingBy: columns)
      let (plane, row) = line.quotientAndRemainder(dividingBy: rows)
      return plane * length + row * lineLength + column
    }
    return Kernel2D(
      rows: planes, lines: rows, lineTaps: columns, lineLength: lineLength, taps: spread)
  }
}
