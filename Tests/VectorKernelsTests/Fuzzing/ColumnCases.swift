// SPDX-License-Identifier: MIT

import ComputeSupport
import VectorKernels

func columnKernels<Scalar: KernelScalar>() -> [FuzzedKernel<Scalar>] {
  [
    FuzzedKernel(name: "columns_forward", run: fuzzColumnsForward),
    FuzzedKernel(name: "columns_inverse", run: fuzzColumnsInverse),
  ]
}

/// Sizes of a transform of columns, and the strips of it that are done.
private struct ColumnSizes<Scalar: KernelScalar> {
  let rows: Int
  let columns: Int
  let strip = 64 / MemoryLayout<Scalar>.size
  let strips: Range<Int>
  let isComplex: Bool
  let work: ColumnWork

  init(_ fuzz: KernelCase<Scalar>) {
    rows = 4 << fuzz.below(fuzz.below(4) == 0 ? 5 : 3)
    let stripCount = 1 + fuzz.below(3)
    columns = stripCount * strip
    let first = fuzz.below(stripCount)
    strips = first..<(first + 1 + fuzz.below(stripCount - first))
    isComplex = fuzz.below(2) == 0
    work = ColumnWork(rows, columns, strip: strip, isComplex: isComplex)
    fuzz.sizes = "\(rows) x \(columns), strips \(strips), complex \(isComplex)"
  }

  var count: Int { rows * columns }
  /// Real numbers of a sample.
  var width: Int { isComplex ? 2 : 1 }
  var numbersCount: Int { 2 * ((rows - 1) * work.job.row_stride + columns) }
  func isDone(_ column: Int) -> Bool { strips.contains(column / strip) }
  /// exp(-2πi frequency · n / count).
  func root(_ frequency: Int, _ n: Int) -> ComplexNumber {
    complexTurn(-Double(frequency * n % count) / Double(count))
  }
  /// Each level and both multiplications beside them, with tables that are rounded too.
  var roundings: Double { 40 }
}

private func fuzzColumnsForward<Scalar>(_ fuzz: KernelCase<Scalar>) {
  let sizes = ColumnSizes(fuzz)
  let (rows, count) = (sizes.rows, sizes.count)
  let given = fuzz.below(2 * count / sizes.width + 1)
  let samples = fuzz.numbers(given * sizes.width)
  let a = fuzz.tameNumbers(1)[0]
  fuzz.sizes += ", \(given) samples"
  let old = fuzz.numbers(sizes.numbersCount)
  let z = unsafe fuzz.output(old)
  unsafe fuzz.kernels.columnsForward(
    fuzz.input([sizes.work.job]), fuzz.input(sizes.work.tables.map { Scalar($0) }),
    fuzz.input(samples), given, Double(a), sizes.strips.lowerBound, sizes.strips.upperBound,
    fuzz.output(fuzz.numbers(2 * sizes.strip * rows)), z)
  let wide = samples.map { Double($0) }
  let packed = packedNumbers(wide, count, isComplex: sizes.isComplex)
  func parts(_ n: Int) -> [Double] {
    (sizes.isComplex ? [2 * n, 2 * n + 1] : [n, n + count]).filter { $0 < wide.count }.map {
      wide[$0]
    }
  }
  for column in 0..<sizes.columns {
    let places = (0..<rows).map { $0 * sizes.columns + column }
    let given = places.flatMap(parts)
    let size = given.reduce(0) { $0 + abs($1) }
    for row in 0..<rows {
      let place = 2 * (row * sizes.work.job.row_stride + column)
      guard sizes.isDone(column) else {
        unsafe fuzz.expectSame(z + place, Array(old[place...place + 1]), "number of another strip")
        continue
      }
      // Some of them, if there are many.
      guard rows <= 16 || (row + column) % 7 == 0 else { continue }
      let terms = places.map {
        complexProduct(packed[$0], sizes.root(sizes.work.frequencies[row], $0))
      }
      for (part, sums) in [terms.map(\.re), terms.map(\.im)].enumerated() {
        unsafe fuzz.expectSum(
          Double(z[place + part]), of: sums.map { $0 * Double(a) }, size: size * abs(Double(a)),
          isSpoiled: !given.allSatisfy(\.isFinite), roundings: sizes.roundings,
          "number \(row), \(column)")
      }
    }
    // What is between the rows.
    guard column == 0 else { continue }
    for row in 1..<rows {
      let gap = 2 * (row * sizes.work.job.row_stride - 3)
      unsafe fuzz.expectSame(z + gap, Array(old[gap..<gap + 6]), "what is between rows")
    }
  }
}

private func fuzzColumnsInverse<Scalar>(_ fuzz: KernelCase<Scalar>) {
  let sizes = ColumnSizes(fuzz)
  let (rows, count, width) = (sizes.rows, sizes.count, sizes.width)
  let first = fuzz.below(2 * count / width)
  let results = fuzz.below(2 * count / width - first + 1)
  let a = fuzz.tameNumbers(1)[0]
  let limit = abs(fuzz.numbers(1)[0])
  fuzz.sizes += ", results \(first) and \(results) in all, limit \(limit)"
  let numbers = fuzz.numbers(sizes.numbersCount)
  let old = fuzz.numbers(results * width)
  let y = unsafe fuzz.output(old)
  let log2 = Int.bitWidth - (max(0, results * width - 1) >> 6).leadingZeroBitCount
  let small = unsafe fuzz.kernels.columnsInverse(
    fuzz.input([sizes.work.job]), fuzz.input(sizes.work.tables.map { Scalar($0) }),
    fuzz.input(numbers), Double(a), sizes.strips.lowerBound, sizes.strips.upperBound,
    fuzz.output(fuzz.numbers(2 * sizes.strip * rows)), y, first, results, Double(limit),
    CInt(log2))
  var expectedSmall: UInt64 = 0
  for index in old.indices {
    let place = first * width + index
    let n = sizes.isComplex ? place / 2 : place % count
    let column = n % sizes.columns
    guard sizes.isDone(column) else {
      unsafe fuzz.expectSame(y + index, [old[index]], "result of another strip")
      continue
    }
    if unsafe abs(y[index]) < limit { expectedSmall |= 1 << UInt64(index >> log2) }
    guard rows <= 16 || index % 7 == 0 else { continue }
    let places = (0..<rows).map { 2 * ($0 * sizes.work.job.row_stride + column) }
    let weight = sizes.isComplex ? (1, 0) : complexTurn(-Double(n) / Double(4 * count))
    let isImaginary = sizes.isComplex ? place % 2 == 1 : place >= count
    let terms = places.enumerated().map { row, place in
      let root = sizes.root(sizes.work.frequencies[row], n)
      let number = (re: Double(numbers[place]), im: Double(numbers[place + 1]))
      let turned = complexProduct(complexProduct(number, (root.re, -root.im)), weight)
      return (isImaginary ? turned.im : turned.re) * Double(a)
    }
    let parts = places.flatMap { [Double(numbers[$0]), Double(numbers[$0 + 1])] }
    let size = parts.reduce(0) { $0 + abs($1) }
    unsafe fuzz.expectSum(
      Double(y[index]), of: terms,
      size: fuzz.mayOverflow(size) ? .infinity : size * abs(Double(a)),
      isSpoiled: !parts.allSatisfy(\.isFinite), roundings: sizes.roundings, "result \(place)")
  }
  fuzz.expect(small == expectedSmall, "small segments \(small), not \(expectedSmall)")
}
