import TestSupport
import Testing
import VectorKernels

/// The kernels of template matching against the same things in plain Swift.
@Suite struct TemplateScoresTests {
  @Test func slidingColumnSums() {
    var generator = SeededGenerator(seed: 31)
    for count in VectorKernelsTests.counts {
      let old = (0..<count).map { _ in generator.smallInteger() }
      let new = (0..<count).map { _ in generator.smallInteger() }
      for isLeaving in [false, true] {
        let sums = zip(old, new).map { Double(10 + $1 - (isLeaving ? $0 : 0)) }
        let squares = zip(old, new).map { Double(20 + $1 * $1 - (isLeaving ? $0 * $0 : 0)) }
        var (a, b) = ([Double](repeating: 10, count: count), [Double](repeating: 20, count: count))
        unsafe vk_slide_column_sums_f32(
          isLeaving ? old.map(Float.init) : nil, new.map(Float.init), &a, &b, count)
        #expect(a == sums && b == squares)
        (a, b) = ([Double](repeating: 10, count: count), [Double](repeating: 20, count: count))
        unsafe vk_slide_column_sums_f64(
          isLeaving ? old.map(Double.init) : nil, new.map(Double.init), &a, &b, count)
        #expect(a == sums && b == squares)
      }
    }
  }

  /// What leaves takes away just what it brought: equal rows leave no trace, in any type.
  @Test func equalRowsCancel() {
    var generator = SeededGenerator(seed: 32)
    let row = (0..<100).map { _ in generator.normal() }
    var (sums, squares) = (
      [Double](repeating: 0.1, count: 100), [Double](repeating: 0.3, count: 100)
    )
    unsafe vk_slide_column_sums_f64(row, row, &sums, &squares, 100)
    #expect(sums.allSatisfy { $0 == 0.1 } && squares.allSatisfy { $0 == 0.3 })
  }

  @Test func scores() {
    var generator = SeededGenerator(seed: 33)
    let (area, flat, productFactor, distanceFactor) = (12.0, 0.5, 0.25, 0.0625)
    for count in VectorKernelsTests.counts {
      let products = (0..<count).map { _ in 3 * generator.normal() }
      let sums = (0..<count).map { _ in 3 * generator.normal() }
      // Every third window is flat, or worse, by rounding.
      let squares = sums.enumerated().map { index, sum in
        sum * sum / area + (index % 3 == 0 ? -0.1 : 1 + abs(generator.normal()))
      }
      let expected = (0..<count).map { k in
        let distance = squares[k] - sums[k] * sums[k] / area
        guard distance > flat else { return 0.0 }
        let score = products[k] * productFactor / (distance * distanceFactor).squareRoot()
        return max(-1, min(1, score))
      }
      var narrow = products.map { Float($0) }
      unsafe vk_normalise_scores_f32(
        narrow, sums, squares, area, flat, productFactor, distanceFactor, &narrow, count)
      #expect(zip(narrow, expected).allSatisfy { abs(Double($0) - $1) < 4 * 0x1p-24 })
      var wide = [Double](repeating: .nan, count: count)
      unsafe vk_normalise_scores_f64(
        products, sums, squares, area, flat, productFactor, distanceFactor, &wide, count)
      #expect(zip(wide, expected).allSatisfy { abs($0 - $1) < 16 * 0x1p-53 })
    }
  }

  @Test func subtracting() {
    for count in VectorKernelsTests.counts {
      let x = (0..<count).map { Float($0) * 0.37 }
      var y = [Float](repeating: .nan, count: count)
      unsafe vk_subtract_f32(x, 0.1, &y, count)
      #expect(y == x.map { Float(Double($0) - 0.1) })
      var wide = [Double](repeating: .nan, count: count)
      unsafe vk_subtract_f64(x.map(Double.init), 0.1, &wide, count)
      #expect(wide == x.map { Double($0) - 0.1 })
    }
  }
}
