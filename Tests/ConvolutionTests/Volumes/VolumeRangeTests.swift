// SPDX-License-Identifier: MIT

import Convolution
import FourierTransform
import TestSupport
import Testing

/// Volumes of which an operand has special values; see SpecialOperands.swift.
@Suite struct VolumeRangeTests {
  private func expect<T: FourierScalar>(
    _ volume: Volume<T>, _ kernel: Volume<T>, _ what: String, _ results: Volume<T>
  ) {
    let shape = zip(volume.shape, kernel.shape).map { $0 + $1 - 1 }
    var wanted = ProductSums(count: shape.reduce(1, *))
    for plane in 0..<volume.planes {
      for row in 0..<volume.rows {
        for column in 0..<volume.columns {
          for a in 0..<kernel.planes {
            for b in 0..<kernel.rows {
              for c in 0..<kernel.columns {
                let place = ((plane + a) * shape[1] + row + b) * shape[2] + column + c
                wanted.add(volume[plane, row, column], kernel[a, b, c], to: place)
              }
            }
          }
        }
      }
    }
    #expect(results.shape == shape, "\(what)")
    wanted.expect(
      results.elements, 0..<shape.reduce(1, *), "\(what), \(volume.shape) by \(kernel.shape)")
  }

  private func check<T: FourierScalar>(
    _ type: T.Type, _ method: ConvolutionMethod?, seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    for special in specialValues(type) {
      for _ in 0..<rangeShapes {
        let shape = (0..<3).map { _ in Int.random(in: 4...20, using: &generator) }
        let taps = (0..<3).map { _ in Int.random(in: 1...5, using: &generator) }
        let place = Int.random(in: 0..<3, using: &generator)
        func volume(_ shape: [Int], _ special: T?) -> Volume<T> {
          Volume(
            planes: shape[0], rows: shape[1], columns: shape[2],
            elements: operand(shape.reduce(1, *), special, &generator))
        }
        let x = volume(shape, place == 1 ? nil : special)
        let kernel = volume(taps, place == 0 ? nil : special)
        let what = "\(T.self), \(special), \(method.map { "\($0)" } ?? "any"), seed \(seed)"
        expect(x, kernel, what, convolve(x, kernel, method: method))
      }
    }
  }

  @Test(arguments: ConvolutionMethod.choices) func inSinglePrecision(method: ConvolutionMethod?) {
    check(Float.self, method, seed: 35)
  }

  @Test(arguments: ConvolutionMethod.choices) func inDoublePrecision(method: ConvolutionMethod?) {
    check(Double.self, method, seed: 39)
  }

  /// In blocks, a NaN and a huge value each reach their own results alone, and zeros stay zeros where
  /// nothing but zeros is.
  @Test func inBlocks() throws {
    let seed: UInt64 = 36
    var generator = SeededGenerator(seed: seed)
    var volume = Volume<Float>(shape: [90, 80, 70]) { Float(generator.normal()) }
    let kernel = Volume<Float>(shape: [9, 8, 7]) { Float(generator.normal()) }
    for plane in 0..<90 {
      for row in 40..<80 {
        for column in 0..<70 { volume[plane, row, column] = 0 }
      }
    }
    let plain = convolve(volume, kernel, mode: .same, method: .direct)
    (volume[20, 20, 20], volume[60, 10, 60], volume[70, 30, 5]) = (.nan, 1e30, .infinity)
    let plan = try ConvolutionPlan3D(kernel: kernel, mode: .same, method: .overlapSave)
    let results = plan.apply(to: volume)
    func isNear(_ place: [Int], _ center: [Int]) -> Bool {
      zip(zip(place, center), kernel.shape).allSatisfy { pair, taps in
        let distance = pair.0 + (taps - 1) / 2 - pair.1
        return distance >= 0 && distance < taps
      }
    }
    var worst: Float = 0
    var (nans, infinities) = (0, 0)
    for plane in 0..<90 {
      for row in 0..<80 {
        for column in 0..<70 {
          let (place, value) = ([plane, row, column], results[plane, row, column])
          if isNear(place, [20, 20, 20]) {
            nans += value.isNaN ? 1 : 0
          } else if isNear(place, [70, 30, 5]) {
            infinities += value.isInfinite ? 1 : 0
          } else if !isNear(place, [60, 10, 60]) {
            worst = max(worst, abs(value - plain[plane, row, column]))
            if row >= 48 { #expect(value == 0, "seed \(seed), \(place)") }
          }
        }
      }
    }
    #expect(nans == 9 * 8 * 7 && infinities == 9 * 8 * 7, "seed \(seed)")
    // 504 products of noise: norms of about 22 each, and 2 log₂N = 42 for blocks of 2²¹ samples.
    #expect(worst < 42 * 22 * 22 * Float.ulpOfOne, "seed \(seed)")
  }
}
