// SPDX-License-Identifier: MIT

import Foundation
import VectorKernels

typealias ComplexNumber = (re: Double, im: Double)

/// exp(2πi · turns).
func complexTurn(_ turns: Double) -> ComplexNumber {
  (cos(2 * Double.pi * turns), sin(2 * Double.pi * turns))
}

func complexProduct(_ a: ComplexNumber, _ b: ComplexNumber) -> ComplexNumber {
  (a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
}

/// A job of transforms along columns with its tables as jobs.h describes them, and the frequency of
/// each row.
struct ColumnWork {
  var job = vk_column_job()
  var tables: [Double] = []
  var frequencies: [Int] = []

  private static func frequency(_ row: Int, _ size: Int) -> Int {
    guard size > 1 else { return 0 }
    let radix = vk_column_radix(size)
    return row / (size / radix) + radix * frequency(row % (size / radix), size / radix)
  }

  private mutating func add(_ turns: Double) {
    let number = complexTurn(turns)
    tables += [number.re, number.im]
  }

  init(_ rows: Int, _ columns: Int, strip: Int, isComplex: Bool) {
    let count = Double(rows * columns)
    // The weights of real samples turn by a quarter over all numbers.
    let quarter = isComplex ? 0 : 0.25
    job.rows = rows
    job.columns = columns
    job.row_stride = columns + 3
    job.complex_samples = isComplex ? 1 : 0
    job.level_twiddles = 0
    var size = rows
    while size > vk_column_radix(size) {
      let radix = vk_column_radix(size)
      for j in 0..<(size / radix) {
        for power in 1..<radix { add(-Double(j * power) / Double(size)) }
      }
      size /= radix
    }
    frequencies = (0..<rows).map { Self.frequency($0, rows) }
    let steps = frequencies.map { (quarter - Double($0)) / count }
    job.strip_twiddles = tables.count
    for start in stride(from: 0, to: columns, by: strip) {
      for step in steps { add(step * Double(start + strip / 2)) }
    }
    job.lane_twiddles = tables.count
    for step in steps {
      let turns = (0..<strip).map { complexTurn(step * Double($0 - strip / 2)) }
      tables += turns.map { $0.re - 1 } + turns.map(\.im)
    }
    job.row_weights = tables.count
    for row in 0..<rows { add(quarter * Double(row * columns) / count) }
  }
}

/// The numbers that samples are packed into, zero beyond their end.
func packedNumbers(_ samples: [Double], _ count: Int, isComplex: Bool) -> [ComplexNumber] {
  func sample(_ index: Int) -> Double { index < samples.count ? samples[index] : 0 }
  return (0..<count).map { n in
    isComplex
      ? (sample(2 * n), sample(2 * n + 1))
      : complexProduct((sample(n), sample(n + count)), complexTurn(Double(n) / Double(4 * count)))
  }
}
