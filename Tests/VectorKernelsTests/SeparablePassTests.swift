// SPDX-License-Identifier: MIT

import TestSupport
import Testing
import VectorKernels

/// The passes of separable convolutions against the same things in plain Swift.
@Suite struct SeparablePassTests {
  /// Results that fill vectors, strips and none; odd and even numbers of taps.
  static let counts = [1, 2, 3, 5, 8, 15, 16, 17, 31, 33, 64, 70, 144, 300]
  static let tapCounts = [1, 2, 3, 4, 5, 8, 15, 16, 17, 18, 19, 31, 33, 64]
  static let symmetries: [Int32] = [-1, 0, 1]

  private func taps(
    _ count: Int, symmetry: Int32, _ generator: inout SeededGenerator
  ) -> [Int] {
    var taps = (0..<count).map { _ in generator.smallInteger() }
    guard symmetry != 0 else { return taps }
    for a in 0..<(count / 2) { taps[count - 1 - a] = Int(symmetry) * taps[a] }
    if count % 2 == 1 && symmetry < 0 { taps[count / 2] = 0 }
    return taps
  }

  @Test(arguments: tapCounts, symmetries) func downColumns(taps: Int, symmetry: Int32) {
    var generator = SeededGenerator(seed: 31)
    for (index, count) in Self.counts.enumerated() {
      let rows = Int.random(in: 1...20, using: &generator)
      // Whole cache lines now and then, which streaming needs.
      let (xStride, yStride) = (count + index % 3, (count + 15) / 16 * 16 + index % 2)
      let w = self.taps(taps, symmetry: symmetry, &generator)
      let x = (0..<((rows + taps - 1) * xStride)).map { _ in generator.smallInteger() }
      // What is between the rows is not touched.
      var expected = [Int](repeating: 1_000_000, count: rows * yStride)
      for r in 0..<rows {
        for i in 0..<count {
          expected[r * yStride + i] = w.indices.reduce(0) { $0 + w[$1] * x[(r + $1) * xStride + i] }
        }
      }
      var scratch32 = [Float](repeating: .nan, count: vk_pass_scratch(taps))
      var scratch64 = [Double](repeating: .nan, count: vk_pass_scratch(taps))
      for streams: Int32 in [0, 1] {
        var y32 = [Float](repeating: 1_000_000, count: expected.count)
        let are32Finite = unsafe vk_column_pass_f32(
          x.map(Float.init), xStride, w.map(Float.init), taps, symmetry, &y32, yStride, rows, count,
          streams, &scratch32)
        #expect(y32 == expected.map(Float.init) && are32Finite == 1)
        var y64 = [Double](repeating: 1_000_000, count: expected.count)
        let are64Finite = unsafe vk_column_pass_f64(
          x.map(Double.init), xStride, w.map(Double.init), taps, symmetry, &y64, yStride, rows,
          count, streams, &scratch64)
        #expect(y64 == expected.map(Double.init) && are64Finite == 1)
      }
    }
  }

  @Test(arguments: tapCounts, symmetries) func alongRows(taps: Int, symmetry: Int32) {
    var generator = SeededGenerator(seed: 32)
    for (index, count) in Self.counts.enumerated() {
      let rows = Int.random(in: 1...36, using: &generator)
      let (xStride, yStride) = (count + taps - 1 + index % 3, count + index % 2)
      let w = self.taps(taps, symmetry: symmetry, &generator)
      let x = (0..<(rows * xStride)).map { _ in generator.smallInteger() }
      var expected = [Int](repeating: 1_000_000, count: rows * yStride)
      for r in 0..<rows {
        for i in 0..<count {
          expected[r * yStride + i] = w.indices.reduce(0) { $0 + w[$1] * x[r * xStride + i + $1] }
        }
      }
      var y32 = [Float](repeating: 1_000_000, count: expected.count)
      var scratch32 = [Float](repeating: .nan, count: vk_pass_scratch(taps))
      unsafe vk_row_pass_f32(
        x.map(Float.init), xStride, w.map(Float.init), taps, symmetry, &y32, yStride, rows, count,
        &scratch32)
      #expect(y32 == expected.map(Float.init))
      var y64 = [Double](repeating: 1_000_000, count: expected.count)
      var scratch64 = [Double](repeating: .nan, count: vk_pass_scratch(taps))
      unsafe vk_row_pass_f64(
        x.map(Double.init), xStride, w.map(Double.init), taps, symmetry, &y64, yStride, rows, count,
        &scratch64)
      #expect(y64 == expected.map(Double.init))
    }
  }

  /// A sample that is not finite, or a sum of two that is not, is told of wherever it is, taps of
  /// zero or not.
  @Test(arguments: symmetries, [1, 5, 16, 40]) func notFinite(symmetry: Int32, count: Int) {
    let w: [Float] = [2, 0, 1, 0, Float(symmetry), 0, 2 * Float(symmetry == 0 ? 1 : symmetry)]
    let rows = 11
    var scratch = [Float](repeating: .nan, count: vk_pass_scratch(7))
    for place in 0..<((rows + 6) * count) {
      for value in [Float.nan, .infinity, -.infinity] {
        var x = [Float](repeating: 1, count: (rows + 6) * count)
        x[place] = value
        var y = [Float](repeating: 0, count: rows * count)
        #expect(
          unsafe vk_column_pass_f32(
            x, count, w, 7, symmetry, &y, count, rows, count, 0, &scratch) == 0)
      }
    }
    guard symmetry != 0 else { return }
    var x = [Float](repeating: .greatestFiniteMagnitude, count: 7 * count)
    for index in 0..<count { x[6 * count + index] *= Float(symmetry) }
    var y = [Float](repeating: 0, count: count)
    #expect(
      unsafe vk_column_pass_f32(
        x, count, [0.1, 0, 0, 0, 0, 0, 0.1 * Float(symmetry)], 7, symmetry, &y, count, 1, count, 0,
        &scratch)
        == 0)
  }
}
