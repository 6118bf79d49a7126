// SPDX-License-Identifier: MIT

import Convolution
import ImageMatching
import RealModule
import TestSupport
import Testing

@Suite("Shifts of any size, of images of many kinds") struct TranslationSearchTests {
  /// Noise whose neighbours are alike over about `radius` pixels.
  private func blobs(_ rows: Int, _ columns: Int, radius: Int, seed: UInt64) -> Matrix<Double> {
    let kernel = (-3 * radius...3 * radius).map {
      Double.exp(-0.5 * Double($0 * $0) / Double(radius * radius))
    }
    return convolve(
      noise(rows + 6 * radius, columns + 6 * radius, seed: seed),
      Matrix([kernel]), mode: .same
    ).blurredRows(kernel).inner(3 * radius, rows, columns)
  }

  /// Two parts of a scene, and what is done to both.
  private func pair(
    of scene: Matrix<Double>, _ rows: Int, _ columns: Int, by shift: (row: Int, column: Int)
  ) -> (reference: Matrix<Double>, moving: Matrix<Double>) {
    let (row, column) = (max(0, shift.row), max(0, shift.column))
    return (
      part(scene, row, column, rows, columns),
      part(scene, row - shift.row, column - shift.column, rows, columns)
    )
  }

  private func changed(
    _ image: Matrix<Double>, _ change: (Int, Double) -> Double
  ) -> Matrix<Double> {
    Matrix(
      rows: image.rows, columns: image.columns,
      elements: image.elements.enumerated().map { change($0.offset, $0.element) })
  }

  private func check(
    _ reference: Matrix<Double>, _ moving: Matrix<Double>, _ shift: (row: Int, column: Int),
    within tolerance: Double = 0.3, polarity: Int = 1, _ comment: Comment,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try estimateTranslation(of: moving, from: reference)
    #expect(
      abs(found.rowShift - Double(shift.row)) < tolerance
        && abs(found.columnShift - Double(shift.column)) < tolerance,
      "\(found): \(comment)", sourceLocation: sourceLocation)
    #expect(
      found.isReliable(atMost: 1e-6) && found.polarity == polarity, "\(found): \(comment)",
      sourceLocation: sourceLocation)
  }

  @Test("Images that go round their edges, where they have most in common; at half, nowhere")
  func rolled() throws {
    for (size, seed) in [(24, 3), (64, 4), (100, 5)] as [(Int, UInt64)] {
      for radius in [0, 1] {
        let image =
          radius == 0
          ? noise(size, size, seed: seed) : blobs(size, size, radius: radius, seed: seed)
        for (row, column) in [(2, -1), (size / 3, size / 5), (-size / 4, 3), (0, size / 2)] {
          let moving = changed(image) { index, _ in
            let (r, c) = index.quotientAndRemainder(dividingBy: size)
            return image[(r - row + size) % size, (c - column + size) % size]
          }
          guard column != size / 2 else {
            #expect(try !estimateTranslation(of: moving, from: image).isReliable(atMost: 1e-4))
            continue
          }
          try check(image, moving, (row, column), "\(size) x \(size), radius \(radius)")
        }
      }
    }
  }

  @Test(
    "Shifts of up to 70 % of the image, which leave a tenth in common",
    arguments: [(0, 0), (8, -5), (45, 45), (-60, 20), (70, -65), (-70, -62), (3, 70)])
  func largeShifts(row: Int, column: Int) throws {
    for radius in [0, 1, 2] {
      let scene =
        radius == 0
        ? noise(200, 200, seed: 1) : blobs(200, 200, radius: radius, seed: 2 + UInt64(radius))
      let (first, second) = pair(of: scene, 100, 96, by: (row, column))
      try check(first, second, (row, column), "radius \(radius)")
    }
  }

  @Test("Blurred images", arguments: [3, 6, 9])
  func blurred(radius: Int) throws {
    let scene = blobs(300, 300, radius: radius, seed: 10 + UInt64(radius))
    let (first, second) = pair(of: scene, 256, 256, by: (17, -9))
    try check(first, second, (17, -9), "radius \(radius)")
  }

  @Test("Noise of 10 dB, hot pixels, and the negative")
  func spoilt() throws {
    let scene = blobs(200, 200, radius: 2, seed: 20)
    let (first, second) = pair(of: scene, 128, 120, by: (-31, 22))
    let level = norm(scene.elements) / Double(scene.count).squareRoot() * 0.316
    let noises = [noise(128, 120, seed: 21), noise(128, 120, seed: 22)].map(\.elements)
    try check(
      changed(first) { $1 + level * noises[0][$0] }, changed(second) { $1 + level * noises[1][$0] },
      (-31, 22), within: 0.5, "noise")
    let hot: Set = [77, 5020, 11_003]
    try check(
      changed(first) { hot.contains($0) ? 1e4 : $1 },
      changed(second) { hot.contains($0 - 40) ? 1e4 : $1 }, (-31, 22), "hot pixels of their own")
    try check(
      changed(first) { hot.contains($0) ? 1e4 : $1 },
      changed(second) { hot.contains($0) ? 1e4 : $1 },
      (-31, 22), "the same hot pixels")
    try check(first, changed(second) { 255 - $1 }, (-31, 22), polarity: -1, "negative")
  }

  @Test("The scene's shift beside a pattern of the camera's own")
  func fixedPattern() throws {
    let scene = blobs(200, 200, radius: 3, seed: 30)
    let (first, second) = pair(of: scene, 140, 130, by: (24, 15))
    let pattern = noise(140, 130, seed: 31).elements
    let level = norm(scene.elements) / Double(scene.count).squareRoot() * 0.1
    try check(
      changed(first) { $1 + level * pattern[$0] }, changed(second) { $1 + level * pattern[$0] },
      (24, 15), within: 1, "pattern")
  }

  @Test("What repeats itself fits in more than one way")
  func repetition() throws {
    let tile = noise(16, 16, seed: 40)
    let image = Matrix((0..<96).map { row in (0..<80).map { tile[row % 16, $0 % 16] } })
    let found = try estimateTranslation(of: image, from: image)
    #expect(found.falseAlarmProbability < 1e-6 && !found.isReliable(atMost: 1e-6))
    let other = try #require(found.alternative)
    #expect(other.rowShift % 16 == 0 && other.columnShift % 16 == 0)
    #expect(other.likelihoodRatio > 0.1)
    // One tile that is different tells.
    var marked = image
    for row in 30..<50 {
      for column in 30..<50 { marked[row, column] = tile[row % 13, column % 11] }
    }
    let sure = try estimateTranslation(of: marked, from: marked)
    #expect(sure.isReliable(atMost: 1e-6) && abs(sure.rowShift) + abs(sure.columnShift) < 0.01)
  }

  @Test("Drawings of an edge or two are not the same for that")
  func edges() throws {
    func square(_ top: Int, _ left: Int, _ height: Int, _ width: Int) -> Matrix<Double> {
      Matrix(
        (0..<90).map { row in
          (0..<90).map { top..<(top + height) ~= row && left..<(left + width) ~= $0 ? 200 : 10 }
        })
    }
    for (first, second) in [
      (square(0, 0, 40, 90), square(0, 0, 70, 90)), (square(10, 10, 60, 60), square(30, 5, 12, 70)),
      (square(20, 20, 30, 30), square(0, 0, 90, 33)),
    ] {
      #expect(try !estimateTranslation(of: second, from: first).isReliable(atMost: 1e-6))
    }
  }
}

extension Matrix<Double> {
  fileprivate func blurredRows(_ kernel: [Double]) -> Matrix {
    convolve(self, Matrix(kernel.map { [$0] }), mode: .same)
  }

  fileprivate func inner(_ margin: Int, _ rows: Int, _ columns: Int) -> Matrix {
    part(self, margin, margin, rows, columns)
  }
}
