// SPDX-License-Identifier: MIT

import Testing
import TestSupport
import VectorKernels

/// The transforms along columns against the sums that define them.
@Suite struct ColumnTransformTests {
  @Test(arguments: [4, 8, 16, 32, 64, 128], [false, true])
  func columnsThereAndBack(rows: Int, isComplex: Bool) {
    var generator = SeededGenerator(seed: UInt64(rows))
    let columns = 48
    let count = rows * columns
    let (single, double) = (
      ColumnWork(rows, columns, strip: 16, isComplex: isComplex),
      ColumnWork(rows, columns, strip: 8, isComplex: isComplex)
    )
    let tables = single.tables.map(Float.init)
    let roots = (0..<count).map { complexTurn(-Double($0) / Double(count)) }
    let width = isComplex ? 2 : 1
    // All samples; up to the middle of a vector; in the first half alone; and one.
    for given in [2 * count / width, 2 * count / width - 7, count / 2 + 5, 1] {
      let samples = (0..<(given * width)).map { _ in Double(generator.smallInteger()) }
      let numbers = packedNumbers(samples, count, isComplex: isComplex)

      var z = [Float](repeating: .nan, count: 2 * rows * (columns + 3))
      var wide = z.map(Double.init)
      unsafe withUnsafePointer(to: single.job) { job in
        var tile = [Float](repeating: .nan, count: 32 * rows)
        unsafe vk_columns_forward_f32(
          job, tables, samples.map(Float.init), given, 0.5, 0, 3, &tile, &z)
      }
      unsafe withUnsafePointer(to: double.job) { job in
        var tile = [Double](repeating: .nan, count: 16 * rows)
        unsafe vk_columns_forward_f64(job, double.tables, samples, given, 0.5, 0, 6, &tile, &wide)
      }
      var (error, wideError) = (0.0, 0.0)
      // Every row, in some columns; of many rows every seventh.
      for row in stride(from: 0, to: rows, by: rows < 64 ? 1 : 7) {
        for column in stride(from: row % 11, to: columns, by: 11) {
          var sum: ComplexNumber = (0, 0)
          let frequency = single.frequencies[row]
          for r in 0..<rows {
            let n = r * columns + column
            let term = complexProduct(numbers[n], roots[frequency * n % count])
            sum = (sum.re + term.re / 2, sum.im + term.im / 2)
          }
          let place = 2 * (row * (columns + 3) + column)
          error = max(
            error, abs(Double(z[place]) - sum.re), abs(Double(z[place + 1]) - sum.im))
          wideError = max(wideError, abs(wide[place] - sum.re), abs(wide[place + 1] - sum.im))
        }
      }
      // Some tens of roundings of sums whose norm is at most 8 times the root of the rows.
      let scale = 8 * Double(rows).squareRoot()
      #expect(error < 30 * scale * 0x1p-24, "\(rows) rows, \(given) samples")
      #expect(wideError < 30 * scale * 0x1p-53, "\(rows) rows, \(given) samples in Double")

      // Back: twice over `rows`, so that the half is undone; a part of the results.
      let total = 2 * count / width
      for results in [0..<total, 5..<(total - 9), (total - 3)..<total] {
        var y = [Float](repeating: 99, count: results.count * width + 2)
        var wideY = y.map(Double.init)
        let limit = 0.01
        let log2 = CInt(Int.bitWidth - ((results.count * width - 1) >> 6).leadingZeroBitCount)
        var (small, wideSmall) = (UInt64(0), UInt64(0))
        unsafe withUnsafePointer(to: single.job) { job in
          var tile = [Float](repeating: .nan, count: 32 * rows)
          small = unsafe vk_columns_inverse_f32(
            job, tables, z, 2 / Double(rows), 0, 3, &tile, &y, results.lowerBound, results.count,
            limit, log2)
        }
        unsafe withUnsafePointer(to: double.job) { job in
          var tile = [Double](repeating: .nan, count: 16 * rows)
          wideSmall = unsafe vk_columns_inverse_f64(
            job, double.tables, wide, 2 / Double(rows), 0, 6, &tile, &wideY, results.lowerBound,
            results.count, limit, log2)
        }
        var (error, wideError) = (0.0, 0.0)
        for index in 0..<(results.count * width) {
          let place = results.lowerBound * width + index
          let expected = place < samples.count ? samples[place] : 0
          error = max(error, abs(Double(y[index]) - expected))
          wideError = max(wideError, abs(wideY[index] - expected))
        }
        #expect(error < 60 * 8 * 0x1p-24, "\(rows) rows, results \(results)")
        #expect(wideError < 60 * 8 * 0x1p-53, "\(rows) rows, results \(results) in Double")
        // The segments that hold a small result.
        func segments<Scalar: BinaryFloatingPoint>(_ results: [Scalar]) -> UInt64 {
          results.dropLast(2).indices.reduce(0) {
            abs(results[$1]) < Scalar(limit) ? $0 | 1 << UInt64($1 >> Int(log2)) : $0
          }
        }
        #expect(small == segments(y) && wideSmall == segments(wideY))
        // Nothing is written beyond what is wanted.
        #expect(y.suffix(2) == [99, 99] && wideY.suffix(2) == [99, 99])
      }
    }
  }
}
