// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import Convolution
internal import FourierTransform

/// Rows of an image less a level that is common in them, without what is out of all proportion.
struct ImageBand<Element: FourierScalar>: Sendable {
  let rows: Range<Int>
  /// 0 in the gaps; multiplied by a power of two if squares might leave the range of the type.
  private(set) var values: Matrix<Element>
  /// The largest magnitude of ``values``.
  private(set) var peak = 0.0
  /// Whether elements were left out: those that are not finite or farther from the level than the
  /// limit.
  private(set) var hasGaps = false
  private let image: Matrix<Element>
  private let level: Element
  private let limit: Element

  init(_ image: Matrix<Element>, _ rows: Range<Int>, _ threads: Int) {
    (self.image, self.rows) = (image, rows)
    let columns = image.columns
    let level = commonLevel(
      image.elements.span.extracting(
        (rows.lowerBound * columns)..<(rows.upperBound * columns)))
    var shifted = makeMatrix(
      rows: rows.count, columns: columns, bandRows: 64, threads: threads
    ) { lines, target in
      let start = (rows.lowerBound + lines.lowerBound) * columns
      Element.subtract(
        Double(level), from: image.elements.span.extracting(start..<(start + target.count)),
        into: &target)
    }
    // Three quarters of the elements are no farther from the level, or some of those that differ.
    let distances = sampled(shifted.elements.span).map(\.magnitude).sorted()
    let common = distances.isEmpty ? 0 : distances[3 * (distances.count - 1) / 4]
    let spread = common > 0 ? common : distances.first { $0 > 0 } ?? 0
    // Beside an element at the limit a patch may still be 2² to 2⁴ times fainter than most, and sure.
    let most = spread * (Element.self == Float.self ? 0x1p8 : 0x1p16)
    limit = most > 0 && most.isFinite ? most : Element.greatestFiniteMagnitude
    self.level = level

    let maxima = rowMaxima(shifted)
    for row in maxima.indices {
      guard !(maxima[row] <= limit) else {
        peak = max(peak, Double(maxima[row]))
        continue
      }
      hasGaps = true
      for index in (row * columns)..<((row + 1) * columns) {
        let magnitude = shifted.elements[index].magnitude
        if magnitude <= limit {
          peak = max(peak, Double(magnitude))
        } else {
          shifted.elements[index] = 0
        }
      }
    }
    let factor = shifted.rangeFactor(peak: Element(peak))
    values = factor == 1 ? shifted : shifted.scaled(by: factor)
    peak *= Double(factor)
  }

  /// Where its rows are among the image's elements.
  var places: Range<Int> { (rows.lowerBound * image.columns)..<(rows.upperBound * image.columns) }

  /// Writes to `missing` and `huge`, for each column, how many elements of a row of the band are not
  /// finite, and how many were left out although they are.
  func addGaps(ofRow row: Int, times factor: Int, _ missing: inout [Int], _ huge: inout [Int]) {
    let elements = image.row(rows.lowerBound + row)
    for column in elements.indices {
      if !elements[column].isFinite {
        missing[column] += factor
      } else if !(Element(Double(elements[column]) - Double(level)).magnitude <= limit) {
        huge[column] += factor
      }
    }
  }
}

/// How many elements of each patch were left out of a band.
struct PatchGaps<Element: FourierScalar> {
  private let band: ImageBand<Element>
  private let patchRows: Int
  private let patchColumns: Int
  private var row: Int
  private var missing: [Int]
  private var huge: [Int]

  init(_ band: ImageBand<Element>, rows: Int, columns: Int, from row: Int) {
    (self.band, patchRows, patchColumns, self.row) = (band, rows, columns, row)
    missing = [Int](repeating: 0, count: band.values.columns)
    huge = missing
    for line in row..<(row + rows) { band.addGaps(ofRow: line, times: 1, &missing, &huge) }
  }

  /// Goes on to the next row.
  mutating func moveDown() {
    band.addGaps(ofRow: row, times: -1, &missing, &huge)
    band.addGaps(ofRow: row + patchRows, times: 1, &missing, &huge)
    row += 1
  }

  /// Marks the scores of patches with gaps: NaN where an element is not finite, else infinity.
  func mark(_ scores: inout MutableSpan<Element>) {
    var (absent, large) = (0, 0)
    for column in missing.indices {
      absent += missing[column]
      large += huge[column]
      let first = column - patchColumns + 1
      guard first >= 0 else { continue }
      if absent > 0 {
        scores[first] = .nan
      } else if large > 0 {
        scores[first] = .infinity
      }
      absent -= missing[first]
      large -= huge[first]
    }
  }
}
