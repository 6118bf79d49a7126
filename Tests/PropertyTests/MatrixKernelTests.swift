// SPDX-License-Identifier: MIT

import ComplexModule
import Convolution
import FourierTransform
import TestSupport
import Testing

/// Kernels that are outer products, kept plans, banks of filters, and threads.
@Suite struct MatrixKernelPropertyTests {
  /// Two passes and direct sums over the product's taps are the same within rounding; so is a pass
  /// along the rows after one along the columns.
  @Test func separableIsTheFullConvolution() {
    func check<T: SignalElement>(_ c: MatrixCase, _ type: T.Type) -> String? {
      guard !c.kernel.isEmpty, !c.image.isEmpty else { return nil }
      let column = c.kernel.part(0..<c.kernel.rows, 0..<1).of(type)
      let row = c.kernel.part(0..<1, 0..<c.kernel.columns).of(type)
      let product = Matrix(
        column.elements.map { a in row.elements.map { (a * $0).sample } })
      let direct = c.with(\.method, .direct).convolved(type, c.image, product)
      // Each pass has its own rounding, relative to what both may amount to.
      let norms = column.elements.norm * row.elements.norm
      let scale = max(norms, product.elements.norm)
      let bound = 4 * c.bound(type, c.image, tapOfOne(like: c.kernel)) * scale
      let passes = c.with(\.method, .separable).convolved(type, c.image, product)
      if let found = difference(passes, direct, within: bound) { return "separable: \(found)" }
      guard c.boundaryIndex == 0, c.mode == .full, c.columnMode == .full else { return nil }
      let first = c.convolved(type, c.image, column.map(\.sample))
      return difference(c.convolved(type, first, row.map(\.sample)), direct, within: bound)
        .map { "one after the other: \($0)" }
    }
    expectProperty(400) { (c: MatrixCase) in check(c, c.type) }
  }

  @Test func theNumberOfThreadsDoesNotShow() {
    func check<T: SignalElement>(_ c: MatrixCase, _ type: T.Type) -> String? {
      let alone = c.with(\.threads, 1)
      return difference(
        c.convolved(type, c.image, c.kernel), alone.convolved(type, c.image, c.kernel), within: 0)
        ?? difference(
          c.correlated(type, c.image, c.kernel), alone.correlated(type, c.image, c.kernel),
          within: 0)
    }
    expectProperty(300) { (c: MatrixCase) in check(c, c.type) }
  }

  /// A bank has the bits of each kernel's plan, and a plan's list of images those of each image.
  @Test func banksAndListsHaveTheBitsOfEachAlone() {
    func check<T: SignalElement>(_ c: MatrixCase, _ type: T.Type) throws -> String? {
      guard !c.kernel.isEmpty else { return nil }
      let (image, kernel) = (c.image.of(type), c.kernel.of(type))
      var kernels = [Matrix<T>](repeating: kernel, count: 1 + c.number % 5)
      for index in kernels.indices { kernels[index].elements[0] = T(exactly: index) ?? .zero }
      let bank = try FilterBank2D(
        kernels: kernels, mode: c.mode, columnMode: c.columnMode, boundary: c.boundary(type),
        method: c.method, threads: c.threads)
      let results = bank.apply(to: image)
      for (index, kernel) in kernels.enumerated() {
        let plan = try ConvolutionPlan2D(
          kernel: kernel, mode: c.mode, columnMode: c.columnMode, boundary: c.boundary(type),
          method: c.method, threads: c.threads)
        let alone = plan.apply(to: image)
        if let found = difference(results[index].elements, alone.elements) {
          return "kernel \(index): \(found)"
        }
        let images = [Matrix<T>](repeating: image, count: 1 + c.number % 10)
        for other in plan.apply(to: images) {
          if let found = difference(other.elements, alone.elements) { return "of a list: \(found)" }
        }
      }
      return nil
    }
    expectProperty(200) { (c: MatrixCase) in try check(c, c.type) }
  }

  @Test func wholeNumbersOfImagesAreExact() {
    func whole(_ matrix: Matrix<Sample>) -> Matrix<Int> {
      matrix.map { Int(max(-1e6, min(1e6, $0.rawStorage.x * 1000))) }
    }
    expectProperty(200) { (c: MatrixCase) in
      let (image, kernel) = (whole(c.image), whole(c.kernel))
      guard !image.isEmpty, !kernel.isEmpty else { return nil }
      let full = directConvolution2D(image.lines, kernel.lines) { $0 * $1 }
      let actual = try convolve(image, kernel, method: c.method, threads: c.threads)
      return actual == Matrix(full) ? nil : "\(actual), not \(full)"
    }
  }
}

/// A kernel of the size of another whose first tap is 1 and whose others are 0.
private func tapOfOne(like kernel: Matrix<Sample>) -> Matrix<Sample> {
  var tap = Matrix(repeating: Sample.zero, rows: kernel.rows, columns: kernel.columns)
  tap[0, 0] = .one
  return tap
}

extension Matrix {
  fileprivate var lines: [[Element]] {
    (0..<rows).map { row in (0..<columns).map { self[row, $0] } }
  }
}
