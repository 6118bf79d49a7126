// SPDX-License-Identifier: MIT

import ImageMatching
import Convolution
import TestSupport
import Testing

@Suite("Whether a shift between images is a match or chance") struct RegistrationEvidenceTests {
  private let limit = 1e-4

  /// Bright dots on a background with a little noise.
  private func dots(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
    var image = noise(rows, columns, seed: seed)
    for index in image.elements.indices {
      image.elements[index] = image.elements[index] > 1.5 ? 200 : 0.5 * image.elements[index]
    }
    return image
  }

  private enum Kind: CaseIterable { case noise, smooth, dots }

  private func image(_ kind: Kind, _ size: Int, seed: UInt64) -> Matrix<Double> {
    switch kind {
    case .noise: noise(size, size, seed: seed)
    case .smooth: smooth(size, size, seed: seed)
    case .dots: dots(size, size, seed: seed)
    }
  }

  @Test("No unrelated images of any kind pass")
  func unrelated() throws {
    for kind in Kind.allCases {
      for size in [8, 16, 20] {
        for pair in 0..<10 as Range<UInt64> {
          let found = try estimateTranslation(
            of: image(kind, size, seed: 101 + 2 * pair),
            from: image(kind, size, seed: 100 + 2 * pair))
          #expect(found.falseAlarmProbability > limit, "\(kind), \(size), pair \(pair)")
        }
      }
    }
  }

  @Test("Small images pass at 10 dB, or at 20 dB where most of the noise is in their fine detail")
  func related() throws {
    for (kind, size, level) in [
      (Kind.noise, 16, 0.316), (.noise, 24, 0.316), (.smooth, 24, 0.1),
    ] {
      for (pair, (down, right)) in [(0, 0), (2, -1), (-1, 3)].enumerated() {
        let scene = image(kind, size + 20, seed: 200 + UInt64(pair))
        let deviation = norm(scene.elements) / Double(scene.count).squareRoot()
        let noises = (0..<2).map { noise(size, size, seed: 300 + UInt64(2 * pair + $0)) }
        var first = part(scene, 10, 10, size, size)
        var second = part(scene, 10 - down, 10 - right, size, size)
        for index in first.elements.indices {
          first.elements[index] += level * deviation * noises[0].elements[index]
          second.elements[index] += level * deviation * noises[1].elements[index]
        }
        let found = try estimateTranslation(of: second, from: first)
        #expect(abs(found.rowShift - Double(down)) < 0.5)
        #expect(abs(found.columnShift - Double(right)) < 0.5)
        #expect(found.falseAlarmProbability <= limit, "\(kind), \(down), \(right)")
      }
    }
  }

  @Test("A shift between two pixels passes as well")
  func half() throws {
    // Blurred, for a half to have a meaning, and of every second pixel.
    let scene = noise(64, 64, seed: 41)
    func sampled(_ start: Int) -> Matrix<Double> {
      Matrix(
        (0..<20).map { row in
          (0..<20).map { column in
            var sum = 0.0
            for r in 0..<3 {
              for c in 0..<3 { sum += scene[start + 2 * row + r, start + 2 * column + c] }
            }
            return sum
          }
        })
    }
    let found = try estimateTranslation(of: sampled(4), from: sampled(5))
    #expect(abs(found.rowShift - 0.5) < 0.15 && abs(found.columnShift - 0.5) < 0.15)
    #expect(found.falseAlarmProbability <= limit)
  }

  @Test("Images of few rows or columns pass too", arguments: [(1, 128), (2, 64), (96, 3)])
  func thin(rows: Int, columns: Int) throws {
    let image = noise(rows, columns, seed: 42)
    #expect(try estimateTranslation(of: image, from: image).falseAlarmProbability <= limit)
    let other = noise(rows, columns, seed: 43)
    #expect(try estimateTranslation(of: other, from: image).falseAlarmProbability > limit)
  }

  @Test("Too few pixels prove nothing")
  func tiny() throws {
    let image = noise(3, 3, seed: 44)
    #expect(try estimateTranslation(of: image, from: image).falseAlarmProbability == 1)
  }

  @Test("The bits are the same on any number of threads")
  func threads() throws {
    let scene = smooth(150, 150, seed: 45)
    let (first, second) = (part(scene, 20, 20, 100, 90), part(scene, 17, 25, 100, 90))
    let one = try estimateTranslation(of: second, from: first, threads: 1)
    for threads in [2, 3, 7] {
      #expect(try estimateTranslation(of: second, from: first, threads: threads) == one)
    }
    #expect(abs(one.rowShift - 3) < 0.1 && abs(one.columnShift + 5) < 0.1)
  }
}
