// SPDX-License-Identifier: MIT

import Testing
import TestSupport
import VectorKernels

/// Each C kernel against the same thing in plain Swift, for every small length and some long ones,
/// so that full vectors, single vectors and the rest are all met.
@Suite struct VectorKernelsTests {
  static let counts = Array(0...70) + [127, 128, 129, 255, 300, 511, 1000]

  @Test(arguments: [1, 2]) func slidingDot(stride: Int) {
    var generator = SeededGenerator(seed: 1)
    for taps in [1, 2, 3, 7, 63, 64, 65, 128, 200] {
      for count in Self.counts {
        let x = (0..<(count + (taps - 1) * stride)).map { _ in generator.smallInteger() }
        let w = (0..<taps).map { _ in generator.smallInteger() }
        let expected = (0..<count).map { i in
          (0..<taps).reduce(0) { $0 + w[$1] * x[i + $1 * stride] }
        }
        var y32 = [Float](repeating: .nan, count: count)
        unsafe vk_sliding_dot_f32(x.map(Float.init), w.map(Float.init), &y32, count, taps, stride)
        #expect(y32 == expected.map(Float.init))
        var y64 = [Double](repeating: .nan, count: count)
        unsafe vk_sliding_dot_f64(x.map(Double.init), w.map(Double.init), &y64, count, taps, stride)
        #expect(y64 == expected.map(Double.init))
      }
    }
  }

  @Test func complexProducts() {
    var generator = SeededGenerator(seed: 2)
    for count in Self.counts {
      let numbers = (0..<(6 * count)).map { _ in generator.smallInteger() }
      let (z, w, s) = (
        Array(numbers[..<(2 * count)]), Array(numbers[(2 * count)..<(4 * count)]),
        Array(numbers[(4 * count)...])
      )
      func product(sign: Int) -> [Int] {
        (0..<count).flatMap { k in
          let (a, b, c, d) = (z[2 * k], z[2 * k + 1], w[2 * k], sign * w[2 * k + 1])
          return [a * c - b * d, a * d + b * c]
        }
      }
      func floats(_ values: [Int]) -> [Float] { values.map(Float.init) }
      func doubles(_ values: [Int]) -> [Double] { values.map(Double.init) }
      let sum = zip(s, product(sign: 1)).map(+)
      let conjugateSum = zip(s, product(sign: -1)).map(+)

      var (a, b) = (floats(z), doubles(z))
      unsafe vk_multiply_f32(&a, floats(w), count)
      unsafe vk_multiply_f64(&b, doubles(w), count)
      #expect(a == floats(product(sign: 1)) && b == doubles(product(sign: 1)))
      (a, b) = (floats(s), doubles(s))
      unsafe vk_multiply_add_f32(&a, floats(z), floats(w), count)
      unsafe vk_multiply_add_f64(&b, doubles(z), doubles(w), count)
      #expect(a == floats(sum) && b == doubles(sum))
      (a, b) = (floats(s), doubles(s))
      unsafe vk_multiply_conjugate_add_f32(&a, floats(z), floats(w), count)
      unsafe vk_multiply_conjugate_add_f64(&b, doubles(z), doubles(w), count)
      #expect(a == floats(conjugateSum) && b == doubles(conjugateSum))
    }
  }

  /// Sequences of Gaussian integers, so that products are exact: number n is
  /// coarse[n / 16] · fine[n % 16].
  private func sequence(_ generator: inout SeededGenerator) -> (coarse: [Int], fine: [Int]) {
    let numbers = (0..<200).map { _ in Int.random(in: -2...2, using: &generator) }
    return (Array(numbers[..<168]), Array(numbers[168...]))
  }

  private func product(_ a: (Int, Int), _ b: (Int, Int)) -> (Int, Int) {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
  }

  private func number(_ n: Int, _ tables: (coarse: [Int], fine: [Int])) -> (Int, Int) {
    let (c, f) = (2 * (n / 16), 2 * (n % 16))
    return product(
      (tables.coarse[c], tables.coarse[c + 1]), (tables.fine[f], tables.fine[f + 1]))
  }

  @Test(arguments: [0, 5, 16]) func packingByAGeometricSequence(start: Int) {
    var generator = SeededGenerator(seed: 3)
    let tables = sequence(&generator)
    let (coarse, fine) = (tables.coarse.map(Float.init), tables.fine.map(Float.init))
    let (wideCoarse, wideFine) = (coarse.map(Double.init), fine.map(Double.init))
    for count in Self.counts where count <= 300 {
      let x = (0..<count).map { _ in generator.smallInteger() }
      let y = (0..<count).map { _ in generator.smallInteger() }
      let (xf, yf) = (x.map(Float.init), y.map(Float.init))
      let (xd, yd) = (x.map(Double.init), y.map(Double.init))
      for (second, hasSecond) in [(y, true), (y.map { _ in 0 }, false)] {
        let expected = (0..<count).flatMap { k in
          let (re, im) = product((2 * x[k], 2 * second[k]), number(start + k, tables))
          return [re, im]
        }
        var z = [Float](repeating: .nan, count: 2 * count)
        unsafe vk_pack_f32(xf, hasSecond ? yf : nil, 2, coarse, fine, 16, start, &z, count)
        #expect(z == expected.map(Float.init))
        var wide = [Double](repeating: .nan, count: 2 * count)
        unsafe vk_pack_f64(
          xd, hasSecond ? yd : nil, 2, wideCoarse, wideFine, 16, start, &wide, count)
        #expect(wide == expected.map(Double.init))
      }
      let z = zip(x, y).flatMap { [$0, $1] }
      let unpacked = (0..<count).map { k in
        let g = number(start + k, tables)
        return product((2 * x[k], 2 * y[k]), (g.0, -g.1))
      }
      for (first, second) in [(true, true), (true, false), (false, true)] {
        var (p, q) = ([Float](repeating: 7, count: count), [Float](repeating: 7, count: count))
        var (r, t) = (p.map(Double.init), q.map(Double.init))
        var (small, wideSmall) = (CInt(0), CInt(0))
        unsafe p.withUnsafeMutableBufferPointer { p in
          unsafe q.withUnsafeMutableBufferPointer { q in
            small = unsafe vk_unpack_f32(
              z.map(Float.init), 2, coarse, fine, 16, start, first ? p.baseAddress : nil,
              second ? q.baseAddress : nil, count, 3)
          }
        }
        unsafe r.withUnsafeMutableBufferPointer { r in
          unsafe t.withUnsafeMutableBufferPointer { t in
            wideSmall = unsafe vk_unpack_f64(
              z.map(Double.init), 2, wideCoarse, wideFine, 16, start, first ? r.baseAddress : nil,
              second ? t.baseAddress : nil, count, 3)
          }
        }
        #expect(p == unpacked.map { first ? Float($0.0) : 7 })
        #expect(q == unpacked.map { second ? Float($0.1) : 7 })
        #expect(r == p.map(Double.init) && t == q.map(Double.init))
        let hasSmall = [p, q].map { $0.contains { abs($0) < 3 } ? CInt(1) : 0 }
        #expect(small == hasSmall[0] + 2 * hasSmall[1] && wideSmall == small)
      }
    }
  }

  @Test func scaling() {
    for count in Self.counts {
      let x = (0..<count).map(Float.init)
      var y = [Float](repeating: .nan, count: count)
      unsafe vk_scale_f32(x, 4, &y, count)
      #expect(y == x.map { 4 * $0 })
      var wide = [Double](repeating: .nan, count: count)
      unsafe vk_scale_f64(x.map(Double.init), 4, &wide, count)
      #expect(wide == y.map(Double.init))
    }
  }

  @Test func transposing() {
    for rows in [1, 7, 8, 9, 32] {
      for columns in [1, 5, 8, 17, 64] {
        let (from, to) = (columns + 3, rows + 5)
        let x = (0..<(2 * rows * from)).map(Float.init)
        var y = [Float](repeating: -1, count: 2 * columns * to)
        var expected = y
        for r in 0..<rows {
          for c in 0..<columns {
            for part in 0..<2 {
              expected[2 * (c * to + r) + part] = x[2 * (r * from + c) + part]
            }
          }
        }
        unsafe vk_transpose_f32(x, from, &y, to, rows, columns)
        #expect(y == expected)
        var wide = [Double](repeating: -1, count: 2 * columns * to)
        unsafe vk_transpose_f64(x.map(Double.init), from, &wide, to, rows, columns)
        #expect(wide == expected.map(Double.init))
      }
    }
  }

  @Test func chunkMaxima() {
    var generator = SeededGenerator(seed: 4)
    for count in Self.counts {
      for chunk in [1, 2, 8, 64] {
        let x = (0..<count).map { _ in Float(generator.normal()) }
        let expected = stride(from: 0, to: count, by: chunk).map { from in
          x[from..<min(from + chunk, count)].map(\.magnitude).max() ?? 0
        }
        var m = [Float](repeating: -1, count: expected.count)
        unsafe vk_chunk_maxima_f32(x, &m, count, chunk)
        #expect(m == expected)
        var wide = [Double](repeating: -1, count: expected.count)
        unsafe vk_chunk_maxima_f64(x.map(Double.init), &wide, count, chunk)
        #expect(wide == expected.map(Double.init))
        guard count > 0 else { continue }
        for special in [Float.nan, -.nan, .infinity, -.infinity] {
          let place = Int.random(in: 0..<count, using: &generator)
          var y = x
          y[place] = special
          unsafe vk_chunk_maxima_f32(y, &m, count, chunk)
          unsafe vk_chunk_maxima_f64(y.map(Double.init), &wide, count, chunk)
          #expect(!m[place / chunk].isFinite && !wide[place / chunk].isFinite)
        }
      }
    }
  }

  @Test func raisingToMagnitudes() {
    var generator = SeededGenerator(seed: 5)
    for count in Self.counts {
      var x = (0..<count).map { _ in Float(generator.normal()) }
      for special in [Float.nan, -.infinity, -.nan, .infinity] where count > 0 {
        x[Int.random(in: 0..<count, using: &generator)] = special
      }
      let before = (0..<count).map { $0 % 7 == 0 ? Float.infinity : abs(Float(generator.normal())) }
      // Of bit patterns, because NaN compares with nothing.
      let expected = zip(before, x).map { max($0.bitPattern, $1.magnitude.bitPattern) }
      var m = before
      unsafe vk_raise_to_magnitudes_f32(x, &m, count)
      #expect(m.map(\.bitPattern) == expected)
      let wideX = x.map(Double.init)
      let wideBefore = before.map(Double.init)
      var wide = wideBefore
      unsafe vk_raise_to_magnitudes_f64(wideX, &wide, count)
      let wideExpected = zip(wideBefore, wideX).map { max($0.bitPattern, $1.magnitude.bitPattern) }
      #expect(wide.map(\.bitPattern) == wideExpected)
    }
  }
}
