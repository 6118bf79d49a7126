// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport
import Testing

/// What convolutions and correlations of images have in common with those of the textbooks.
@Suite struct MatrixPropertyTests {
  /// With a constant beyond the edges a convolution is affine instead.
  @Test func convolutionIsLinear() {
    func check<T: SignalElement>(_ c: MatrixCase, _ type: T.Type) -> String? {
      if case .constant = c.boundary { return nil }
      let other = c.image.turned
      func sum(_ a: Matrix<Sample>, _ b: Matrix<Sample>) -> Matrix<Sample> {
        Matrix(
          rows: a.rows, columns: a.columns,
          elements: zip(a.elements, b.elements).map { 2 * $0 - 3 * $1 })
      }
      let image = sum(c.image, other).map { T($0).sample }
      let expected = sum(
        c.convolved(type, c.image, c.kernel), c.convolved(type, other, c.kernel))
      let bound = c.bound(type, image, c.kernel) + 6 * c.bound(type, c.image, c.kernel)
      return difference(c.convolved(type, image, c.kernel), expected, within: bound)
    }
    expectProperty(300) { (c: MatrixCase) in check(c, c.type) }
  }

  @Test func correlationIsConvolutionWithTheTurnedConjugate() {
    func check<T: SignalElement>(_ c: MatrixCase, _ type: T.Type) -> String? {
      // A boundary is where a kernel's window lies, which `same` centres in another way.
      let turned = c.kernel.turned.map { T.isReal ? $0 : $0.conjugate }
      return difference(
        c.correlated(type, c.image, c.kernel), c.convolved(type, c.image, turned),
        within: 2 * c.bound(type, c.image, c.kernel))
    }
    expectProperty(300) { (c: MatrixCase) in check(c, c.type) }
  }

  @Test func transposesHaveTheTransposedResults() {
    func check<T: SignalElement>(_ c: MatrixCase, _ type: T.Type) -> String? {
      var other = c
      (other.mode, other.columnMode) = (c.columnMode, c.mode)
      return difference(
        other.convolved(type, c.image.transposed, c.kernel.transposed).transposed,
        c.convolved(type, c.image, c.kernel), within: 2 * c.bound(type, c.image, c.kernel))
    }
    expectProperty(300) { (c: MatrixCase) in check(c, c.type) }
  }

  /// Any part along the rows, and any along the columns, of the full results with the same boundary.
  @Test func everyModeIsAPartOfFull() {
    func check<T: SignalElement>(_ c: MatrixCase, _ type: T.Type) -> String? {
      let (image, kernel) = (c.image, c.kernel)
      var whole = c
      (whole.mode, whole.columnMode) = (.full, .full)
      // In mode valid boundaries do not matter, so that the smaller may lie in the larger.
      if (c.mode, c.columnMode) == (.valid, .valid) { whole.boundaryIndex = 0 }
      let full = whole.convolved(type, image, kernel)
      var rows = c.mode.indicesOfFull(image.rows, kernel.rows)
      var columns = c.columnMode.indicesOfFull(image.columns, kernel.columns)
      let fits = image.rows >= kernel.rows && image.columns >= kernel.columns
      let isInside = image.rows <= kernel.rows && image.columns <= kernel.columns
      if (c.mode, c.columnMode) == (.valid, .valid) && !fits && !isInside {
        (rows, columns) = (0..<0, 0..<0)
      }
      let results = c.convolved(type, image, kernel)
      guard !full.isEmpty || results.isEmpty else { return "results of nothing" }
      if full.isEmpty { return nil }
      return difference(
        results, full.part(rows, columns), within: 2 * c.bound(type, image, kernel))
    }
    expectProperty(400) { (c: MatrixCase) in check(c, c.type) }
  }

  /// What lies beyond the edges is what the table of boundaries says, however far a kernel reaches.
  @Test func aBoundaryIsAnExtendedImage() {
    func check<T: SignalElement>(_ c: MatrixCase, _ type: T.Type) -> String? {
      let (image, kernel) = (c.image, c.kernel)
      guard !image.isEmpty, !kernel.isEmpty else { return nil }
      var whole = c
      (whole.mode, whole.columnMode) = (.full, .full)
      func places(_ count: Int, _ taps: Int) -> [Int?] {
        (1 - taps..<count + taps - 1).map { extendedPlace(c.boundary, $0, count) }
      }
      let outside: Sample = c.boundaryIndex == 1 ? Sample(3, -2) : .zero
      let columns = places(image.columns, kernel.columns)
      let extended = Matrix(
        places(image.rows, kernel.rows).map { row in
          columns.map { column in
            if let row, let column { image[row, column] } else { outside }
          }
        })
      let valid = convolve(
        extended.of(type), kernel.of(type), mode: .valid, method: c.method, threads: c.threads)
      return difference(
        whole.convolved(type, image, kernel), valid.map(\.sample),
        within: 2 * c.bound(type, image, kernel))
    }
    expectProperty(400) { (c: MatrixCase) in check(c, c.type) }
  }

  /// Where an extended line of `count` elements has its element `index` from.
  private func extendedPlace(_ boundary: Boundary<Sample>, _ index: Int, _ count: Int) -> Int? {
    if 0..<count ~= index { return index }
    switch boundary {
    case .zero, .constant: return nil
    case .wrap: return ((index % count) + count) % count
    case .replicate: return min(max(index, 0), count - 1)
    case .symmetric:
      return extendedPlace(boundary, index < 0 ? -1 - index : 2 * count - 1 - index, count)
    case .reflect:
      if count == 1 { return 0 }
      return extendedPlace(boundary, index < 0 ? -index : 2 * count - 2 - index, count)
    }
  }
}
