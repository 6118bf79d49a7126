// SPDX-License-Identifier: MIT

import Convolution
import FourierTransform
import ImageMatching
import TestSupport
import Testing

@Suite("Scores of images with fill values, steps and holes") struct FillValueTests {
  /// The score by its definition, in double precision, from the template's `unit`; NaN where an
  /// element is not finite.
  private func directScore<Element: FourierScalar>(
    _ unit: Matrix<Double>, _ image: Matrix<Element>, _ row: Int, _ column: Int
  ) -> Double {
    let values = (0..<unit.rows).flatMap { line in
      (0..<unit.columns).map { Double(image[row + line, column + $0]) }
    }
    guard values.allSatisfy(\.isFinite) else { return .nan }
    guard values.contains(where: { $0 != values[0] }) else { return 0 }
    let patch = centred(values)
    return zip(patch, unit.elements).reduce(0) { $0 + $1.0 * $1.1 } / norm(patch)
  }

  private func centred(_ values: [Double]) -> [Double] {
    // About the first and by the largest: sums of neither huge nor of steps then lose anything.
    let peak = values.reduce(0) { max($0, $1.magnitude) }
    let scaled = values.map { $0 / peak - values[0] / peak }
    let mean = scaled.reduce(0, +) / Double(scaled.count)
    let once = scaled.map { $0 - mean }
    let rest = once.reduce(0, +) / Double(once.count)
    return once.map { $0 - rest }
  }

  /// The largest difference of the scores from their definition, which also have to be missing where
  /// theirs are.
  private func error<Element: FourierScalar>(
    _ template: Matrix<Element>, _ image: Matrix<Element>, _ comment: Comment
  ) throws -> Double {
    let scores = try normalizedCrossCorrelation(of: template, in: image)
    let deviations = centred(template.elements.map { Double($0) })
    let unit = Matrix(
      rows: template.rows, columns: template.columns,
      elements: deviations.map { $0 / norm(deviations) })
    var worst = 0.0
    for row in 0..<scores.rows {
      for column in 0..<scores.columns {
        let wanted = directScore(unit, image, row, column)
        let score = Double(scores[row, column])
        guard wanted.isNaN == score.isNaN else {
          Issue.record("\(score) for \(wanted) at \(row), \(column): \(comment)")
          continue
        }
        if !wanted.isNaN { worst = max(worst, abs(score - wanted)) }
      }
    }
    return worst
  }

  private func narrow(_ image: Matrix<Double>) -> Matrix<Float> {
    Matrix(rows: image.rows, columns: image.columns, elements: image.elements.map { Float($0) })
  }

  /// Both types have the right scores. Single precision bears a quarter more of its bits than double
  /// precision does: see `Certainty`.
  private func check(
    _ template: Matrix<Double>, _ image: Matrix<Double>, _ comment: Comment
  ) throws {
    #expect(try error(template, image, comment) < 1e-8, comment)
    #expect(try error(narrow(template), narrow(image), comment) < 1e-5, comment)
  }

  private static let fills: [Double] = [
    1e3, 1e6, 1e10, -1e20, 1e36, -3.4e38, .infinity, -.infinity, .nan,
  ]

  @Test(
    "A band, a frame or single fill values leave the other scores as they are", arguments: fills)
  func fill(value: Double) throws {
    let plain = noise(96, 90, seed: 51)
    let template = noise(11, 8, seed: 52)
    var band = plain
    var columns = plain
    var frame = plain
    var single = plain
    for row in 0..<96 {
      for column in 0..<90 {
        if 40..<61 ~= row { band[row, column] = value }
        if 70..<85 ~= column { columns[row, column] = value }
        if row < 20 || row > 80 || column < 22 { frame[row, column] = value }
        if (row * 90 + column) % 997 == 0 { single[row, column] = value }
      }
    }
    for (image, name) in [
      (band, "band"), (columns, "columns"), (frame, "frame"), (single, "single"),
    ] {
      try check(template, image, "\(name) of \(value)")
    }
    // Far away from the template's place.
    for image in [band, columns, frame] {
      let found = try findTemplate(part(plain, 25, 35, 11, 8), in: image)
      #expect(found.first?.row == 25 && found.first?.column == 35)
      #expect(abs((found.first?.score ?? 0) - 1) < 1e-8)
    }
  }

  @Test("Fill values of many sizes beside each other, and a huge template")
  func manyFills() throws {
    var image = noise(70, 75, seed: 53)
    for (index, value) in Self.fills.enumerated() {
      image[7 * index + 3, (index * 31) % 75] = value
      image[7 * index + 4, (index * 47) % 75] = -value / 3
    }
    try check(noise(5, 6, seed: 54), image, "many")
    var template = noise(6, 6, seed: 55)
    template[2, 3] = 1e25
    try check(template, image, "huge template")
  }

  @Test("Two levels that are far apart", arguments: [1e3, 1e5, 1e7, 1e12])
  func levels(height: Double) throws {
    var image = noise(80, 90, seed: 56)
    for row in 0..<80 {
      for column in 0..<90 where 2 * column + row > 140 { image[row, column] += height }
    }
    let template = noise(9, 12, seed: 57)
    // What is left of the noise above the step is rounded: the definition sees the same.
    let factor = max(1, height * 1e-7)
    #expect(try error(template, image, "step of \(height)") < 1e-8 * factor)
    if height < 1e6 {
      #expect(try error(narrow(template), narrow(image), "step of \(height)") < 1e-4)
    }
  }

  @Test("Whole numbers that are mostly equal: a drawing, in every type and size of template")
  func drawings() throws {
    var generator = SeededGenerator(seed: 58)
    for (rows, columns) in [(1, 2), (3, 3), (2, 9), (16, 16)] {
      var image = Matrix(repeating: 255.0, rows: 60, columns: 57)
      for _ in 0..<30 {
        image[
          Int.random(in: 0..<60, using: &generator), Int.random(in: 0..<57, using: &generator)] =
          Double(Int.random(in: 0...255, using: &generator))
      }
      try check(noise(rows, columns, seed: 59), image, "\(rows) x \(columns)")
    }
  }

  @Test("Random images, templates and fills: seed 60")
  func random() throws {
    var generator = SeededGenerator(seed: 60)
    for round in 0..<40 as Range<UInt64> {
      let (rows, columns) = (
        Int.random(in: 1...40, using: &generator), Int.random(in: 2...50, using: &generator)
      )
      var image = noise(rows, columns, seed: 1000 + round)
      let template = noise(
        Int.random(in: 1...rows, using: &generator),
        Int.random(in: 2...columns, using: &generator), seed: 2000 + round)
      for _ in 0..<Int.random(in: 0...6, using: &generator) {
        let value = Self.fills[Int.random(in: 0..<Self.fills.count, using: &generator)]
        image[
          Int.random(in: 0..<rows, using: &generator),
          Int.random(in: 0..<columns, using: &generator)] = value
      }
      try check(template, image, "round \(round)")
    }
  }

  @Test("The bits are the same on any number of threads")
  func threads() throws {
    var image = noise(300, 260, seed: 61)
    for row in 100..<130 { for column in 0..<260 { image[row, column] = 1e30 } }
    image[30, 40] = .nan
    let template = noise(20, 17, seed: 62)
    func bits(_ threads: Int) throws -> [UInt64] {
      try normalizedCrossCorrelation(of: template, in: image, threads: threads).elements.map(
        \.bitPattern)
    }
    let one = try bits(1)
    for threads in [2, 3, 7] { #expect(try bits(threads) == one) }
  }

  @Test("An image without a whole patch has no place for the template")
  func holes() throws {
    let image = Matrix(
      rows: 8, columns: 8, elements: (0..<64).map { $0 % 3 == 0 ? Double.nan : Double($0) })
    #expect(try findTemplate(noise(3, 3, seed: 63), in: image).isEmpty)
    #expect(throws: ImageError.notFinite(.template, row: 0, column: 0)) {
      try findTemplate(image, in: noise(20, 20, seed: 64))
    }
  }
}
