// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import Convolution
internal import FourierTransform
internal import RealModule

/// Scores of patches whose neighbours are out of all proportion: of windows beside fill values or a
/// step between two levels, or that hold such a thing.
///
/// What rounds a patch's score is the largest element that is transformed and summed up with it. So
/// patches are taken in tiles that are halved until the elements of each tile are as large as any of
/// its patches bears; a tile of few patches is summed up directly. Along an edge the tiles become
/// small, and are few: each patch is computed once, and the tiles of s patches a side, which lie
/// within s of an edge, cost no more the smaller they are than the edge's length by the template's
/// area.
struct PreciseScores<Element: FourierScalar>: Sendable {
  let image: Matrix<Element>
  let template: CentredTemplate<Element>
  private let plan: ConvolutionPlan2D<Double>

  init(image: Matrix<Element>, template: CentredTemplate<Element>) {
    (self.image, self.template, plan) = (image, template, template.makePrecisePlan())
  }

  /// A tile of so few patches is not worth a transform or another halving.
  private static var fewPatches: Int { 16 }

  /// Writes the scores of the patches in some rows and columns. The first row of `scores` is
  /// `firstRow`.
  func write(
    rows: Range<Int>, columns: Range<Int>, into scores: SharedBuffer<Element>, firstRow: Int
  ) {
    let stride = image.columns - template.columns + 1
    func put(_ score: Double, _ row: Int, _ column: Int) {
      scores[(row - firstRow) * stride + column] = Element(score)
    }
    if rows.count * columns.count <= Self.fewPatches {
      for row in rows { for column in columns { put(directScore(row, column), row, column) } }
      return
    }
    let tile = Tile(
      image, rows: rows.lowerBound..<(rows.upperBound + template.rows - 1),
      columns: columns.lowerBound..<(columns.upperBound + template.columns - 1))
    guard let distances = tile.distances(template) else {
      let halvesRows = rows.count >= columns.count
      let range = halvesRows ? rows : columns
      let middle = range.lowerBound + range.count / 2
      for half in [range.lowerBound..<middle, middle..<range.upperBound] {
        write(
          rows: halvesRows ? half : rows, columns: halvesRows ? columns : half, into: scores,
          firstRow: firstRow)
      }
      return
    }
    let products = plan.apply(to: tile.values)
    for row in 0..<rows.count {
      for column in 0..<columns.count {
        let index = row * columns.count + column
        // Not a number where the patch has no score, and 0 where it is flat.
        let distance = distances[index]
        let score =
          distance == 0
          ? 0 : products.elements[index] / (distance * template.preciseEnergy).squareRoot()
        put(
          max(-1, min(1, score)) + (distance - distance), rows.lowerBound + row,
          columns.lowerBound + column)
      }
    }
  }

  /// The score of one patch, by its definition.
  private func directScore(_ row: Int, _ column: Int) -> Double {
    var peak = 0.0
    for line in row..<(row + template.rows) {
      let elements = image.row(line)
      for place in column..<(column + template.columns) {
        guard elements[place].isFinite else { return .nan }
        peak = max(peak, Double(elements[place].magnitude))
      }
    }
    let factor = scale(ofPeak: peak)
    let first = Double(image[row, column]) * factor
    var sum = 0.0
    for line in row..<(row + template.rows) {
      let elements = image.row(line)
      for place in column..<(column + template.columns) {
        sum += Double(elements[place]) * factor - first
      }
    }
    let mean = sum / template.area
    var (rest, square, product, isFlat, index) = (0.0, 0.0, 0.0, true, 0)
    for line in row..<(row + template.rows) {
      let elements = image.row(line)
      for place in column..<(column + template.columns) {
        let difference = Double(elements[place]) * factor - first
        if difference != 0 { isFlat = false }
        let value = difference - mean
        rest += value
        square += value * value
        product += value * template.elements[index]
        index += 1
      }
    }
    // The mean is rounded, too.
    square -= rest * rest / template.area
    guard !isFlat, square > 0 else { return 0 }
    return max(-1, min(1, product / (square * template.preciseEnergy).squareRoot()))
  }
}

/// A part of an image, less one of its elements and scaled to a largest of about 1.
private struct Tile {
  /// 0 where an element is not finite.
  let values: Matrix<Double>
  private var peak = 0.0
  /// As they are in the image: what is flat is told from these, before anything is rounded.
  private let originals: [Double]
  /// 1 where an element is not finite; empty if there is none.
  private var missing: [Double] = []

  init<Element: FourierScalar>(_ image: Matrix<Element>, rows: Range<Int>, columns: Range<Int>) {
    var elements: [Double] = []
    elements.reserveCapacity(rows.count * columns.count)
    for row in rows {
      let line = image.row(row)
      for column in columns { elements.append(Double(line[column])) }
    }
    originals = elements
    var largest = 0.0
    var isWhole = true
    for value in elements {
      if value.isFinite { largest = max(largest, value.magnitude) } else { isWhole = false }
    }
    if !isWhole { missing = elements.map { $0.isFinite ? 0 : 1 } }
    let factor = scale(ofPeak: largest)
    let reference = commonLevel(elements.span) * factor
    for index in elements.indices {
      let value = elements[index]
      elements[index] = value.isFinite ? value * factor - reference : 0
      peak = max(peak, elements[index].magnitude)
    }
    values = Matrix(rows: rows.count, columns: columns.count, elements: elements)
  }

  /// For each patch the sum of the squared distances from its mean: 0 if it is flat, NaN if an
  /// element is not finite; nil if not all of them are large enough to be sure of their scores.
  func distances<Element: FourierScalar>(_ template: CentredTemplate<Element>) -> [Double]? {
    let (rows, columns) = (template.rows, template.columns)
    let width = values.columns - columns + 1
    let limits = Certainty<Double>(peak: peak, area: template.area)
    let holes =
      missing.isEmpty
      ? nil : Matrix(rows: values.rows, columns: values.columns, elements: missing)
    var patches = PatchSums(values, rows: rows, columns: columns, from: 0)
    var counts = holes.map { PatchSums($0, rows: rows, columns: columns, from: 0) }
    var flats = FlatPatches<Double>(rows: rows, columns: columns, imageColumns: values.columns)
    var result: [Double] = []
    result.reserveCapacity((values.rows - rows + 1) * width)
    for row in 0...(values.rows - rows) {
      if row > 0 {
        patches.moveDown(values)
        if let holes { counts?.moveDown(holes) }
      }
      var line = [Double](repeating: 0, count: width)
      patches.withSums { sums, squares in
        for column in 0..<width {
          let distance = squares[column] - sums[column] * sums[column] / template.area
          line[column] = limits.isSure(distance, square: squares[column]) ? distance : .infinity
        }
      }
      counts?.withSums { counts, _ in
        for column in 0..<width where counts[column] > 0 { line[column] = .nan }
      }
      if line.contains(.infinity) {
        var target = line.mutableSpan
        flats.clear(&target, row: row, of: originals.span)
        guard !line.contains(.infinity) else { return nil }
      }
      result += line
    }
    return result
  }
}

/// The power of two by which numbers of this largest magnitude come near 1.
private func scale(ofPeak peak: Double) -> Double {
  guard peak > 0 else { return 1 }
  return Double(sign: .plus, exponent: min(-Int(peak.exponent), 1022), significand: 1)
}
