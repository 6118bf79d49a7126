// SPDX-License-Identifier: MIT

import Convolution
import ImageMatching
import TestSupport
import Testing

@Suite("Shifts of images of which not all counts") struct MaskedRegistrationTests {
  private func weights(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
    var generator = SeededGenerator(seed: seed)
    return Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in
        [0, 0, 0.5, 1, 1][Int.random(in: 0..<5, using: &generator)]
      })
  }

  private func ones(_ rows: Int, _ columns: Int) -> Matrix<Double> {
    Matrix(repeating: 1, rows: rows, columns: columns)
  }

  /// The weighted correlation coefficient at a shift by its definition, and the sum of the weights.
  private func direct(
    _ moving: Matrix<Double>, _ movingMask: Matrix<Double>, _ reference: Matrix<Double>,
    _ mask: Matrix<Double>, _ down: Int, _ right: Int
  ) -> (coefficient: Double, count: Double) {
    var terms: [(w: Double, a: Double, b: Double)] = []
    for row in 0..<reference.rows where 0..<moving.rows ~= row + down {
      for column in 0..<reference.columns where 0..<moving.columns ~= column + right {
        let weight = mask[row, column] * movingMask[row + down, column + right]
        terms.append((weight, reference[row, column], moving[row + down, column + right]))
      }
    }
    let count = terms.reduce(0) { $0 + $1.w }
    guard count > 0 else { return (0, 0) }
    let first = terms.reduce(0) { $0 + $1.w * $1.a } / count
    let second = terms.reduce(0) { $0 + $1.w * $1.b } / count
    let product = terms.reduce(0) { $0 + $1.w * ($1.a - first) * ($1.b - second) }
    let squares = terms.reduce(0) { $0 + $1.w * ($1.a - first) * ($1.a - first) }
    let others = terms.reduce(0) { $0 + $1.w * ($1.b - second) * ($1.b - second) }
    let scale = (squares * others).squareRoot()
    return (scale > 1e-9 ? product / scale : 0, count)
  }

  @Test(
    "The correlation at every shift is that of the definition",
    arguments: [(1, 7), (3, 3), (5, 4), (6, 9), (12, 11)])
  func correlation(rows: Int, columns: Int) {
    let (reference, moving) = (noise(rows, columns, seed: 1), noise(rows, columns, seed: 2))
    let (mask, other) = (weights(rows, columns, seed: 3), weights(rows, columns, seed: 4))
    let found = maskedCorrelation(of: moving, other, from: reference, mask)
    for row in 0..<found.counts.rows {
      for column in 0..<found.counts.columns {
        let wanted = direct(
          moving, other, reference, mask, row - rows + 1, column - columns + 1)
        #expect(abs(found.counts[row, column] - wanted.count) < 1e-12)
        #expect(abs(found.coefficients[row, column] - wanted.coefficient) < 1e-6)
      }
    }
  }

  /// What spoils a picture: the letters of a caption and dead columns stay where they are, borders are zeros.
  private enum Spoiler: CaseIterable {
    case letters, deadColumns, borders, everything

    /// Where it spoils.
    func spoils(_ row: Int, _ column: Int, _ rows: Int, _ columns: Int) -> Bool {
      switch self {
      case .letters:
        (20..<34 ~= row || 90..<104 ~= row) && (column / 4) % 3 != 0
          && (row / 3 + column / 5) % 2 == 0
      case .deadColumns: column % 29 == 7
      case .borders: row < 15 || column >= columns - 22
      case .everything:
        [Spoiler.letters, .deadColumns, .borders].contains {
          $0.spoils(row, column, rows, columns)
        }
      }
    }

    var value: Double { self == .borders ? 0 : 60 }
  }

  private func spoilt(
    _ image: Matrix<Double>, _ spoiler: Spoiler
  ) -> (image: Matrix<Double>, mask: Matrix<Double>) {
    var (image, mask) = (image, ones(image.rows, image.columns))
    for row in 0..<image.rows {
      for column in 0..<image.columns
      where spoiler.spoils(row, column, image.rows, image.columns) {
        (image[row, column], mask[row, column]) = (spoiler.value, 0)
      }
    }
    return (image, mask)
  }

  @Test("Letters, dead columns and borders that stay in place do not count")
  func spoilers() throws {
    for spoiler in Spoiler.allCases {
      // Exact but for their extremes, which are limited in each image by its own.
      for (down, right) in [(7, -12), (-31, 18), (0, 3)] {
        let scene = smooth(220, 220, seed: 10)
        let first = spoilt(part(scene, 50, 50, 128, 120), spoiler)
        let second = spoilt(part(scene, 50 - down, 50 - right, 128, 120), spoiler)
        let found = try estimateTranslation(
          of: second.image, from: first.image, mask: first.mask, movingMask: second.mask)
        #expect(
          abs(found.rowShift - Double(down)) < 0.01
            && abs(found.columnShift - Double(right)) < 0.01,
          "\(spoiler), \(down), \(right): \(found)")
        #expect(found.isReliable(atMost: 1e-6) && found.polarity == 1, "\(spoiler): \(found)")
        let negative = second.image.elements.map { 3 - 2 * $0 }
        let other = try estimateTranslation(
          of: Matrix(rows: 128, columns: 120, elements: negative), from: first.image,
          mask: first.mask, movingMask: second.mask)
        #expect(other.polarity == -1 && abs(other.rowShift - Double(down)) < 0.01)
      }
    }
  }

  @Test("What does not count may be anything, and what counts has to be finite")
  func anything() throws {
    let scene = smooth(120, 120, seed: 20)
    var (first, second) = (part(scene, 20, 20, 80, 80), part(scene, 15, 26, 80, 80))
    var (mask, other) = (ones(80, 80), ones(80, 80))
    let plain = try estimateTranslation(of: second, from: first)
    #expect(
      try estimateTranslation(of: second, from: first, mask: mask, movingMask: other) == plain)
    (mask[3, 4], mask[70, 71], other[40, 41]) = (0, 0, 0)
    let clean = try estimateTranslation(of: second, from: first, mask: mask, movingMask: other)
    #expect(abs(clean.rowShift - 5) < 1e-3 && abs(clean.columnShift + 6) < 1e-3)
    (first[3, 4], first[70, 71], second[40, 41]) = (.nan, -.infinity, 1e300)
    #expect(
      try estimateTranslation(of: second, from: first, mask: mask, movingMask: other) == clean)
    #expect(throws: ImageError.notFinite(.reference, row: 70, column: 71)) {
      mask[70, 71] = 0.1
      _ = try estimateTranslation(of: second, from: first, mask: mask, movingMask: other)
    }
  }

  @Test("Masks that leave too little are refused")
  func tooLittle() throws {
    let image = noise(64, 64, seed: 30)
    let none = Matrix(repeating: 0.0, rows: 64, columns: 64)
    #expect(throws: ImageError.nothingCounts(.reference)) {
      try estimateTranslation(of: image, from: image, mask: none)
    }
    #expect(throws: ImageError.nothingCounts(.moving)) {
      try estimateTranslation(of: image, from: image, movingMask: none)
    }
    var one = none
    one[5, 5] = 1
    #expect(throws: ImageError.flat(.moving)) {
      try estimateTranslation(of: image, from: image, movingMask: one)
    }
    #expect(throws: ImageError.self) {
      try estimateTranslation(
        of: image, from: image, mask: Matrix(repeating: 1, rows: 64, columns: 63))
    }
    // Nine pixels agree with any others at some shift.
    var few = none
    for row in 0..<3 { for column in 0..<3 { few[20 + row, 30 + column] = 1 } }
    let found = try estimateTranslation(of: image, from: image, mask: few)
    #expect(!found.isReliable(atMost: 1e-3))
    // A chessboard leaves no pixel with the neighbours that would predict it.
    var board = none
    for row in 0..<64 { for column in 0..<64 { board[row, column] = Double((row + column) % 2) } }
    let coarse = try estimateTranslation(of: image, from: image, mask: board, movingMask: board)
    #expect(coarse.rowStandardError == nil)
  }

  @Test("Shifts with less in common than the ratio are left out")
  func overlapRatio() throws {
    let scene = smooth(200, 200, seed: 40)
    let (first, second) = (part(scene, 70, 10, 96, 96), part(scene, 5, 10, 96, 96))
    var mask = ones(96, 96)
    for row in 0..<96 { mask[row, 50] = 0 }
    // 65 rows further down, 31 of 96 are in common.
    let near = try estimateTranslation(of: second, from: first, mask: mask, overlapRatio: 0.2)
    #expect(abs(near.rowShift - 65) < 0.01 && near.isReliable(atMost: 1e-6))
    let far = try estimateTranslation(of: second, from: first, mask: mask, overlapRatio: 0.5)
    #expect(!far.isReliable(atMost: 1e-4))
    let whole = try estimateTranslation(of: second, from: first, overlapRatio: 0.5)
    #expect(!whole.isReliable(atMost: 1e-4))
  }

  @Test("Unrelated images under masks do not pass")
  func unrelated() throws {
    for seed in 0..<12 as Range<UInt64> {
      let mask = weights(32, 32, seed: 300 + seed)
      let pair =
        seed % 2 == 0
        ? (noise(32, 32, seed: 100 + seed), noise(32, 32, seed: 200 + seed))
        : (smooth(32, 32, seed: 100 + seed), smooth(32, 32, seed: 200 + seed))
      let found = try estimateTranslation(of: pair.0, from: pair.1, mask: mask, movingMask: mask)
      #expect(found.falseAlarmProbability > 1e-4, "seed \(seed)")
    }
  }

  @Test("The bits are the same on any number of threads")
  func threads() throws {
    let scene = smooth(150, 150, seed: 45)
    let (first, second) = (part(scene, 20, 20, 100, 90), part(scene, 17, 25, 100, 90))
    let mask = spoilt(first, .deadColumns).mask
    let one = try estimateTranslation(of: second, from: first, mask: mask, threads: 1)
    for threads in [2, 3, 7] {
      #expect(try estimateTranslation(of: second, from: first, mask: mask, threads: threads) == one)
    }
  }
}
