// SPDX-License-Identifier: MIT

internal import ComputeSupport
internal import Convolution
internal import FourierTransform
internal import RealModule

// Sums over patches of an image and what becomes of them, for template matching.
extension FourierScalar {
  /// Adds the elements of `entering` to `sums` and their squares to `squares`, and takes away those
  /// of `leaving`, unless that is empty. Both have two numbers for each element: first all sums, then
  /// what rounding took from each.
  static func slideColumnSums(
    entering: Span<Self>, leaving: Span<Self>, _ sums: inout [Double], _ squares: inout [Double]
  ) {
    precondition(2 * entering.count == sums.count && 2 * entering.count == squares.count)
    precondition(leaving.isEmpty || leaving.count == entering.count)
    unsafe entering.withUnsafeBufferPointer { new in
      unsafe leaving.withUnsafeBufferPointer { old in
        unsafe _operations.kernels.pointee.slideColumnSums(
          old.isEmpty ? nil : old.baseAddress, new.baseAddress, &sums, &squares, new.count)
      }
    }
  }

  /// Writes the scores of patches of which the products with a template and the sums are given:
  /// `product · productFactor / √(distance · distanceFactor)`, limited to -1…1, with
  /// `distance = square - sum² / area`; infinity, for a score that is not sure, if that is not above
  /// both `flat` and `rounding · square`. The products may be where the scores go.
  static func normalise(
    _ products: Span<Self>, sums: Span<Double>, squares: Span<Double>, area: Double, flat: Double,
    rounding: Double, productFactor: Double, distanceFactor: Double,
    into scores: inout MutableSpan<Self>
  ) {
    precondition(sums.count == scores.count && squares.count == scores.count)
    precondition(products.count == scores.count)
    unsafe products.withUnsafeBufferPointer { products in
      unsafe withPointers(sums, squares, &scores) { sums, squares, scores, count in
        guard let products = products.baseAddress else { return }
        unsafe _operations.kernels.pointee.normaliseScores(
          products, sums, squares, area, flat, rounding, productFactor, distanceFactor, scores,
          count)
      }
    }
  }

  /// Writes the elements of `source` less `value`, rounded once.
  static func subtract(
    _ value: Double, from source: Span<Self>, into target: inout MutableSpan<Self>
  ) {
    precondition(source.count == target.count)
    unsafe withPointers(source, &target) { x, y, count in
      unsafe _operations.kernels.pointee.subtract(x, value, y, count)
    }
  }
}
