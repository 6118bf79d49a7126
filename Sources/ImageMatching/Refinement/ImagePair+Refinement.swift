// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import Convolution
internal import RealModule

extension ImagePair {
  /// A shift to a small fraction of a pixel, from one that is right but for a few pixels.
  func refined(_ start: Shift, polarity: Double) -> RefinedShift {
    if weights != nil { return MaskedRefinement(self, polarity: polarity).refined(start) }
    var whole = start
    var rest = RefinedShift(row: 0, column: 0)
    // What is in common is cut out anew while it moves; it settles at once, or is too little to tell.
    for _ in 0..<4 {
      let common = overlap(whole)
      let spectrum = CrossSpectrum2D(
        tapered(common.reference, threads),
        tapered(common.moving, threads, times: polarity), threads: threads)
      rest = spectrum.refinedShift()
      let next = Shift(
        row: whole.row + Int(rest.row.rounded()), column: whole.column + Int(rest.column.rounded()))
      guard next != whole, next.leavesOverlap(rows: reference.rows, columns: reference.columns)
      else { break }
      (whole, rest) = (next, RefinedShift(row: 0, column: 0))
    }
    rest.row += Double(whole.row)
    rest.column += Double(whole.column)
    return rest
  }
}

/// The image without its mean and with a mean square of 1, under Hann's window: edges do not move.
private func tapered(
  _ image: Matrix<Double>, _ threads: Int, times polarity: Double = 1
) -> Matrix<Double> {
  func taper(_ count: Int) -> [Double] {
    (0..<count).map { 0.5 - 0.5 * Double.cos(2 * .pi * (Double($0) + 0.5) / Double(count)) }
  }
  let (rowTaper, columnTaper) = (taper(image.rows), taper(image.columns))
  let count = Double(image.count)
  let mean = image.elements.reduce(0, +) / count
  let square = image.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  let scale = polarity * (square > 0 ? 1 / square.squareRoot() : 1)
  return makeMatrix(rows: image.rows, columns: image.columns, threads: threads) { band, output in
    for (line, row) in band.enumerated() {
      let source = image.row(row)
      for column in source.indices {
        output[line * image.columns + column] =
          scale * rowTaper[row] * columnTaper[column] * (source[column] - mean)
      }
    }
  }
}
