// SPDX-License-Identifier: MIT

import TestSupport
import Testing
import VectorKernels

/// The two-dimensional sliding dot product against the same thing in plain Swift.
@Suite struct SlidingDot2DTests {
  struct Shape: CustomStringConvertible {
    var (tapRows, tapColumns, rows, count): (Int, Int, Int, Int)
    var (tapStride, padding, streams): (Int, Int, Bool)
    var xStride: Int { count + (tapColumns - 1) * tapStride + padding }
    /// Whole cache lines where there is no padding, which streaming needs.
    var yStride: Int { padding == 0 ? (count + 15) / 16 * 16 : count + padding }
    var xCount: Int { (rows + tapRows - 1) * xStride }
    var description: String {
      "taps \(tapRows) x \(tapColumns) step \(tapStride), results \(rows) x \(count), "
        + "padding \(padding), streams \(streams)"
    }
  }

  /// Kernels with and without loops of their own, of one block of products and of several; rows and
  /// columns of results that fill tiles, vectors and none.
  static var shapes: [Shape] {
    var generator = SeededGenerator(seed: 21)
    let taps = [
      (1, 1), (1, 3), (3, 3), (4, 5), (5, 5), (7, 7), (9, 9), (11, 11), (12, 11), (2, 11), (30, 7),
      (6, 6), (15, 15), (1, 200), (3, 131), (130, 1),
    ]
    return taps.flatMap { tapRows, tapColumns in
      (0..<14).map { index in
        let counts = [1, 3, 15, 16, 17, 31, 64, 65, 127, 128, 150, 200, 300, 129]
        return Shape(
          tapRows: tapRows, tapColumns: tapColumns,
          rows: Int.random(in: 1...10, using: &generator), count: counts[index],
          tapStride: index % 5 == 4 ? 2 : 1, padding: index % 3 == 2 ? 3 : 0,
          streams: index % 2 == 0)
      }
    }
  }

  @Test(arguments: shapes) func sums(shape: Shape) {
    var generator = SeededGenerator(seed: 22)
    let x = (0..<shape.xCount).map { _ in generator.smallInteger() }
    let w = (0..<(shape.tapRows * shape.tapColumns)).map { _ in generator.smallInteger() }
    // What is between the rows is not touched.
    var expected = [Int](repeating: 1_000_000, count: shape.rows * shape.yStride)
    for r in 0..<shape.rows {
      for i in 0..<shape.count {
        var sum = 0
        for a in 0..<shape.tapRows {
          for b in 0..<shape.tapColumns {
            sum +=
              w[a * shape.tapColumns + b] * x[(r + a) * shape.xStride + i + b * shape.tapStride]
          }
        }
        expected[r * shape.yStride + i] = sum
      }
    }
    #expect(slide(x.map(Float.init), w.map(Float.init), shape) == expected.map(Float.init))
    #expect(slide(x.map(Double.init), w.map(Double.init), shape) == expected.map(Double.init))
  }

  /// A result has the same bits wherever it stands: alone, or in the middle of a tile.
  @Test(arguments: [(3, 3), (11, 11), (13, 14), (2, 150)])
  func bitsDoNotDependOnThePlace(tapRows: Int, tapColumns: Int) {
    var generator = SeededGenerator(seed: 23)
    var shape = Shape(
      tapRows: tapRows, tapColumns: tapColumns, rows: 6, count: 150, tapStride: 1, padding: 0,
      streams: true)
    let x = (0..<shape.xCount).map { _ in Float(generator.normal()) }
    let w = (0..<(tapRows * tapColumns)).map { _ in Float(generator.normal()) }
    let all = slide(x, w, shape)
    let (xStride, yStride, count) = (shape.xStride, shape.yStride, shape.count)
    (shape.rows, shape.count) = (1, 1)
    for r in 0..<6 {
      for i in stride(from: r, to: count, by: 7) {
        var alone: Float = .nan
        unsafe x.withUnsafeBufferPointer { x in
          guard let start = x.baseAddress else { return }
          unsafe vk_sliding_dot_2d_f32(
            start + r * xStride + i, xStride, w, tapRows, tapColumns, 1, &alone, 1, 1, 1, 0)
        }
        #expect(alone.bitPattern == all[r * yStride + i].bitPattern)
      }
    }
  }

  /// Where products are fused, those that are too small and negative make -0: in rows that are left
  /// over by tiles as well as in tiles.
  @Test func signsOfZeroDoNotDependOnThePlace() {
    let shape = Shape(
      tapRows: 3, tapColumns: 3, rows: 6, count: 150, tapStride: 1, padding: 1, streams: false)
    let y = slide(
      [Float](repeating: 1e-30, count: shape.xCount), [Float](repeating: -1e-30, count: 9), shape)
    for r in 0..<shape.rows {
      for i in 0..<shape.count {
        #expect(y[r * shape.yStride + i].bitPattern == y[0].bitPattern)
      }
    }
  }

  private func slide(_ x: [Float], _ w: [Float], _ shape: Shape) -> [Float] {
    var y = [Float](repeating: 1_000_000, count: shape.rows * shape.yStride)
    unsafe vk_sliding_dot_2d_f32(
      x, shape.xStride, w, shape.tapRows, shape.tapColumns, shape.tapStride, &y, shape.yStride,
      shape.rows, shape.count, shape.streams ? 1 : 0)
    return y
  }

  private func slide(_ x: [Double], _ w: [Double], _ shape: Shape) -> [Double] {
    var y = [Double](repeating: 1_000_000, count: shape.rows * shape.yStride)
    unsafe vk_sliding_dot_2d_f64(
      x, shape.xStride, w, shape.tapRows, shape.tapColumns, shape.tapStride, &y, shape.yStride,
      shape.rows, shape.count, shape.streams ? 1 : 0)
    return y
  }
}
