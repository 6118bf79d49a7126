// SPDX-License-Identifier: MIT

import RealModule
import ImageMatching
import Convolution
import TestSupport
import Testing

@Suite("Template matching and registration") struct ImageTests {
  @Test func scoresAreThoseOfTheDefinition() throws {
    var image = noise(20, 23, seed: 1)
    for row in 3..<12 { for column in 4..<13 { image[row, column] = 5 } }
    let template = noise(4, 6, seed: 2)
    let scores = try normalizedCrossCorrelation(of: template, in: image)
    #expect(scores.rows == 17 && scores.columns == 18)
    func centred(_ values: [Double]) -> [Double] {
      let mean = values.reduce(0, +) / Double(values.count)
      return values.map { $0 - mean }
    }
    let t = centred(template.elements)
    for row in 0..<scores.rows {
      for column in 0..<scores.columns {
        let w = centred(part(image, row, column, 4, 6).elements)
        let product = zip(w, t).reduce(0) { $0 + $1.0 * $1.1 }
        let isFlat = norm(w) < 1e-9
        let wanted = isFlat ? 0 : product / (norm(w) * norm(t))
        #expect(abs(scores[row, column] - wanted) < 1e-10)
      }
    }
  }

  @Test("A huge pixel spoils the windows that it lies in, and no others", arguments: [1e7, 1e12])
  func hugePixel(height: Double) throws {
    func narrow(_ image: Matrix<Double>) -> Matrix<Float> {
      Matrix(rows: image.rows, columns: image.columns, elements: image.elements.map { Float($0) })
    }
    let plain = narrow(noise(190, 170, seed: 14))
    let template = narrow(noise(40, 33, seed: 15))
    var image = plain
    (image[70, 60], image[120, 10]) = (Float(height), -Float(height))
    let wanted = try normalizedCrossCorrelation(of: template, in: plain)
    let scores = try normalizedCrossCorrelation(of: template, in: image)
    for row in 0..<scores.rows {
      for column in 0..<scores.columns {
        let rows = row..<(row + 40)
        let columns = column..<(column + 33)
        let isSpoilt =
          rows ~= 70 && columns ~= 60 || rows ~= 120 && columns ~= 10
        guard !isSpoilt else { continue }
        #expect(abs(scores[row, column] - wanted[row, column]) < 64 * 0x1p-24)
      }
    }
  }

  @Test func findsTheTemplateInOtherBrightnessAndContrast() throws {
    let image = noise(60, 50, seed: 3)
    var template = part(image, 31, 17, 12, 9)
    template.elements = template.elements.map { 3 * $0 + 40 }
    let matches = try findTemplate(template, in: image, count: 3)
    #expect(matches.count == 3)
    #expect(matches[0].row == 31 && matches[0].column == 17)
    #expect(abs(matches[0].score - 1) < 1e-12)
    #expect(matches[1].score < 0.8)
  }

  @Test(
    "Numbers of any size are matched and registered", arguments: [1e307, 1e160, 1e-160, 1e-307])
  func scales(factor: Double) throws {
    func scaled(_ image: Matrix<Double>) -> Matrix<Double> {
      Matrix(rows: image.rows, columns: image.columns, elements: image.elements.map { $0 * factor })
    }
    let scene = noise(70, 80, seed: 21)
    let image = scaled(part(scene, 2, 3, 60, 64))
    let place = try #require(findTemplate(scaled(part(scene, 33, 20, 7, 9)), in: image).first)
    #expect(place.row == 31 && place.column == 17 && abs(place.score - 1) < 1e-12)
    let shift = try estimateTranslation(of: scaled(part(scene, 7, 1, 60, 64)), from: image)
    #expect(abs(shift.rowShift + 5) < 0.01 && abs(shift.columnShift - 2) < 0.01)
    #expect(shift.peakRatio > 2)
    // Single precision is left at the fourth root of its range.
    let narrow = Matrix(rows: 60, columns: 64, elements: image.elements.map { Float($0 / factor) })
    for power in [Float(0x1p100), 0x1p-100] {
      let large = Matrix(rows: 60, columns: 64, elements: narrow.elements.map { $0 * power })
      #expect(
        try estimateTranslation(of: large, from: large).rowShift
          == estimateTranslation(of: narrow, from: narrow).rowShift)
      #expect(try findTemplate(large, in: large).first?.score ?? 0 > 0.99)
    }
  }

  @Test func placesKeepTheirDistanceAndTheirOrder() throws {
    // Small integers, so that many scores are equal: of those the first comes first.
    var generator = SeededGenerator(seed: 22)
    let image = Matrix(
      rows: 24, columns: 31,
      elements: (0..<744).map { _ in Double(Int.random(in: 0...2, using: &generator)) })
    let template = Matrix([
      [0.0, 2, 1, 0], [1, 0, 2, 2], [2, 1, 0, 1], [0, 0, 1, 2], [1, 1, 2, 0],
    ])
    let scores = try normalizedCrossCorrelation(of: template, in: image)
    var left = (0..<scores.count).map { (row: $0 / scores.columns, column: $0 % scores.columns) }
    var wanted: [[Double]] = []
    while let first = left.first {
      let best = left.reduce(first) {
        scores[$1.row, $1.column] > scores[$0.row, $0.column] ? $1 : $0
      }
      wanted.append([Double(best.row), Double(best.column), scores[best.row, best.column]])
      left.removeAll { abs($0.row - best.row) < 2 && abs($0.column - best.column) < 2 }
    }
    for count in [1000, 5] {
      let found = try findTemplate(template, in: image, count: count)
      #expect(
        found.map { [Double($0.row), Double($0.column), $0.score] } == Array(wanted.prefix(count)))
    }
  }

  @Test func refusesWhatCannotBeMatched() {
    let image = noise(5, 5, seed: 4)
    // Equal numbers whose mean is another one, by rounding.
    #expect(throws: ImageError.flat(.template)) {
      try normalizedCrossCorrelation(
        of: Matrix(repeating: 1e-7, rows: 7, columns: 9), in: noise(9, 9, seed: 5))
    }
    #expect(throws: ImageError.flat(.template)) {
      try normalizedCrossCorrelation(of: Matrix(repeating: 2.0, rows: 2, columns: 2), in: image)
    }
    #expect(throws: ImageError.self) {
      try normalizedCrossCorrelation(of: noise(6, 2, seed: 1), in: image)
    }
    #expect(throws: ImageError.flat(.moving)) {
      try estimateTranslation(of: Matrix(repeating: 0, rows: 5, columns: 5), from: image)
    }
  }

  /// Shifts by whole pixels of a larger scene, and by parts of a pixel of a sum of waves, of which
  /// the shifted values are known.
  @Test(arguments: [(3.0, -7.0), (0.37, -0.62)])
  func findsTheShift(rowShift: Double, columnShift: Double) throws {
    var generator = SeededGenerator(seed: 9)
    let waves = (0..<1200).map { _ in
      (
        u: Double.random(in: -1.5...1.5, using: &generator),
        v: Double.random(in: -1.5...1.5, using: &generator),
        phase: Double.random(in: 0...6, using: &generator)
      )
    }
    func scene(_ dr: Double, _ dc: Double) -> Matrix<Double> {
      Matrix(
        (0..<96).map { r in
          (0..<90).map { c in
            waves.reduce(0) { sum, wave in
              sum + Double.cos(wave.u * (Double(r) - dr) + wave.v * (Double(c) - dc) + wave.phase)
            }
          }
        })
    }
    let found = try estimateTranslation(of: scene(rowShift, columnShift), from: scene(0, 0))
    #expect(abs(found.rowShift - rowShift) < 0.02)
    #expect(abs(found.columnShift - columnShift) < 0.02)
    #expect(found.peakRatio > 2)
  }

  @Test("Of images of a few pixels nothing can be told")
  func tinyImages() throws {
    for (rows, columns) in [(1, 2), (3, 3), (5, 1), (2, 5)] {
      #expect(
        try estimateTranslation(
          of: noise(rows, columns, seed: 9), from: noise(rows, columns, seed: 8)
        ).falseAlarmProbability == 1)
    }
  }

  @Test func unrelatedImagesHaveNoPeak() throws {
    let found = try estimateTranslation(of: noise(64, 64, seed: 11), from: noise(64, 64, seed: 10))
    #expect(found.peakRatio < 2)
  }
}
