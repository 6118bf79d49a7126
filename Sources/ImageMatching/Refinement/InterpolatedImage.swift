// SPDX-License-Identifier: MIT

internal import Convolution

/// An image at a shift to a part of a pixel, on the grid of its pixels, and its derivatives.
struct InterpolatedImage {
  let values: Matrix<Double>
  /// The derivatives by the shift.
  let down: Matrix<Double>
  let right: Matrix<Double>

  /// - Parameters:
  ///   - image: The image.
  ///   - shift: Its value at this place beyond a pixel is that of the pixel, in whole pixels …
  ///   - fraction: … and parts of one, each less than 1.
  ///   - kernels: What interpolates along columns and along rows. Where it meets the edges there is 0.
  init(
    _ image: Matrix<Double>, at shift: Shift, _ fraction: (row: Double, column: Double),
    _ kernels: RefinementKernels, threads: Int
  ) {
    let (rows, columns) = (image.rows, image.columns)
    let (row, column) = (
      kernels.rows.taps(at: fraction.row), kernels.columns.taps(at: fraction.column)
    )
    let (above, before) = (kernels.rows.halfWidth, kernels.columns.halfWidth)
    /// The pixels that have all neighbours.
    func inner(_ count: Int, _ shift: Int, _ margin: Int) -> Range<Int> {
      let start = min(count, max(0, margin - shift))
      return start..<max(start, min(count, count - margin - shift))
    }
    let innerColumns = inner(columns, shift.column, before)
    let innerRows = inner(rows, shift.row, above)
    func alongRows(_ taps: [Double]) -> Matrix<Double> {
      makeMatrix(rows: rows, columns: columns, threads: threads) { band, output in
        for (line, row) in band.enumerated() {
          let source = image.row(row)
          for column in 0..<columns {
            var sum = 0.0
            if innerColumns.contains(column) {
              for tap in taps.indices {
                sum += taps[tap] * source[column + shift.column - before + tap]
              }
            }
            output[line * columns + column] = sum
          }
        }
      }
    }
    func alongColumns(_ image: Matrix<Double>, _ taps: [Double]) -> Matrix<Double> {
      makeMatrix(rows: rows, columns: columns, threads: threads) { band, output in
        for (line, row) in band.enumerated() {
          for column in 0..<columns { output[line * columns + column] = 0 }
          guard innerRows.contains(row) else { continue }
          for tap in taps.indices {
            let source = image.row(row + shift.row - above + tap)
            for column in 0..<columns {
              output[line * columns + column] += taps[tap] * source[column]
            }
          }
        }
      }
    }
    let smooth = alongRows(column.value)
    values = alongColumns(smooth, row.value)
    down = alongColumns(smooth, row.derivative)
    right = alongColumns(alongRows(column.derivative), row.value)
  }
}

/// What interpolates along columns, from row to row, and along rows.
struct RefinementKernels {
  let rows: InterpolationKernel
  let columns: InterpolationKernel

  /// Along an axis of few pixels nothing is interpolated.
  init(halfWidth: Int, rows: Int, columns: Int) {
    self.rows = InterpolationKernel(halfWidth: rows < leastExtent ? 0 : halfWidth)
    self.columns = InterpolationKernel(halfWidth: columns < leastExtent ? 0 : halfWidth)
  }

  /// The least weight of all pixels that an interpolated one is made of; beyond the edges it is 0.
  func eroded(_ weights: Matrix<Double>) -> Matrix<Double> {
    func leasts(
      _ count: Int, _ reach: Int, _ step: Int, _ lines: Range<Int>, _ lineStep: Int,
      _ values: [Double]
    )
      -> [Double]
    {
      var result = values
      for line in lines {
        for place in 0..<count {
          let index = line * lineStep + place * step
          if place < reach || place + reach >= count {
            result[index] = 0
          } else {
            for offset in -reach...reach where values[index + offset * step] < result[index] {
              result[index] = values[index + offset * step]
            }
          }
        }
      }
      return result
    }
    let (height, width) = (weights.rows, weights.columns)
    let along = leasts(width, columns.halfWidth, 1, 0..<height, width, weights.elements)
    return Matrix(
      rows: height, columns: width,
      elements: leasts(height, rows.halfWidth, width, 0..<width, 1, along))
  }
}
