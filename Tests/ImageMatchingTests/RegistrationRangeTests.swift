// SPDX-License-Identifier: MIT

import Convolution
import FourierTransform
import ImageMatching
import TestSupport
import Testing

/// Pixels of any size in either image, or both, decide nothing: the shift is that of the others. What is
/// not finite is refused, by its place.
@Suite struct RegistrationRangeTests {
  private func check<T: FourierScalar>(_ type: T.Type) throws {
    let scene = smooth(130, 130, seed: 50)
    func image(_ row: Int, _ column: Int) -> Matrix<T> {
      let image = part(scene, row, column, 90, 96)
      return Matrix(rows: 90, columns: 96, elements: image.elements.map { T($0) })
    }
    let values: [T] = [
      1e6, -1e12, 1e30, .greatestFiniteMagnitude, .infinity, .nan, .leastNonzeroMagnitude,
    ]
    for value in values {
      for place in 0..<3 {
        for count in [1, 3] {
          var (first, second) = (image(20, 20), image(15, 31))
          for index in [40 * 96 + 31, 77, 8500].prefix(count) {
            if place != 1 { first.elements[index] = value }
            if place != 0 { second.elements[index] = value }
          }
          let name = "\(T.self), \(count) of \(value) in \(place)"
          guard value.isFinite else {
            #expect(throws: ImageError.self, "\(name)") {
              try estimateTranslation(of: second, from: first)
            }
            continue
          }
          let found = try estimateTranslation(of: second, from: first)
          #expect(
            abs(found.rowShift - 5) < 0.1 && abs(found.columnShift + 11) < 0.1, "\(name): \(found)")
          #expect(found.isReliable(atMost: 1e-6), "\(name): \(found)")
        }
      }
    }
  }

  @Test func inSinglePrecision() throws { try check(Float.self) }

  @Test func inDoublePrecision() throws { try check(Double.self) }
}
