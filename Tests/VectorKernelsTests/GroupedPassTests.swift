// SPDX-License-Identifier: MIT

import TestSupport
import Testing
import VectorKernels

/// The passes with grouped taps against the taps that their groups make, in plain Swift.
@Suite struct GroupedPassTests {
  /// Results that fill vectors and none.
  static let counts = [1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 64, 70, 300]

  /// The taps of all groups, as many to either side of the middle one as they reach.
  private func taps(_ w: [Int]) -> [Int] {
    let reach = w.count - 1
    var taps = [Int](repeating: 0, count: 2 * reach + 1)
    for group in 0..<(w.count / 4) {
      for i in -3...3 {
        for middle in Set([4 * group, -4 * group]) {
          taps[reach + middle + i] += w[4 * group + abs(i)]
        }
      }
    }
    return taps
  }

  private func integers(_ count: Int, _ generator: inout SeededGenerator) -> [Int] {
    (0..<count).map { _ in generator.smallInteger() }
  }

  @Test(arguments: 1...6) func alongRows(groups: Int) {
    var generator = SeededGenerator(seed: 41)
    let w = integers(4 * groups, &generator)
    let taps = self.taps(w)
    for (index, count) in Self.counts.enumerated() {
      let samples = count + taps.count - 1
      for _ in 0..<4 {
        let rows = Int.random(in: 1...5, using: &generator)
        let before = min(Int.random(in: 0...(8 * groups + 2), using: &generator), samples)
        let after = min(Int.random(in: 0...(8 * groups + 2), using: &generator), samples - before)
        let middle = samples - before - after
        let (xStride, yStride) = (middle + index % 3, count + index % 2)
        let lines = (0..<rows).map { _ in integers(samples, &generator) }
        // Between the rows there is what must not be read.
        var x = [Double](repeating: .nan, count: rows * xStride)
        var ends: [Double] = []
        // What is between the rows of results is not touched.
        var expected = [Int](repeating: 1_000_000, count: rows * yStride)
        for (r, line) in lines.enumerated() {
          for i in 0..<middle { x[r * xStride + i] = Double(line[before + i]) }
          ends += (line[..<before] + line[(before + middle)...]).map { Double($0) }
          for i in 0..<count {
            expected[r * yStride + i] = taps.indices.reduce(0) { $0 + taps[$1] * line[i + $1] }
          }
        }
        var y64 = [Double](repeating: 1_000_000, count: expected.count)
        unsafe vk_grouped_row_pass_f64(
          x, xStride, middle, ends, before, after, w.map(Double.init), Int32(groups), &y64, yStride,
          rows, count)
        #expect(y64 == expected.map(Double.init))
        var y32 = [Float](repeating: 1_000_000, count: expected.count)
        unsafe vk_grouped_row_pass_f32(
          x.map { Float($0) }, xStride, middle, ends.map { Float($0) }, before, after,
          w.map(Float.init), Int32(groups), &y32, yStride, rows, count)
        #expect(y32 == expected.map(Float.init))
      }
    }
  }

  /// Bands of a matrix one after the other, from samples above the first results on.
  @Test(arguments: 1...6) func downColumns(groups: Int) {
    var generator = SeededGenerator(seed: 42)
    let w = integers(4 * groups, &generator)
    let taps = self.taps(w)
    for (index, count) in Self.counts.enumerated() {
      let bands = [4 * Int.random(in: 1...4, using: &generator), 4, 1 + index % 5]
      let rows = bands.reduce(0, +)
      // Whole cache lines now and then, which streaming needs.
      let xStride = max(16, count + index % 3)
      let yStride = (count + 15) / 16 * 16 + index % 2
      let x = integers((rows + taps.count - 1) * xStride, &generator)
      // What is between the rows is not touched.
      var expected = [Int](repeating: 1_000_000, count: rows * yStride)
      for r in 0..<rows {
        for i in 0..<count {
          expected[r * yStride + i] = taps.indices.reduce(0) {
            $0 + taps[$1] * x[(r + $1) * xStride + i]
          }
        }
      }
      for streams: Int32 in [0, 1] {
        let lead = Int.random(in: 0..<16, using: &generator)
        let f32 = unsafe inBands(
          bands, vk_grouped_column_pass_f32, x.map(Float.init), xStride, w.map(Float.init), yStride,
          count, lead, streams)
        #expect(f32.results == expected.map(Float.init) && f32.areFinite == [1, 1, 1])
        let f64 = unsafe inBands(
          bands, vk_grouped_column_pass_f64, x.map(Double.init), xStride, w.map(Double.init),
          yStride, count, lead, streams)
        #expect(f64.results == expected.map(Double.init) && f64.areFinite == [1, 1, 1])
      }
    }
  }

  private typealias ColumnPass<T> = (
    UnsafePointer<T>?, Int, UnsafePointer<T>?, Int32, UnsafeMutablePointer<T>?, Int, Int, Int, Int,
    Int32, UnsafeMutablePointer<T>?
  ) -> Int32

  private func inBands<T: BinaryFloatingPoint>(
    _ bands: [Int], _ pass: ColumnPass<T>, _ x: [T], _ xStride: Int, _ w: [T], _ yStride: Int,
    _ count: Int, _ lead: Int, _ streams: Int32
  ) -> (results: [T], areFinite: [Int32]) {
    let groups = Int32(w.count / 4)
    var sums = [T](repeating: .nan, count: vk_grouped_state(groups, count))
    var results = [T](repeating: 1_000_000, count: bands.reduce(0, +) * yStride)
    var areFinite: [Int32] = []
    _ = unsafe pass(
      x, xStride, w, groups, nil, 0, 8 * Int(groups) - 8, count, lead, streams, &sums)
    var row = 0
    for rows in bands {
      var x = Array(x[((row + 8 * Int(groups) - 8) * xStride)...])
      // The last row may end before a vector does; what follows must not show.
      x += [T](repeating: .infinity, count: 16)
      var band = Array(results[(row * yStride)..<((row + rows) * yStride)])
      areFinite.append(
        unsafe pass(x, xStride, w, groups, &band, yStride, rows, count, lead, streams, &sums))
      results.replaceSubrange((row * yStride)..<((row + rows) * yStride), with: band)
      row += rows
    }
    return (results, areFinite)
  }

  /// A sample that is not finite is told of in each band with results that it is in the window of, and
  /// nowhere else.
  @Test(arguments: 1...6, [1, 5, 16, 40]) func notFinite(groups: Int, count: Int) {
    var w = [Double](repeating: 0, count: 4 * groups)
    w[0] = 2
    let (bands, reach) = ([8, 8, 3], 4 * groups - 1)
    let rows = 19 + 2 * reach
    for place in stride(from: 0, to: rows * count, by: 7) {
      for value in [Double.nan, .infinity] {
        // What is read beyond the columns must not show.
        let distance = max(16, count)
        var x = [Double](repeating: .nan, count: rows * distance)
        for row in 0..<rows {
          for column in 0..<count { x[row * distance + column] = 1 }
        }
        let (row, column) = (place / count, place % count)
        x[row * distance + column] = value
        let finite = unsafe inBands(
          bands, vk_grouped_column_pass_f64, x, distance, w, count, count, 0, 0
        ).areFinite
        let starts = [0, 8, 16, 19]
        let expected: [Int32] = (0..<3).map { band in
          starts[band] <= row && row < starts[band + 1] + 2 * reach ? 0 : 1
        }
        #expect(finite == expected, "sample in row \(row), column \(column)")
      }
    }
  }
}
