// SPDX-License-Identifier: MIT

import TestSupport
import Testing
import VectorKernels

/// The sliding dot product in two and three dimensions against the same thing in plain Swift.
@Suite struct SlidingDot3DTests {
  struct Shape: CustomStringConvertible {
    var (tapPlanes, tapRows, tapColumns, rows, count): (Int, Int, Int, Int, Int)
    var (tapStride, padding, streams): (Int, Int, Bool)
    var xStride: Int { count + (tapColumns - 1) * tapStride + padding }
    /// Whole cache lines where there is no padding, which streaming needs.
    var yStride: Int { padding == 0 ? (count + 15) / 16 * 16 : count + padding }
    var xPlane: Int { (rows + tapRows - 1) * xStride + padding }
    var xCount: Int { tapPlanes * xPlane }
    var tapCount: Int { tapPlanes * tapRows * tapColumns }
    var description: String {
      "taps \(tapPlanes) x \(tapRows) x \(tapColumns) step \(tapStride), results \(rows) x \(count), "
        + "padding \(padding), streams \(streams)"
    }
  }

  /// Kernels with and without loops of their own, of one block of products and of several; rows and
  /// columns of results that fill tiles, vectors and none.
  static var shapes: [Shape] {
    var generator = SeededGenerator(seed: 21)
    let taps = [
      (1, 1, 1), (1, 1, 3), (1, 3, 3), (1, 4, 5), (1, 5, 5), (1, 7, 7), (1, 9, 9), (1, 11, 11),
      (1, 12, 11), (1, 2, 11), (1, 30, 7), (1, 6, 6), (1, 15, 15), (1, 1, 200), (1, 3, 131),
      (1, 130, 1), (3, 3, 3), (5, 5, 5), (7, 7, 7), (2, 11, 6), (3, 15, 15), (2, 1, 200),
      (130, 1, 1), (9, 5, 3),
    ]
    return taps.flatMap { tapPlanes, tapRows, tapColumns in
      (0..<14).map { index in
        let counts = [1, 3, 15, 16, 17, 31, 64, 65, 127, 128, 150, 200, 300, 129]
        return Shape(
          tapPlanes: tapPlanes, tapRows: tapRows, tapColumns: tapColumns,
          rows: Int.random(in: 1...10, using: &generator), count: counts[index],
          tapStride: index % 5 == 4 ? 2 : 1, padding: index % 3 == 2 ? 3 : 0,
          streams: index % 2 == 0)
      }
    }
  }

  @Test(arguments: shapes) func sums(shape: Shape) {
    var generator = SeededGenerator(seed: 22)
    let x = (0..<shape.xCount).map { _ in generator.smallInteger() }
    let w = (0..<shape.tapCount).map { _ in generator.smallInteger() }
    // What is between the rows is not touched.
    var expected = [Int](repeating: 1_000_000, count: shape.rows * shape.yStride)
    for r in 0..<shape.rows {
      for i in 0..<shape.count {
        var sum = 0
        for p in 0..<shape.tapPlanes {
          for a in 0..<shape.tapRows {
            for b in 0..<shape.tapColumns {
              let tap = w[(p * shape.tapRows + a) * shape.tapColumns + b]
              let row = p * shape.xPlane + (r + a) * shape.xStride
              sum += tap * x[row + i + b * shape.tapStride]
            }
          }
        }
        expected[r * shape.yStride + i] = sum
      }
    }
    #expect(slide(x.map(Float.init), w.map(Float.init), shape) == expected.map(Float.init))
    #expect(slide(x.map(Double.init), w.map(Double.init), shape) == expected.map(Double.init))
  }

  /// A result has the same bits wherever it stands: alone, or in the middle of a tile.
  @Test(arguments: [[1, 3, 3], [1, 11, 11], [1, 13, 14], [1, 2, 150], [5, 5, 5], [3, 9, 6]])
  func bitsDoNotDependOnThePlace(taps: [Int]) {
    let (tapPlanes, tapRows, tapColumns) = (taps[0], taps[1], taps[2])
    var generator = SeededGenerator(seed: 23)
    var shape = Shape(
      tapPlanes: tapPlanes, tapRows: tapRows, tapColumns: tapColumns, rows: 6, count: 150,
      tapStride: 1, padding: 0,
      streams: true)
    let x = (0..<shape.xCount).map { _ in Float(generator.normal()) }
    let w = (0..<shape.tapCount).map { _ in Float(generator.normal()) }
    let all = slide(x, w, shape)
    let (xStride, xPlane) = (shape.xStride, shape.xPlane)
    let (yStride, count) = (shape.yStride, shape.count)
    (shape.rows, shape.count) = (1, 1)
    for r in 0..<6 {
      for i in stride(from: r, to: count, by: 7) {
        var alone: Float = .nan
        unsafe x.withUnsafeBufferPointer { x in
          guard let start = x.baseAddress else { return }
          unsafe vk_sliding_dot_3d_f32(
            start + r * xStride + i, xPlane, xStride, w, tapPlanes, tapRows, tapColumns, 1, &alone,
            1,
            1, 1, 0)
        }
        #expect(alone.bitPattern == all[r * yStride + i].bitPattern)
      }
    }
  }

  /// Where products are fused, those that are too small and negative make -0: in rows that are left
  /// over by tiles as well as in tiles.
  @Test func signsOfZeroDoNotDependOnThePlace() {
    let shape = Shape(
      tapPlanes: 1, tapRows: 3, tapColumns: 3, rows: 6, count: 150, tapStride: 1, padding: 1,
      streams: false)
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
    unsafe vk_sliding_dot_3d_f32(
      x, shape.xPlane, shape.xStride, w, shape.tapPlanes, shape.tapRows, shape.tapColumns,
      shape.tapStride, &y, shape.yStride, shape.rows, shape.count, shape.streams ? 1 : 0)
    return y
  }

  private func slide(_ x: [Double], _ w: [Double], _ shape: Shape) -> [Double] {
    var y = [Double](repeating: 1_000_000, count: shape.rows * shape.yStride)
    unsafe vk_sliding_dot_3d_f64(
      x, shape.xPlane, shape.xStride, w, shape.tapPlanes, shape.tapRows, shape.tapColumns,
      shape.tapStride, &y, shape.yStride, shape.rows, shape.count, shape.streams ? 1 : 0)
    return y
  }
}
