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

  @Test func interleavingThereAndBack() {
    var generator = SeededGenerator(seed: 3)
    for count in Self.counts {
      let x = (0..<count).map { _ in Float(generator.smallInteger()) }
      let y = (0..<count).map { _ in Float(generator.smallInteger()) }
      var z = [Float](repeating: .nan, count: 2 * count)
      unsafe vk_interleave_f32(x, 2, y, 0.5, &z, count)
      #expect(z == zip(x, y).flatMap { [2 * $0, 0.5 * $1] })
      var (p, q) = (x, y)
      unsafe vk_deinterleave_f32(z, 0.5, &p, 2, &q, count)
      #expect(p == x && q == y)
      unsafe vk_scale_f32(x, 4, &p, count)
      #expect(p == x.map { 4 * $0 })

      var wide = [Double](repeating: .nan, count: 2 * count)
      unsafe vk_interleave_f64(x.map(Double.init), 2, y.map(Double.init), 0.5, &wide, count)
      #expect(wide == z.map(Double.init))
      var (r, t) = (x.map(Double.init), y.map(Double.init))
      unsafe vk_deinterleave_f64(wide, 0.5, &r, 2, &t, count)
      #expect(r == x.map(Double.init) && t == y.map(Double.init))
      unsafe vk_scale_f64(r, 4, &t, count)
      #expect(t == r.map { 4 * $0 })
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
}
