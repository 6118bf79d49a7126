// SPDX-License-Identifier: MIT

import Convolution
import FourierTransform
import TestSupport
import Testing

@Suite("Taps that are the same backwards, in groups")
struct GroupedTapsTests {
  /// 32, 31, … to either side: exact as an outer product, because the largest is a power of two.
  private func pyramid(_ half: Int) -> [Int] { (-half...half).map { 32 - abs($0) } }

  private func product(_ column: [Int], _ row: [Int]) -> Matrix<Int> {
    Matrix(column.map { a in row.map { a * $0 } })
  }

  /// The taps that groups make.
  private func expanded(_ grouped: GroupedTaps<Double>) -> [Double] {
    let reach = grouped.taps.count - 1
    var taps = [Double](repeating: 0, count: 2 * reach + 1)
    for (index, tap) in grouped.taps.enumerated() {
      let (middle, place) = (index / 4 * 4, index % 4)
      for middle in Set([middle, -middle]) {
        for place in Set([place, -place]) { taps[reach + middle + place] += tap }
      }
    }
    return taps
  }

  @Test("make the taps again, with zeros beyond them", arguments: 0...23)
  func expansion(half: Int) throws {
    let taps = pyramid(half).map { Double($0) }
    let grouped = try #require(GroupedTaps(taps))
    #expect(grouped.groups == half / 4 + 1)
    let all = expanded(grouped)
    let beyond = [Double](repeating: 0, count: (all.count - taps.count) / 2)
    #expect(all == beyond + taps + beyond)
  }

  @Test("are none where there is no middle tap, where there are many, or where errors would grow")
  func others() {
    #expect(GroupedTaps([Float](repeating: 1, count: 46)) == nil)
    #expect(GroupedTaps([Float](repeating: 1, count: 47)) != nil)
    #expect(GroupedTaps([Float](repeating: 1, count: 49)) == nil)
    // A single tap far out is made by taking it away from where else it lands.
    var far = [Float](repeating: 0, count: 31)
    (far[0], far[30]) = (1, 1)
    #expect(GroupedTaps(far) == nil)
    #expect(GroupedTaps([Float.nan, 1, .nan]) == nil)
  }

  /// Images of one band and of several, narrower than a vector and wider than a strip; kernels as large
  /// and larger.
  @Test("give the direct sums, exactly for integers", arguments: TestBoundary.allCases)
  func directSums(boundary: TestBoundary) {
    var generator = SeededGenerator(seed: 51)
    let shapes = [(1, 1), (2, 7), (9, 16), (37, 33), (140, 3), (2, 2100)]
    for (index, (rows, columns)) in shapes.enumerated() {
      for round in 0..<4 {
        let half = (columns > 100 ? 0 : (5 * index + 7 * round) % 24, (11 * index + 6 * round) % 24)
        let kernel = product(pyramid(half.0), pyramid(half.1))
        let image = smallIntegers(rows, columns, &generator)
        let mode = [ConvolutionMode.full, .same, .valid][(index + round) % 3]
        // An image that lies inside the kernel may be the one that slides, and is no exact product.
        let isExact = kernel.rows < rows || kernel.columns < columns
        let units = isExact ? 0 : 64 * Double(kernel.elements.reduce(0, +) * 9)
        let wanted = expected(image, kernel, mode, boundary, constant: 3, zero: 0, *)
        for threads in [1, 2] {
          func worst<T: FourierScalar>(_ type: T.Type) -> Double {
            let results = convolve(
              image.map { T($0) }, kernel.map { T($0) }, mode: mode,
              boundary: boundary.of(constant: 3), method: .separable, threads: threads)
            guard results.rows == wanted.rows && results.columns == wanted.columns else {
              return .infinity
            }
            return zip(results.elements, wanted.elements).map { abs(Double($0) - Double($1)) }.max()
              ?? 0
          }
          #expect(worst(Double.self) <= units * unitOfRounding(Double.self))
          #expect(worst(Float.self) <= units * unitOfRounding(Float.self))
        }
      }
    }
  }

  /// With taps that are not negative no rounding error is larger than that of as many additions and two
  /// products: 24 of them at most in each pass, and those of the factors.
  @Test("round no worse than direct sums", arguments: [3, 9, 15, 23, 31, 47])
  func rounding(count: Int) {
    var generator = SeededGenerator(seed: 52)
    let bell = (0..<count).map { index -> Double in
      let x = Double(2 * index - count + 1) / Double(count)
      return 1 / (1 + 8 * x * x * x * x)
    }
    let kernel = Matrix(bell.map { a in bell.map { Float(a * $0) } })
    let image = Matrix(
      rows: 45, columns: 70, elements: (0..<3150).map { _ in Float(generator.normal()) })
    let results = convolve(image, kernel, mode: .same, method: .separable)
    let wanted = convolve(
      image.map { Double($0) }, kernel.map { Double($0) }, mode: .same, method: .direct)
    let magnitudes = convolve(
      image.map { abs(Double($0)) }, kernel.map { Double($0) }, mode: .same, method: .direct)
    for index in wanted.elements.indices {
      let bound = 64 * unitOfRounding(Float.self) * magnitudes.elements[index]
      #expect(abs(Double(results.elements[index]) - wanted.elements[index]) <= bound)
    }
  }

  /// A band with a NaN, an infinity or a sum that is too large in it is done by plain sums.
  @Test("keep what is not finite to its own results", arguments: [1, 6, 22])
  func notFinite(half: Int) {
    var generator = SeededGenerator(seed: 53)
    let kernel = product(pyramid(half), pyramid(half)).map { Float($0) / 1024 }
    for value in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude] {
      var image = smallIntegers(90, 50, &generator).map { Float($0) }
      for _ in 0..<2 {
        image[
          Int.random(in: 0..<90, using: &generator), Int.random(in: 0..<50, using: &generator)] =
          value
      }
      let wanted = convolve(
        image.map { Double($0) }, kernel.map { Double($0) }, method: .direct
      ).map { Float($0) }
      let actual = convolve(image, kernel, method: .separable)
      for (a, b) in zip(actual.elements, wanted.elements) {
        #expect(a.isNaN == b.isNaN && (a.isNaN || a == b || abs(a - b) <= 1e-5 * max(1, abs(b))))
      }
    }
  }

  @Test("give the same bits on any number of threads")
  func threads() {
    var generator = SeededGenerator(seed: 54)
    var image = Matrix(
      rows: 700, columns: 45, elements: (0..<31500).map { _ in Float(generator.normal()) })
    image[300, 20] = .nan
    let kernel = product(pyramid(15), pyramid(9)).map { Float($0) / 1024 }
    func bits(_ threads: Int) -> [UInt32] {
      convolve(image, kernel, mode: .same, method: .separable, threads: threads).elements.map {
        $0.bitPattern
      }
    }
    let one = bits(1)
    #expect(bits(2) == one && bits(3) == one)
  }
}
