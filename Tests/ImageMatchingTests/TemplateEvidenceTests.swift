// SPDX-License-Identifier: MIT

import Convolution
import ImageMatching
import TestSupport
import Testing

@Suite("Whether a template was found or fits by chance") struct TemplateEvidenceTests {
  private func inSingle(_ image: Matrix<Double>) -> Matrix<Float> {
    Matrix(rows: image.rows, columns: image.columns, elements: image.elements.map(Float.init))
  }

  private func chance(_ template: Matrix<Double>, _ image: Matrix<Double>) throws -> Double {
    try #require(findTemplate(template, in: image).first).falseAlarmProbability
  }

  @Test("A copy is found from few pixels, by either precision; two fit anywhere")
  func copies() throws {
    for (rows, columns) in [(3, 5), (4, 4), (7, 3), (9, 11)] {
      for seed in 0..<20 as Range<UInt64> {
        let scene = seed % 2 == 0 ? noise(40, 50, seed: seed) : smooth(40, 50, seed: seed)
        let template = part(scene, 17, 23, rows, columns)
        #expect(try chance(template, scene) < 1e-6, "\(rows) x \(columns), seed \(seed)")
        let single = try #require(
          findTemplate(inSingle(template), in: inSingle(scene)).first)
        #expect(single.row == 17 && single.column == 23)
        #expect(single.falseAlarmProbability < 1e-6, "\(rows) x \(columns), seed \(seed)")
      }
    }
    let scene = noise(40, 50, seed: 77)
    #expect(try chance(part(scene, 17, 23, 1, 2), scene) == 1)
  }

  @Test(
    "What is there is found at 10 dB, in other brightness and contrast", arguments: [24, 32, 64])
  func present(size: Int) throws {
    for seed in 0..<5 as Range<UInt64> {
      for scene in [noise(150, 160, seed: 100 + seed), smooth(150, 160, seed: 200 + seed)] {
        let template = part(scene, 40, 51, size, size)
        let mean = template.elements.reduce(0, +) / Double(template.count)
        let power = template.elements.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let level = (0.1 * power / Double(template.count)).squareRoot()
        let disturbance = noise(150, 160, seed: 300 + seed).elements
        let image = Matrix(
          rows: 150, columns: 160,
          elements: zip(scene.elements, disturbance).map { 40 + 3 * ($0 + level * $1) })
        let found = try #require(findTemplate(template, in: image).first)
        #expect(found.row == 40 && found.column == 51)
        #expect(found.falseAlarmProbability < 1e-6, "size \(size), seed \(seed)")
      }
    }
  }

  @Test("What is not there is not found, however high it scores", arguments: [4, 8, 16, 32, 64])
  func absent(size: Int) throws {
    var highest = 0.0
    for seed in 0..<10 as Range<UInt64> {
      let images = [noise(120, 120, seed: 400 + seed), smooth(120, 120, seed: 500 + seed)]
      let templates = [noise(size, size, seed: 600 + seed), smooth(size, size, seed: 700 + seed)]
      for image in images {
        for template in templates {
          let best = try #require(findTemplate(template, in: image).first)
          highest = max(highest, best.score)
          #expect(best.falseAlarmProbability > 1e-3, "size \(size), seed \(seed)")
        }
      }
    }
    if size <= 8 { #expect(highest > 0.8) }
  }

  @Test("Fill values in the image change nothing, and a flat image has no place for it")
  func fills() throws {
    var image = noise(90, 90, seed: 800)
    let template = part(image, 50, 8, 20, 22)
    let plain = try chance(template, image)
    for row in 0..<30 { for column in 0..<90 { image[row, column] = -1e30 } }
    for column in 40..<45 { image[80, column] = .nan }
    // But for fewer scores.
    #expect(try chance(template, image) <= plain && plain < 1e-20)
    #expect(try chance(template, Matrix(repeating: 3, rows: 40, columns: 40)) == 1)
  }
}
