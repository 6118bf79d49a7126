// SPDX-License-Identifier: MIT

import TestSupport
import Testing
import VectorKernels

/// The layers' kernels against the sums that their headers define, in plain Swift, on integers whose
/// sums are exact: with every number of rows and many widths, so that every tile is met.
@Suite struct LayerKernelsTests {
  private var generator = SeededGenerator(seed: 5)
  private static let widths = [1, 3, 4, 8, 15, 16, 17, 31, 33, 47, 50]

  private mutating func numbers(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float(generator.smallInteger()) }
  }

  /// Runs `body` with a lane job of these sizes; rows and taps lie `stride` apart.
  private func withLaneJob(
    _ aCount: Int, _ bCount: Int, _ taps: Int, _ width: Int, stride: Int, divisor: Double,
    _ body: (inout vk_lane_job) -> Void
  ) {
    let aRows = (0..<aCount).map { $0 * taps * stride }
    let bRows = (0..<bCount).map { $0 * 2 }
    let outRows = (0..<aCount * bCount).map { $0 * width }
    let aTaps = (0..<taps).map { $0 * stride }
    let bTaps = (0..<taps).map { $0 * stride }
    unsafe aRows.withUnsafeBufferPointer { aRows in
      unsafe bRows.withUnsafeBufferPointer { bRows in
        unsafe outRows.withUnsafeBufferPointer { outRows in
          unsafe aTaps.withUnsafeBufferPointer { aTaps in
            unsafe bTaps.withUnsafeBufferPointer { bTaps in
              var job = unsafe vk_lane_job(
                a_rows: aRows.baseAddress, a_count: aCount, b_rows: bRows.baseAddress,
                b_count: bCount, out_rows: outRows.baseAddress, a_taps: aTaps.baseAddress,
                b_taps: bTaps.baseAddress, tap_count: taps, width: width, divisor: divisor,
                accumulate: 0)
              unsafe body(&job)
            }
          }
        }
      }
    }
  }

  @Test mutating func laneProductsDifferencesAndSigns() {
    for (aCount, bCount) in [(1, 1), (1, 9), (2, 7), (3, 8), (4, 5), (7, 15), (3, 1)] {
      for taps in [0, 1, 5, 64, 65, 130] {
        let width = Self.widths[(aCount + bCount + taps) % Self.widths.count]
        let stride = width + 2 * bCount + Int(VK_READ_BEYOND)
        let a = numbers(aCount * max(taps, 1) * stride + stride)
        let b = numbers(max(taps, 1) * stride + 2 * bCount + stride)
        let centre = numbers(aCount * bCount * width)
        func expected(_ f: (Float, Float, Float) -> Float) -> [Float] {
          (0..<aCount * bCount * width).map { place in
            let (r, k, x) = (place / width / bCount, place / width % bCount, place % width)
            return (0..<taps).reduce(0) {
              $0
                + f(
                  a[(r * taps + $1) * stride + x], b[2 * k + $1 * stride + x], centre[place])
            }
          }
        }
        var out = [Float](repeating: .nan, count: aCount * bCount * width)
        var wide = [Double](repeating: .nan, count: out.count)
        let (a64, b64, c64) = (a.map(Double.init), b.map(Double.init), centre.map(Double.init))
        unsafe withLaneJob(aCount, bCount, taps, width, stride: stride, divisor: 1) { job in
          let products = expected { a, b, _ in a * b }
          unsafe vk_lane_products_f32(a, b, &out, &job)
          #expect(out == products)
          unsafe vk_lane_products_f64(a64, b64, &wide, &job)
          #expect(wide == products.map(Double.init))
          let differences = expected { a, b, _ in abs(a - b) }
          unsafe vk_lane_differences_f32(a, b, &out, &job)
          #expect(out == differences)
          unsafe vk_lane_differences_f64(a64, b64, &wide, &job)
          #expect(wide == differences.map(Double.init))
          let signs = expected { a, b, c in c >= b ? a : -a }
          unsafe vk_lane_signs_f32(a, b, centre, &out, &job, 0)
          #expect(out == signs)
          unsafe vk_lane_signs_f64(a64, b64, c64, &wide, &job, 0)
          #expect(wide == signs.map(Double.init))
          let reversed = expected { a, b, c in b >= c ? -a : a }
          unsafe vk_lane_signs_f32(a, b, centre, &out, &job, 1)
          #expect(out == reversed)
          unsafe vk_lane_signs_f64(a64, b64, c64, &wide, &job, 1)
          #expect(wide == reversed.map(Double.init))
        }
        unsafe withLaneJob(aCount, bCount, taps, width, stride: stride, divisor: 4) { job in
          var sums = numbersLike(out)
          let expected = zip(sums, expected { a, b, _ in a * b }).map { ($0 + $1) / 4 }
          unsafe job.accumulate = 1
          unsafe vk_lane_products_f32(a, b, &sums, &job)
          #expect(sums == expected)
        }
      }
    }
  }

  /// As many small integers as `other` has elements.
  private func numbersLike(_ other: [Float]) -> [Float] {
    other.indices.map { Float($0 % 13 - 6) }
  }

  @Test mutating func weightedRows() {
    for rows in Array(1...9) + [16, 21] {
      for taps in [1, 3, 256, 300] {
        for width in [1, 16, 40, 49, 130, 250] where taps < 10 || width < 60 {
          let offsets = (0..<taps).map { $0 * 3 }
          let input = numbers(3 * taps + width + 16)
          let weights = numbers((rows + 7) / 8 * 8 * taps)
          let expected = (0..<rows * width).map { place -> Float in
            let (m, x) = (place / width, place % width)
            return (0..<taps).reduce(Float(0)) {
              $0 + weights[m / 8 * 8 * taps + $1 * 8 + m % 8] * input[offsets[$1] + x]
            }
          }
          var out = [Float](repeating: .nan, count: rows * width)
          var wide = [Double](repeating: .nan, count: rows * width)
          unsafe offsets.withUnsafeBufferPointer { offsets in
            var job = unsafe vk_weighted_job(
              taps: offsets.baseAddress, tap_count: taps, row_count: rows, width: width,
              block_stride: 8 * taps, out_stride: width, accumulate: 0)
            unsafe vk_weighted_rows_f32(weights, input, &out, &job)
            unsafe vk_weighted_rows_f64(
              weights.map(Double.init), input.map(Double.init), &wide, &job)
          }
          #expect(out == expected)
          #expect(wide == expected.map(Double.init))
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3, 5, 7, 8, 15, 31], [1, 2, 5, 16])
  func windowSums(size: Int, step: Int) {
    var generator = SeededGenerator(seed: 6)
    let (outRows, outColumns) = (4, 7)
    let (rows, columns) = ((outRows - 1) * step + size, (outColumns - 1) * step + size)
    let map = (0..<rows * columns).map { _ in Float(generator.smallInteger()) }
    let expected = (0..<outRows * outColumns).map { place -> Float in
      var sum: Float = 0
      for h in 0..<size {
        for w in 0..<size {
          sum +=
            map[
              (place / outColumns * step + h) * columns + place % outColumns * step + w]
        }
      }
      return sum / 2
    }
    var (work, wideWork) = (map, map.map(Double.init))
    var scratch = [Float](repeating: .nan, count: (outRows + 1) * columns)
    var wideScratch = [Double](repeating: .nan, count: scratch.count)
    var out = [Float](repeating: .nan, count: outRows * outColumns)
    var wide = [Double](repeating: .nan, count: out.count)
    unsafe vk_window_sums_f32(
      &work, columns, size, step, &out, outRows, outColumns, outColumns, 2, &scratch)
    unsafe vk_window_sums_f64(
      &wideWork, columns, size, step, &wide, outRows, outColumns, outColumns, 2, &wideScratch)
    #expect(out == expected)
    #expect(wide == expected.map(Double.init))
    var row = Array(map[0..<columns])
    let count = columns - size + 1
    var sums = [Float](repeating: .nan, count: count)
    unsafe vk_row_sums_f32(&row, columns, size, &sums, count)
    #expect(sums == (0..<count).map { map[$0..<$0 + size].reduce(0, +) })
  }

  @Test mutating func sumsAndFiniteness() {
    for count in [0, 1, 15, 16, 17, 5000] {
      let (a, b) = (numbers(count), numbers(count))
      var sum = b
      unsafe vk_add_f32(a, &sum, count)
      #expect(sum == zip(a, b).map(+))
      #expect(unsafe vk_all_finite_f32(a, count) == 1)
      #expect(unsafe vk_all_finite_f64(a.map(Double.init), count) == 1)
      for value in [Float.nan, .infinity, -.infinity] where count > 0 {
        for place in [0, count / 2, count - 1] {
          var other = a
          other[place] = value
          #expect(unsafe vk_all_finite_f32(other, count) == 0)
          #expect(unsafe vk_all_finite_f64(other.map(Double.init), count) == 0)
        }
      }
    }
  }

  @Test mutating func energySmallPlacesAndWholeness() {
    for count in [0, 1, 15, 16, 17, 63, 64, 65, 200, 1000] {
      let a = numbers(count)
      let energy = a.reduce(0.0) { $0 + Double($1) * Double($1) }
      let wide = a.map { Double($0) }
      unsafe #expect(abs(vk_energy_f32(a, count) - energy) <= 1e-5 * energy)
      unsafe #expect(abs(vk_energy_f64(wide, count) - energy) <= 1e-12 * energy)
      for step in 1...3 {
        let results = (count + step - 1) / step
        for limit in [0, 0.1, 0.5, 2] {
          let expected = (0..<results).filter { abs(a[$0 * step]) < Float(limit) }
          var places = [Int](repeating: -1, count: results)
          let found = unsafe vk_small_places_f32(a, results, step, limit, &places)
          #expect(Array(places[..<found]) == expected)
          let expectedOfWide = (0..<results).filter { abs(wide[$0 * step]) < limit }
          let foundOfWide = unsafe vk_small_places_f64(wide, results, step, limit, &places)
          #expect(Array(places[..<foundOfWide]) == expectedOfWide)
        }
      }
      let whole = a.map { ($0 * 1000).rounded() }
      unsafe #expect(vk_are_whole_f32(whole, count) == 1)
      unsafe #expect(vk_are_whole_f64(whole.map { Double($0) }, count) == 1)
      for other in [0.5, -0.25, -4_194_304.5, 1e9, .infinity, .nan] as [Float] where count > 0 {
        var numbers = whole
        numbers[count / 2] = other
        unsafe #expect(vk_are_whole_f32(numbers, count) == 0)
      }
    }
  }

  @Test mutating func spectrumProducts() {
    let block = 2 * Int(VK_SPECTRUM_BLOCK)
    for (aCount, bCount, taps) in [(1, 1, 1), (3, 4, 5), (4, 5, 2), (7, 9, 3), (2, 1, 4)] {
      let (a, b) = (numbers(aCount * taps * block), numbers(bCount * taps * block))
      let aRows = (0..<aCount).map { $0 * taps * block }
      let bRows = (0..<bCount).map { $0 * taps * block }
      let outRows = (0..<aCount * bCount).map { $0 * block }
      var out = [Float](repeating: .nan, count: aCount * bCount * block)
      var wide = [Double](repeating: .nan, count: out.count)
      unsafe aRows.withUnsafeBufferPointer { aRows in
        unsafe bRows.withUnsafeBufferPointer { bRows in
          unsafe outRows.withUnsafeBufferPointer { outRows in
            var job = unsafe vk_spectrum_job(
              a_rows: aRows.baseAddress, a_count: aCount, b_rows: bRows.baseAddress,
              b_count: bCount, out_rows: outRows.baseAddress, a_step: block, b_step: block,
              tap_count: taps)
            unsafe vk_spectrum_products_f32(a, b, &out, &job)
            unsafe vk_spectrum_products_f64(a.map(Double.init), b.map(Double.init), &wide, &job)
          }
        }
      }
      let half = block / 2
      for r in 0..<aCount {
        for k in 0..<bCount {
          for x in 0..<half {
            var (re, im): (Float, Float) = (0, 0)
            for t in 0..<taps {
              let (p, q) = ((r * taps + t) * block + x, (k * taps + t) * block + x)
              re += a[p] * b[q] + a[p + half] * b[q + half]
              im += a[p] * b[q + half] - a[p + half] * b[q]
            }
            let place = (r * bCount + k) * block + x
            #expect(out[place] == re && out[place + half] == im)
            #expect(wide[place] == Double(re) && wide[place + half] == Double(im))
          }
        }
      }
    }
  }

  @Test mutating func spectraAreSplitAndJoined() {
    let half = Int(VK_SPECTRUM_BLOCK)
    for count in [1, 15, 16, 17, 40, 64] {
      let spectrum = numbers(2 * count)
      let (blocks, stride) = ((count + half - 1) / half, 3 * half)
      var split = [Float](repeating: .nan, count: blocks * stride)
      unsafe vk_spectrum_split_f32(spectrum, count, &split, stride)
      for k in 0..<blocks * half {
        let place = k / half * stride + k % half
        #expect(split[place] == (k < count ? spectrum[2 * k] : 0))
        #expect(split[place + half] == (k < count ? spectrum[2 * k + 1] : 0))
      }
      var joined = [Float](repeating: .nan, count: 2 * count)
      unsafe vk_spectrum_join_f32(split, stride, count, &joined)
      #expect(joined == spectrum)
    }
  }
}
