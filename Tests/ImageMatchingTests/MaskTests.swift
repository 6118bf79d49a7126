// SPDX-License-Identifier: MIT

import Convolution
import ImageMatching
import TestSupport
import Testing

@Suite("Templates and images of which not all counts") struct MaskTests {
  /// The score by its definition, over the products of the weights.
  private func score(
    _ template: Matrix<Double>, _ templateMask: Matrix<Double>, _ image: Matrix<Double>,
    _ mask: Matrix<Double>, _ row: Int, _ column: Int
  ) -> Double {
    var (total, sum, other) = (0.0, 0.0, 0.0)
    func forEach(_ body: (Double, Double, Double) -> Void) {
      for r in 0..<template.rows {
        for c in 0..<template.columns {
          let weight = templateMask[r, c] * mask[row + r, column + c]
          if weight > 0 { body(weight, template[r, c], image[row + r, column + c]) }
        }
      }
    }
    forEach {
      total += $0; sum += $0 * $1; other += $0 * $2
    }
    guard total >= 0.5 * templateMask.elements.reduce(0, +) else { return .nan }
    var (product, first, second) = (0.0, 0.0, 0.0)
    forEach {
      let (a, b) = ($1 - sum / total, $2 - other / total)
      product += $0 * a * b
      first += $0 * a * a
      second += $0 * b * b
    }
    return product / (first * second).squareRoot()
  }

  private func weights(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
    var generator = SeededGenerator(seed: seed)
    return Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in
        [0, 0.25, 0.75, 1, 1, 1][Int.random(in: 0..<6, using: &generator)]
      })
  }

  @Test("Scores are those of the definition")
  func scores() throws {
    var image = noise(30, 34, seed: 1)
    let template = noise(6, 8, seed: 2)
    var (templateMask, mask) = (weights(6, 8, seed: 3), weights(30, 34, seed: 4))
    for column in 0..<20 { mask[25, column] = 0 }
    // What does not count may be anything.
    (image[25, 3], image[25, 4], mask[20, 30], image[20, 30]) = (.nan, 1e300, 0, -.infinity)
    let scores = try normalizedCrossCorrelation(
      of: template, in: image, templateMask: templateMask, mask: mask)
    for row in 0..<scores.rows {
      for column in 0..<scores.columns {
        let wanted = score(template, templateMask, image, mask, row, column)
        #expect(
          wanted.isNaN ? scores[row, column].isNaN : abs(scores[row, column] - wanted) < 1e-9)
      }
    }
    // Where everything counts, the bits are those without a mask.
    templateMask = Matrix(repeating: 1, rows: 6, columns: 8)
    let plain = noise(30, 34, seed: 1)
    #expect(
      try normalizedCrossCorrelation(of: template, in: plain, templateMask: templateMask).elements
        == normalizedCrossCorrelation(of: template, in: plain).elements)
  }

  @Test("A disk is found before another background, and what is not there is not")
  func disk() throws {
    var image = noise(100, 110, seed: 10)
    let object = noise(31, 31, seed: 11)
    func counts(_ row: Int, _ column: Int) -> Bool {
      (row - 15) * (row - 15) + (column - 15) * (column - 15) <= 200
    }
    var template = object
    var mask = Matrix(repeating: 0.0, rows: 31, columns: 31)
    for row in 0..<31 {
      for column in 0..<31 {
        if counts(row, column) {
          mask[row, column] = 1
          image[40 + row, 52 + column] = 3 * object[row, column] + 7
        } else {
          template[row, column] = 500
        }
      }
    }
    let found = try #require(findTemplate(template, in: image, templateMask: mask).first)
    #expect(found.row == 40 && found.column == 52 && abs(found.score - 1) < 1e-9)
    #expect(found.falseAlarmProbability < 1e-12)
    let absent = try #require(
      findTemplate(noise(31, 31, seed: 12), in: image, templateMask: mask).first)
    #expect(absent.falseAlarmProbability > 1e-3)
    #expect(throws: ImageError.self) {
      try findTemplate(
        template, in: image, templateMask: Matrix(repeating: 1, rows: 3, columns: 31))
    }
    #expect(throws: ImageError.flat(.template)) {
      try findTemplate(
        template, in: image, templateMask: Matrix(repeating: 0, rows: 31, columns: 31))
    }
  }
}
