// SPDX-License-Identifier: MIT

import Foundation
import SignalFiles
import TestSupport
import Testing

@Suite("overlap match and register")
struct ImageCommandTests {
  private let files: TemporaryFiles

  init() throws { files = TemporaryFiles() }

  private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  private func save(_ width: Int, _ samples: [UInt8], _ name: String) throws -> String {
    try Raster(
      height: samples.count / width, width: width, channels: .grey, .uint8(samples)
    ).write(to: files.path(name))
    return files.path(name)
  }

  private func save(_ rows: Int, _ columns: Int, _ values: [Float], _ name: String) throws -> String
  {
    try NumPyArray(shape: [rows, columns], values).write(to: files.path(name))
    return files.path(name)
  }

  /// A part of a picture.
  private func part(
    of samples: [UInt8], width: Int, rows: Range<Int>, columns: Range<Int>
  ) -> [UInt8] {
    rows.flatMap { row in columns.map { samples[row * width + $0] } }
  }

  private func objects(_ output: String) throws -> [[String: Any]] {
    try output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test("match finds a template in other brightness and contrast, the best places first")
  func match() throws {
    var scene = noise(60 * 50, seed: 1)
    let wanted = part(of: scene, width: 50, rows: 20..<32, columns: 31..<40)
    // The same once more, spoilt a little.
    for (index, sample) in wanted.enumerated() where index % 7 != 0 {
      scene[(40 + index / 9) * 50 + 3 + index % 9] = sample
    }
    let image = try save(50, scene, "scene.png")
    let template = try save(12, 9, wanted.map { 300 - 0.5 * Float($0) * -1 }, "template.npy")
    let run = try overlap("match", template, image, "--top", "3", "--json", "--threshold", "1")
    #expect(run.status == 0)
    let found = try objects(run.output)
    #expect(found.count == 3)
    #expect(found.map { $0["row"] as? Int }.prefix(2) == [20, 40])
    #expect(found.map { $0["column"] as? Int }.prefix(2) == [31, 3])
    let scores = found.compactMap { $0["score"] as? Double }
    #expect(abs(scores[0] - 1) < 1e-9)
    #expect(scores[1] < 0.99 && scores[1] > 0.6 && scores[2] < 0.6)
    let chances = found.compactMap { $0["false_alarm_probability"] as? Double }
    #expect(chances[0] < 1e-6 && chances[2] > 0.5)
    #expect(
      try overlap("match", template, image).output == "row 20, column 31, score 1.0000\n")
  }

  @Test(
    "match finds a template beside fill values", arguments: [1e10, 1e36, -3.4e38, .infinity, .nan])
  func fillValues(value: Float) throws {
    let width = 120
    var scene = noise(110 * width, seed: 9).map { Float($0) }
    let template = (30..<54).flatMap { row in (40..<61).map { scene[row * width + $0] } }
    for row in 70..<90 { for column in 0..<width { scene[row * width + column] = value } }
    let run = try overlap(
      "match", try save(24, 21, template, "template.npy"), try save(110, width, scene, "scene.npy"))
    #expect(run.status == 0)
    #expect(run.output == "row 30, column 40, score 1.0000\n")
  }

  @Test("match counts what masks say, of arrays and of images, and refuses others")
  func masks() throws {
    let scene = noise(60 * 50, seed: 14)
    var wanted = part(of: scene, width: 50, rows: 20..<40, columns: 11..<31)
    // A cross of something else, which does not count; and a part of the image, neither.
    var counts = [Float](repeating: 1, count: 400)
    for index in 0..<20 {
      for place in [index * 20 + 9, 9 * 20 + index] { (wanted[place], counts[place]) = (0, 0) }
    }
    let image = try save(50, scene, "scene.png")
    let template = try save(20, wanted, "wanted.png")
    let inArray = try save(20, 20, counts, "mask.npy")
    let inImage = try save(20, counts.map { UInt8(255 * $0) }, "mask.png")
    let integers = files.path("integers.npy")
    try NumPyArray(shape: [20, 20], counts.map { UInt8(9 * $0) }).write(to: integers)
    for mask in [inArray, inImage, integers] {
      let run = try overlap("match", template, image, "--template-mask", mask)
      #expect(run.output == "row 20, column 11, score 1.0000\n")
    }
    let plain = try overlap("match", template, image)
    #expect(plain.output.contains("score 0."))
    let none = try save(60, 50, [Float](repeating: 0, count: 3000), "none.npy")
    #expect(try overlap("match", template, image, "--mask", none).status == 1)
    let wrong = try save(20, 20, counts.map { 3 * $0 }, "wrong.npy")
    for mask in [none, wrong] {
      let run = try overlap("match", template, image, "--template-mask", mask)
      #expect(run.status == 65 && run.errors.contains(mask))
    }
  }

  @Test("match refuses what it cannot look for")
  func unmatched() throws {
    let image = try save(8, noise(64, seed: 2), "image.png")
    let large = try save(9, noise(81, seed: 3), "large.png")
    let flat = try save(2, [7, 7, 7, 7], "flat.png")
    let spoilt = try save(1, 2, [1, .nan], "spoilt.npy")
    for (template, status) in [(large, 65), (flat, 65), (spoilt, 65), (files.path("none.png"), 66)]
    {
      let run = try overlap("match", template, image)
      #expect(run.status == Int32(status), "\(template)")
      #expect(run.output == "" && run.errors.split(separator: "\n").count == 1)
    }
    #expect(try overlap("match", image, image, "--top", "0").status == 64)
  }

  @Test("match prints the places that are no chance, and says so if there is none")
  func threshold() throws {
    var scene = noise(90 * 80, seed: 11)
    let wanted = part(of: scene, width: 80, rows: 10..<34, columns: 20..<44)
    for (index, sample) in wanted.enumerated() {
      scene[(60 + index / 24) * 80 + 40 + index % 24] = sample
    }
    let image = try save(80, scene, "scene.png")
    let template = try save(24, wanted, "template.png")
    let both = try overlap("match", template, image, "--top", "5")
    #expect(
      both.output
        == "row 10, column 20, score 1.0000\nrow 60, column 40, score 1.0000\n")
    // What is not there, what is its negative, what is too small to tell, and what is flat.
    let other = try save(24, noise(24 * 24, seed: 12), "other.png")
    let negative = try save(80, scene.map { 255 - $0 }, "negative.png")
    let small = try save(2, 2, [1, 2, 3, 5], "small.npy")
    let grey = try save(80, [UInt8](repeating: 4, count: 90 * 80), "grey.png")
    for (template, image) in [
      (other, image), (template, negative), (small, image), (template, grey),
    ] {
      let run = try overlap("match", template, image, "--json")
      #expect(run.status == 1 && run.output == "")
      #expect(run.errors.split(separator: "\n").count == 1)
      #expect(try overlap("match", template, image, "--threshold", "1").status == 0)
    }
    #expect(try overlap("match", template, image, "--threshold", "2").status == 64)
    #expect(try overlap("match", template, image, "--threshold", "0").status == 64)
  }

  @Test("register finds a shift, positive where things lie further down and to the right")
  func register() throws {
    let scene = noise(100 * 100, seed: 4)
    let first = part(of: scene, width: 100, rows: 20..<84, columns: 20..<90)
    let second = part(of: scene, width: 100, rows: 15..<79, columns: 28..<98)
    let reference = try save(70, first, "first.png")
    let moving = try save(64, 70, second.map(Float.init), "second.npy")
    let run = try overlap("register", reference, moving, "--json")
    #expect(run.status == 0)
    let found = try #require(try objects(run.output).first)
    #expect(found["registered"] as? Bool == true)
    #expect(abs(try #require(found["row_shift"] as? Double) - 5) < 0.02)
    #expect(abs(try #require(found["column_shift"] as? Double) + 8) < 0.02)
    #expect(try #require(found["peak_ratio"] as? Double) > 2)
    for key in ["row_standard_error", "column_standard_error"] {
      #expect(try #require(found[key] as? Double) < 0.01)
    }
    #expect(try overlap("register", reference, moving).output.contains("rows further down"))
  }

  @Test("register says so where images have nothing in common, or are no pair")
  func unregistered() throws {
    let first = try save(64, noise(64 * 64, seed: 5), "first.png")
    let other = try save(64, noise(64 * 64, seed: 6), "other.png")
    let run = try overlap("register", first, other, "--json")
    #expect(run.status == 1)
    #expect(try objects(run.output).first?["registered"] as? Bool == false)
    #expect(run.errors.split(separator: "\n").count == 1)
    let narrow = try save(32, noise(64 * 32, seed: 7), "narrow.png")
    let flat = try save(64, [UInt8](repeating: 9, count: 64 * 64), "flat.png")
    for (moving, status) in [(narrow, 65), (flat, 65), (files.path("none.npy"), 66)] {
      let run = try overlap("register", first, moving)
      #expect(run.status == Int32(status) && run.output == "")
    }
    #expect(try overlap("register", first, other, "--threshold", "2").status == 64)
  }

  @Test("register takes no chance for a shift, and names two that are alike")
  func unsure() throws {
    for seed in 1...8 as ClosedRange<UInt64> {
      let first = try save(16, noise(256, seed: 20 + seed), "first.png")
      let other = try save(16, noise(256, seed: 40 + seed), "other.png")
      let run = try overlap("register", first, other, "--json")
      #expect(run.status == 1, "seed \(seed)")
      let object = try #require(try objects(run.output).first)
      #expect(try number(object, "false_alarm_probability") > 1e-3)
    }
    let tile = noise(20 * 20, seed: 60)
    let tiles = try save(
      80, (0..<80 * 80).map { tile[$0 / 80 % 20 * 20 + $0 % 80 % 20] }, "tiles.png")
    let run = try overlap("register", tiles, tiles, "--json")
    #expect(run.status == 1 && run.errors.contains("fits as well as"))
    let object = try #require(try objects(run.output).first)
    #expect(try number(object, "false_alarm_probability") < 1e-6)
    #expect(try number(object, "alternative_likelihood_ratio") > 0.1)
    let (row, column) = (
      try number(object, "alternative_row_shift"), try number(object, "alternative_column_shift")
    )
    #expect(row.truncatingRemainder(dividingBy: 20) == 0)
    #expect(column.truncatingRemainder(dividingBy: 20) == 0)
  }

  @Test("register finds a negative, and says so")
  func negative() throws {
    let scene = noise(100 * 100, seed: 61)
    let first = part(of: scene, width: 100, rows: 20..<84, columns: 20..<90)
    let second = part(of: scene, width: 100, rows: 15..<79, columns: 28..<98).map { 255 - $0 }
    let run = try overlap(
      "register", try save(70, first, "first.png"), try save(70, second, "second.png"), "--json")
    let found = try #require(try objects(run.output).first)
    #expect(found["polarity"] as? Int == -1 && found["registered"] as? Bool == true)
    #expect(abs(try number(found, "row_shift") - 5) < 0.02)
  }
}
